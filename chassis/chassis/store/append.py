"""The one place where events are written: last in the transaction, under one lock, dense and chained.

On PostgreSQL it is a single call of the function ``core_append`` (one round trip while the lock is held); on SQLite
the same steps in Python, under ``BEGIN IMMEDIATE``. Both are run by one contract suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, insert

from chassis.errors import Unavailable
from chassis.store import tables as t
from chassis.store.chain import event_text, next_hash
from chassis.store.feed import Body

LOCK_KEY = 0x6576656E_74737472
"""The advisory lock all appends of one database take ("eventstr")."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event ready to be written."""

    event_id: str
    stream: str
    version: int
    type: str
    schema_version: int
    data: str
    meta: str


class Written(NamedTuple):
    """How far log and feed are after an append."""

    position: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Batch:
    """All that one transaction appends; ``command_id`` and ``value`` make it repeatable."""

    logid: str
    recorded_at: str
    events: Sequence[EventRow]
    bodies: Sequence[Body]
    command_id: str | None
    fingerprint: str
    value: str


def write(conn: Connection, batch: Batch) -> Written:
    """Append ``batch``; database errors about uniqueness are left to the caller to name."""
    return _write_sqlite(conn, batch) if conn.dialect.name == "sqlite" else _write_postgresql(conn, batch)


_TEXTS = (
    "event_ids", "streams", "versions", "types", "schema_versions", "datas", "metas", "feed_ids", "feed_types",
    "subjects", "heads", "tails",
)  # fmt: skip
_SINGLE = ("lock_key", "logid", "recorded_at", "command_id", "fingerprint", "value")
_INTEGERS = ("versions", "schema_versions")


def _array(name: str) -> str:
    """One parameter a column, cut apart by the server: an array literal of a hundred texts is slow to parse."""
    return f"string_to_array(%({name})s, E'\\n')" + ("::int[]" if name in _INTEGERS else "")


_CALL = 'SELECT "position", sequence FROM core_append({})'.format(  # noqa: S608 names of parameters alone
    ", ".join([*(f"%({name})s" for name in _SINGLE), *map(_array, _TEXTS)])
)


def _write_postgresql(conn: Connection, batch: Batch) -> Written:
    events, bodies = batch.events, batch.bodies
    columns: dict[str, list[str]] = {
        "event_ids": [e.event_id for e in events],
        "streams": [e.stream for e in events],
        "versions": [str(e.version) for e in events],
        "types": [e.type for e in events],
        "schema_versions": [str(e.schema_version) for e in events],
        "datas": [e.data for e in events],
        "metas": [e.meta for e in events],
        "feed_ids": [b.event_id for b in bodies],
        "feed_types": [b.type for b in bodies],
        "subjects": [b.subject for b in bodies],
        "heads": [b.head for b in bodies],
        "tails": [b.tail for b in bodies],
    }
    single = {
        "lock_key": LOCK_KEY,
        "logid": batch.logid,
        "recorded_at": batch.recorded_at,
        "command_id": batch.command_id,
        "fingerprint": batch.fingerprint,
        "value": batch.value,
    }
    joined = {name: "\n".join(texts) for name, texts in columns.items()}
    row = conn.exec_driver_sql(_CALL, single | joined).one()
    return Written(row.position, row.sequence)


def _write_sqlite(conn: Connection, batch: Batch) -> Written:
    head = conn.exec_driver_sql("SELECT logid, position, sequence, event_hash, feed_hash FROM log_head").one()
    if head.logid != batch.logid:
        raise log_changed()
    event_hash = _insert_events(conn, batch, head.position, head.event_hash)
    feed_hash = _insert_feed(conn, batch, head.sequence, head.feed_hash)
    written = Written(head.position + len(batch.events), head.sequence + len(batch.bodies))
    if batch.command_id is not None:
        row = {"command_id": batch.command_id, "fingerprint": batch.fingerprint, "value": batch.value}
        conn.execute(insert(t.commands).values(**row, recorded_at=batch.recorded_at, **written._asdict()))
    moved = (*written, event_hash, feed_hash)
    conn.exec_driver_sql("UPDATE log_head SET position = ?, sequence = ?, event_hash = ?, feed_hash = ?", moved)
    return written


def _insert_events(conn: Connection, batch: Batch, position: int, hash_: bytes) -> bytes:
    rows = []
    for position, e in enumerate(batch.events, position + 1):  # noqa: B020, PLR1704 the position goes on
        fields = (position, e.event_id, e.stream, e.version, e.type, e.schema_version)
        hash_ = next_hash(hash_, event_text(*fields, batch.recorded_at, e.meta, e.data))
        rows.append((*fields, e.data, e.meta, batch.recorded_at, hash_))
    if rows:
        conn.exec_driver_sql("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    return hash_


def _insert_feed(conn: Connection, batch: Batch, sequence: int, hash_: bytes) -> bytes:
    rows = []
    for number, body in enumerate(batch.bodies, sequence + 1):
        body_text = body.text(number)
        previous, hash_ = hash_, next_hash(hash_, body_text)
        rows.append((number, body.event_id, body.type, body.subject, body_text, previous, hash_))
    if rows:
        conn.exec_driver_sql("INSERT INTO feed VALUES (?,?,?,?,?,?,?)", rows)
    return hash_


def log_changed() -> Unavailable:
    """The database was restored under a running process: it must be started again before it writes."""
    return Unavailable("log_changed", "the log has a new id since this process started; start it again")
