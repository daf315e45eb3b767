# The two that matter: `make run` and `make test`. Everything else is said by `make`.
SHELL := /bin/sh
BIN := .venv/bin
PROJECTS := chassis/pyproject.toml $(wildcard services/*/pyproject.toml)
RUN_LOCKS := requirements/runtime.txt
DEV_LOCKS := $(RUN_LOCKS) requirements/dev.txt
BENCH_LOCKS := $(DEV_LOCKS) requirements/bench.txt
# The environment is made again when what it is made from has other contents, not when it has another date.
RUN := .venv/.run-$(shell cat $(RUN_LOCKS) $(PROJECTS) 2>/dev/null | cksum | tr ' ' -)
DEV := .venv/.dev-$(shell cat $(DEV_LOCKS) $(PROJECTS) 2>/dev/null | cksum | tr ' ' -)
BENCH := .venv/.bench-$(shell cat $(BENCH_LOCKS) $(PROJECTS) 2>/dev/null | cksum | tr ' ' -)

.PHONY: help run month bench test lint type contracts release-contracts lock clean compose-test mutants faults

help:
	@echo "make run           the whole system in one process, on this machine only (Ctrl-C ends it)"
	@echo "make test          everything that is checked: style, types, imports between parts, all tests"
	@echo "make faults N=500 SEED=7  breaks the running system under load, then checks it from outside (docs/reliability.md)"
	@echo "make mutants       breaks each promise once, and shows which test notices (docs/reliability.md)"
	@echo "make month         a month of trips driven through the running system"
	@echo "make bench         the same work beside peers and limits, as one table (docs/performance.md)"
	@echo "make lint type     only the style, only the types"
	@echo "make contracts     the generated contract files, anew"
	@echo "make release-contracts  fixes what is published and stored as of the services' next release"
	@echo "make compose-test  the distributed system in containers, with one trip through it"
	@echo "make lock          the lock files, anew"
	@echo "make clean         removes the environment and the caches; the data in var/ stays"

run: $(RUN)
	@$(BIN)/python -m deploy.embedded $(ARGS)

month: $(RUN)
	@$(BIN)/python -m deploy.month $(ARGS)

bench: $(BENCH)
	@tools/ensure-servers && $(BIN)/python -W ignore -m bench $(ARGS)

test: lint type
	@if tools/ensure-servers; then SERVERS=required; elif [ -n "$$CI" ]; then exit 1; else SERVERS=optional; fi; \
	export SERVERS; $(BIN)/python -m $(if $(ARGS),pytest $(ARGS),tests.support.side_by_side)

mutants: $(DEV)
	@tools/ensure-servers && $(BIN)/python -m tests.mutants $(ARGS)

N ?= 40
SEED ?= 1
faults: $(DEV)
	@tools/ensure-servers && $(BIN)/python -m tests.faults --count $(N) --seed $(SEED) $(ARGS)

lint: $(DEV)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/lint-imports >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

type: $(DEV)
	@$(BIN)/mypy

contracts: $(DEV)
	@for service in trips approval payroll routing; do \
		$(BIN)/python -W ignore -m services.$$service.tests.contract.write_documents || exit 1; done

# SERVICES="trips routing" releases only these.
SERVICES ?= trips approval payroll routing
release-contracts: $(DEV)
	@$(BIN)/python -W ignore -m chassis.contracts $(SERVICES)

compose-test: $(DEV)
	@COMPOSE_TEST=1 $(BIN)/python -m pytest tests/compose $(ARGS)

lock: $(DEV)
	@tools/lock $(ARGS)

$(RUN):
	@tools/make-venv $(RUN_LOCKS)
	@rm -f .venv/.run-*; touch $@

$(DEV):
	@tools/make-venv $(DEV_LOCKS)
	@rm -f .venv/.run-* .venv/.dev-*; touch $@ $(RUN)

$(BENCH): $(DEV)
	@tools/make-venv $(BENCH_LOCKS)
	@rm -f .venv/.bench-*; touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find chassis services deploy tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
