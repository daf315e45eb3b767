"""Appending events: this store, the recorders of the library `eventsourcing`, and plain inserts without any order.

Every side stores the same events, each in a stream of its own, from one, four or eight processes at once, for a fixed
time on an empty database; afterwards the rows are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from bench.apart import race, seconds
from bench.append import stored
from bench.row import Goal, Row, Side
from bench.setting import Bench, Setting

Database = Literal["postgresql", "sqlite"]
LIMIT, PEER, PEER_FUNCTIONS = "unserialised inserts", "eventsourcing", "eventsourcing, functions"
_WRITERS = (1, 4, 8)
_GOALS = {1: 0.8, 100: 0.6}
_NOTE = (
    "append: ours writes two rows for each event (the log, and the feed that others read) and both hash chains; "
    "eventsourcing writes one row of about half the bytes, and a feed would come on top"
)
_NOTES = {
    LIMIT: "the same two rows with the same bytes and indexes, made beforehand, inserted by the driver in one "
    "transaction; no order, no hashing, no lock",
    PEER: "its application recorder, given serialised events: on PostgreSQL a table lock, pipelined statements and "
    "psycopg with its compiled part; on SQLite WAL and, as Python's driver has it, synchronous=FULL",
    PEER_FUNCTIONS: "POSTGRES_ENABLE_DB_FUNCTIONS=y, as in its own speed runs: one call, and no table lock, so that a "
    "reader of its log can pass over an event that commits late; shown, but no goal, since it promises less",
}


@dataclass(frozen=True)
class Case:
    """One row's work; ``for_s`` is how long every writer writes."""

    database: Database
    per_transaction: int
    writers: int
    for_s: float

    @property
    def name(self) -> str:
        return f"append {self.database} {self.per_transaction}x{self.writers}"

    @property
    def work(self) -> str:
        events = "1 event" if self.per_transaction == 1 else f"{self.per_transaction} events"
        writers = "1 writer" if self.writers == 1 else f"{self.writers} writers"
        database = "PostgreSQL" if self.database == "postgresql" else "SQLite"
        return f"append {events} per transaction, {writers}, {database}"


def rows(setting: Setting) -> Iterator[Row]:
    """Both databases, both sizes, and as many writers as the size asks for."""
    for database in ("sqlite", "postgresql"):
        for per_transaction in (1, 100):
            for writers in setting.pick((1, 4), _WRITERS, _WRITERS):
                yield _row(setting, Case(database, per_transaction, writers, setting.pick(0.5, 1.5, 5.0)))


def _row(setting: Setting, case: Case) -> Row:
    runs = setting.in_turns(case.work, _sides(setting, case))
    wanted = 1.5 if case.database == "postgresql" else 1.0
    return Row(
        name=case.name,
        work=case.work,
        unit="events/s",
        sides=[Side(name=name, kind=_kind(name), runs=runs[name], note=_NOTES.get(name, "")) for name in runs],
        goals=[Goal(at_least=_GOALS[case.per_transaction], than=LIMIT), Goal(at_least=wanted, than=PEER)],
        note=_NOTE,
    )


def _kind(name: str) -> Literal["ours", "peer", "limit"]:
    return "ours" if name == "ours" else "limit" if name == LIMIT else "peer"


def _sides(setting: Setting, case: Case) -> Mapping[str, Callable[[], float]]:
    sides = {
        "ours": partial(_rate, setting, case, "bench.append.ours", {}),
        PEER: partial(_rate, setting, case, "bench.append.eventsourcing", {"functions": "n"}),
        LIMIT: partial(_rate, setting, case, "bench.append.inserts", {}),
    }
    if case.database == "postgresql":
        sides[PEER_FUNCTIONS] = partial(_rate, setting, case, "bench.append.eventsourcing", {"functions": "y"})
    return sides


def _rate(setting: Setting, case: Case, module: str, more: Mapping[str, str]) -> float:
    """Events per second of all writers together, on an empty database."""
    url = setting.postgres.new_database() if case.database == "postgresql" else _file(setting)
    prepare = stored.PREPARED[module]
    prepare(url)
    order = {"url": url, "per_transaction": case.per_transaction, "for_s": case.for_s, **more}
    answers = race(module, [{**order, "seed": number} for number in range(case.writers)])
    stored.check(module, url, sum(one["stored"] for one in answers))
    return float(sum(one["events"] for one in answers)) / seconds(answers)


def _file(setting: Setting) -> str:
    return f"sqlite:///{setting.folder()}/bench.db"


BENCHES = (Bench("append", rows),)
