"""Read models are made again by the service's own command: some under fire, where the command may fail and the live
one must stand, and every one afterwards, where not one row may be another.
"""

import random
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from tests.faults.checks.books import SERVICES, Books, Row
from tests.faults.fleet import Fleet

_READ_MODEL = re.compile(r"_v\d+(_|$)")
_REBUILD_S = 10.0
READ_MODELS = (
    ("trips", "trip_list"),
    ("trips", "people"),
    ("approval", "waiting_trips"),
    ("approval", "organisation"),
    ("payroll", "pay"),
    ("payroll", "submitted_trips"),
    ("routing", "measured_routes"),
)
Tables = dict[str, list[str]]


@contextmanager
def operator_at_work(fleet: Fleet, seed: int) -> Iterator[list[str]]:
    """Somebody rebuilds a read model again and again, whatever happens; gives the names of those that were rebuilt."""
    done: list[str] = []
    stopping = threading.Event()

    def work() -> None:
        chance = random.Random(f"{seed} operator")
        while not stopping.wait(_REBUILD_S):
            service, name = chance.choice(READ_MODELS)
            with suppress(AssertionError):  # its database, or the feed it reads, is away: the command says so and ends
                fleet.command(service, "projections", "rebuild", name)
                done.append(f"{service}: {name}")

    operator = threading.Thread(target=work, daemon=True)
    operator.start()
    try:
        yield done
    finally:
        stopping.set()
    operator.join(120)


def rebuilt_is_the_same(fleet: Fleet, books: Books, seed: int, *, only_one: bool) -> Iterator[str]:
    """``only_one`` read model of each service, chosen by the seed, where there is no time for all."""
    chance = random.Random(seed)
    chosen = {service: _names(books, service) for service in SERVICES}
    if only_one:
        chosen = {service: [chance.choice(names)] for service, names in chosen.items()}
    books.forget()
    before = {service: tables_of(books, service) for service in SERVICES}
    books.forget()
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda service: _rebuild(fleet, service, chosen[service]), SERVICES))
    for service in SERVICES:
        yield from differences(service, before[service], tables_of(books, service))
    books.forget()


def differences(service: str, before: Tables, after: Tables) -> Iterator[str]:
    for table in sorted(before.keys() | after.keys()):
        was, is_now = before.get(table, []), after.get(table, [])
        if was != is_now:
            other = next(row for row in [*was, *is_now] if (row in was) != (row in is_now))
            yield f"{service}.{table}: {len(was)} rows before the rebuild, {len(is_now)} after; one is {other[:200]}"


def tables_of(books: Books, service: str) -> Tables:
    found = books.rows(service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    names = [row["tablename"] for row in found if _READ_MODEL.search(row["tablename"])]
    return {name: sorted(_text(row) for row in books.table(service, name)) for name in names}


def _text(row: Row) -> str:
    return repr(sorted(row.items()))


def _names(books: Books, service: str) -> list[str]:
    return [row["name"] for row in books.rows(service, "SELECT DISTINCT name FROM projections ORDER BY name")]


def _rebuild(fleet: Fleet, service: str, names: Sequence[str]) -> None:
    for name in names:
        fleet.command(service, "projections", "rebuild", name)
