"""`make bench`: every benchmark, one table; and `compare`, which puts two runs side by side."""

from __future__ import annotations

import argparse
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from bench.machine import describe
from bench.report import show, show_comparison
from bench.results import Result, load, save
from bench.row import Row
from bench.setting import Bench, Setting

MODULES = (
    "bench.append", "bench.relay", "bench.subscribe", "bench.rebuild", "bench.line", "bench.growth", "bench.addresses",
    "bench.year",
)  # fmt: skip
_KEPT = Path("var/bench/latest.json")


@dataclass
class Run:
    """One run of several benchmarks; one that fails is told, and the others go on."""

    setting: Setting
    failed: list[str] = field(default_factory=list)

    def rows(self, chosen: Sequence[Bench]) -> Iterator[Row]:
        for bench in chosen:
            started = time.monotonic()
            try:
                yield from bench.rows(self.setting)
            except Exception:  # noqa: BLE001 whatever it is, the others are worth having
                traceback.print_exc()
                self.failed.append(bench.name)
            self.setting.say(f"{bench.name} took {time.monotonic() - started:.0f} s")


def main() -> int:
    """See the options; 1 when a benchmark failed."""
    options = _options()
    if options.what == "compare":
        show_comparison(*(load(Path(path)) for path in options.files))
        return 0
    chosen = [bench for bench in benches() if not options.only or bench.name in options.only]
    with Setting(options.size, options.rounds) as setting:
        machine = describe(setting)
        if machine.is_busy:
            setting.say(f"WARNING: the machine is not idle (load {machine.load:.2f})")
        run, rows = Run(setting), list[Row]()
        for row in run.rows(chosen):
            rows.append(row)
            save(Result(machine.as_json(), options.size, rows), options.keep)  # one broken off is not lost
    show(Result(machine.as_json(), options.size, rows), machine.lines())
    print(f"kept in {options.keep}")
    for name in run.failed:
        print(f"FAILED: {name}, see above")
    return 1 if run.failed else 0


def benches() -> list[Bench]:
    """Every benchmark, in the order of the table."""
    return [bench for module in MODULES for bench in getattr(import_module(module), "BENCHES", ())]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.set_defaults(what="run", size="default")
    sizes = parser.add_mutually_exclusive_group()
    for size, text in (("quick", "small sizes, one round: to see that it works"), ("full", "the full sizes, 5 rounds")):
        sizes.add_argument(f"--{size}", dest="size", action="store_const", const=size, help=text)
    names = [bench.name for bench in benches()]
    parser.add_argument("--only", action="append", default=[], choices=names, help="this benchmark; may be repeated")
    parser.add_argument("--rounds", type=int, help="how often each side has its turn")
    parser.add_argument("--keep", type=Path, default=_KEPT, help="the file to keep the results in")
    compare = parser.add_subparsers().add_parser("compare", help="two kept runs, side by side")
    compare.add_argument("files", nargs=2, metavar="FILE")
    compare.set_defaults(what="compare")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
