"""Every read model is made again by the service's own command; not one row may be another afterwards."""

import random
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.faults.checks.books import SERVICES, Books, Row
from tests.faults.fleet import Fleet

_READ_MODEL = re.compile(r"_v\d+(_|$)")
Tables = dict[str, list[str]]


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
