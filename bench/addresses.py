"""Finding one of 2.5 million addresses: what a person who types an address waits for, in a file and in PostgreSQL.

As many houses as Denmark has, on as many streets in as many postal codes, under made-up names. Nobody else is compared
with: each figure stands against what a person notices.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from bench.row import Goal, Row, Side
from bench.setting import Bench, Setting
from chassis.store import open_engine
from chassis.store.migrate import upgrade
from routing.addresses.build import write_addresses
from routing.addresses.editions import Edition
from routing.addresses.indexed import IndexedRegister
from routing.addresses.register import AddressRegister
from routing.addresses.tables import TableEditions
from routing.domain.address import Address
from routing.domain.geography import Point

_HOUSES_PER_STREET = 23
_POSTAL_CODES = 1100
_NOTICED_MS = 100.0
_FIRST = ("Nørre", "Sønder", "Øster", "Vester", "Lille", "Store", "Gammel", "Ny", "Sankt", "Over", "Neder", "Ved")
_MIDDLE = ("bro", "skov", "mark", "dam", "bæk", "høj", "strand", "mølle", "kirke", "kær", "lund", "eng", "ager", "ås")
_LAST = ("vej", "gade", "allé", "vænget", "stræde", "parken", "toften", "bakken", "svinget", "engen", "haven", "løkken")


def rows(setting: Setting) -> Iterator[Row]:
    """One row for each way of asking and each place where a register is kept."""
    houses, asked = setting.pick((20_000, 50), (2_500_000, 400), (2_500_000, 2_000))
    file = setting.folder() / "addresses.sqlite3"
    yield _seconds("build", f"write {houses:,} addresses into a file", partial(write_addresses, file, made_up(houses)))
    edition = Edition("b" * 16, "made-up", None, houses, "2026-01-01T00:00:00Z")
    url = setting.postgres.new_database()
    engine = open_engine(url)
    upgrade(engine, "routing")
    kept = TableEditions(engine)
    yield _seconds("copy", f"copy {houses:,} addresses into PostgreSQL", partial(kept.keep, file, edition))
    kept.use(edition.edition)
    some = _sample(file, asked)
    for place, register in (("file", AddressRegister(file, edition.source)), ("postgresql", kept.current())):
        for way, question in QUESTIONS.items():
            runs = [_p99_ms(partial(question, register), some) for _ in range(setting.rounds)]
            ours = Side(name=place, kind="ours", runs=runs)
            yield Row(
                name=f"addresses {place} {way}",
                work=f"{way}, {houses:,} addresses, {place}",
                unit="ms (p99)",
                sides=[ours],
                better="less",
                goals=[Goal(at_least=_NOTICED_MS)],
            )


def made_up(houses: int) -> Iterator[Address]:
    """Addresses in no order of their names, the same ones each time."""
    chance = random.Random(8)
    number = count()
    for _ in range(houses // _HOUSES_PER_STREET):
        street = f"{chance.choice(_FIRST)}{chance.choice(_MIDDLE)}{chance.choice(_MIDDLE)}{chance.choice(_LAST)}"
        code = 1000 + 8 * chance.randrange(_POSTAL_CODES)
        for house in range(1, _HOUSES_PER_STREET + 1):
            where = Point(8_000_000 + chance.randrange(5_000_000), 54_500_000 + chance.randrange(3_000_000))
            yield Address(f"{next(number):032x}", street, str(house), None, f"{code:04}", f"By {code}", where)


def _search(cut: Callable[[Address], str]) -> Callable[[IndexedRegister, Address], object]:
    return lambda register, address: register.search(cut(address), 10)


QUESTIONS: dict[str, Callable[[IndexedRegister, Address], object]] = {
    "whole address": _search(lambda one: one.text),
    "three letters": _search(lambda one: one.street[:3]),
    "street": _search(lambda one: one.street),
    "street and first digit": _search(lambda one: f"{one.street} {one.house_number[0]}"),
    "street, number and half a town": _search(
        lambda one: f"{one.street} {one.house_number}, {(one.postal_code or '')[:2]}"
    ),
    "by id": lambda register, one: register.get(one.address_id),
    "washed": lambda register, one: register.wash(one.text),
}


def _sample(file: Path, asked: int) -> Sequence[Address]:
    register = AddressRegister(file, Edition("", "made-up", None, 0, "").source)
    chance = random.Random(9)
    found: list[Address] = []
    while len(found) < asked:
        typed = f"{chance.choice(_FIRST)}{chance.choice(_MIDDLE)}"
        found += chance.sample(suggested, 1) if (suggested := register.search(typed, 50)) else []
    return found


def _p99_ms(question: Callable[[Address], object], some: Sequence[Address]) -> float:
    taken = []
    for address in some:
        started = time.perf_counter()
        question(address)
        taken.append(1000 * (time.perf_counter() - started))
    return sorted(taken)[len(taken) * 99 // 100]


def _seconds(name: str, work: str, job: Callable[[], object]) -> Row:
    started = time.monotonic()
    job()
    ours = Side(name="ours", kind="ours", runs=[time.monotonic() - started])
    return Row(name=f"addresses {name}", work=work, unit="s", sides=[ours], better="less")


BENCHES = (Bench("addresses", rows),)
