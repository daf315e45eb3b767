"""Appending events: the store beside plain inserts of the same rows without any order, by the same driver.

The plain inserts are the limit, not a rival: they promise nothing about order, holes, repeats or tampering.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from uuid import uuid4

from sqlalchemy import Column, Engine, MetaData, Table, Text, insert

from chassis.store import (
    Context,
    EventCodec,
    EventStore,
    Published,
    Recorded,
    UnitOfWork,
    core_v1,
    open_engine,
    writing,
)

PAYLOAD = "x" * 600
_ROUNDS = 5
_plain = Table("plain", MetaData(), Column("id", Text, primary_key=True), Column("stream", Text), Column("data", Text))


@dataclass(frozen=True)
class Happened:
    """An event of about the size of a submitted trip."""

    text: str


@dataclass(frozen=True)
class Measured:
    """Events per second: medians of several rounds, the two taken in turns."""

    database: str
    per_transaction: int
    store: float
    limit: float

    @property
    def ratio(self) -> float:
        """How near the store is to the limit."""
        return self.store / self.limit


def measure(database: str, url: str, per_transaction: int, transactions: int) -> Measured:
    """Append and insert in turns on the empty database at ``url``."""
    engine = open_engine(url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        _plain.create(conn)
    store = EventStore(engine, service="bench", codec=EventCodec({"happened": Happened}), publish=_publish)
    rounds = [
        (
            _rate(lambda: _append(store, per_transaction), per_transaction, transactions),
            _rate(lambda: _insert(engine, per_transaction), per_transaction, transactions),
        )
        for _ in range(_ROUNDS)
    ]
    engine.dispose()
    return Measured(database, per_transaction, *(median(side) for side in zip(*rounds, strict=True)))


def _publish(recorded: Recorded) -> list[Published]:
    return [Published("happened", recorded.stream, {"text": PAYLOAD}, recorded.stream)]


def _rate(work: Callable[[], None], per_transaction: int, transactions: int) -> float:
    started = time.perf_counter()
    for _ in range(transactions):
        work()
    return per_transaction * transactions / (time.perf_counter() - started)


def _append(store: EventStore, count: int) -> None:
    def work(uow: UnitOfWork) -> None:
        for _ in range(count):
            uow.append(str(uuid4()), 0, [Happened(PAYLOAD)])

    store.execute(Context("bench"), work)


def _insert(engine: Engine, count: int) -> None:
    """As many rows as the store writes: one of the log and one of the feed for each event."""
    rows = [{"id": str(uuid4()), "stream": str(uuid4()), "data": PAYLOAD} for _ in range(2 * count)]
    with writing(engine) as conn:
        conn.execute(insert(_plain), rows)
