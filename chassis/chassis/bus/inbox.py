"""How far a consumer has followed a source: one row, moved in the transaction of what the events caused.

The row is the whole memory of duplicates: a position already passed is dropped, the next one must carry the hash of
the last, and anything else is not believed until the source's feed confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select, update

from chassis.bus.envelope import GENESIS, Envelope
from chassis.clock import iso_utc
from chassis.errors import NotFound, Rejected
from chassis.store import tables as t
from chassis.store.engine import reading, writing
from chassis.store.event_store import EventStore
from chassis.store.model import FeedPage
from chassis.store.upsert import put_missing

Status = Literal["following", "halted"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last event of a source that was taken in; ``logid`` is None before the feed was first read."""

    logid: str | None
    position: int
    last_hash: str
    status: Status = "following"
    failure: str | None = None


START = Cursor(None, 0, GENESIS)


class Fork(Exception):
    """The source's history is not the one that was followed: it was restored, or changed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with envelopes that arrived: ``fresh`` continue the cursor; ``doubtful``: ask the feed."""

    fresh: list[Envelope]
    duplicates: int
    doubtful: bool


def plan(cursor: Cursor, arrived: Iterable[Envelope]) -> Plan:
    """Sort ``arrived`` by what the broker brought again, what comes next, and what only the feed can explain."""
    fresh: list[Envelope] = []
    position, last_hash, duplicates, doubtful = cursor.position, cursor.last_hash, 0, False
    for envelope in arrived:
        if envelope.logid != cursor.logid:
            doubtful = True
        elif envelope.sequence <= position:
            duplicates += 1
        elif doubtful or envelope.sequence != position + 1 or envelope.prevhash != last_hash:
            doubtful = True
        else:
            fresh.append(envelope)
            position, last_hash = envelope.sequence, envelope.hash
    return Plan(fresh, duplicates, doubtful)


def check_page(cursor: Cursor, page: FeedPage, envelopes: Sequence[Envelope]) -> None:
    """Raise ``Fork`` unless ``page`` (read after the cursor) continues what the cursor has followed.

    Events from before a restore carry the ``logid`` of their time: that they belong here, the chain of hashes says.
    """
    if cursor.logid is not None and page.logid != cursor.logid:
        raise Fork(f"the log is now {page.logid}, what was followed is {cursor.logid}")
    if page.head < cursor.position:
        raise Fork(f"the feed ends at {page.head}, {cursor.position} was already followed")
    if page.head == cursor.position and page.head_hash != cursor.last_hash:
        raise Fork(f"the hash at {page.head} is not the one that was followed")
    position, last_hash = cursor.position, cursor.last_hash
    for envelope in envelopes:
        if envelope.sequence != position + 1 or envelope.prevhash != last_hash:
            raise Fork(f"event {envelope.sequence} does not continue {position}")
        position, last_hash = envelope.sequence, envelope.hash


def look(store: EventStore, source: str) -> Cursor:
    """The cursor as it is now, without a lock."""
    with reading(store.engine) as conn:
        return _read(conn, source, lock=False)


def lock(conn: Connection, source: str, now: datetime) -> Cursor:
    """The cursor, held until the end of the transaction; the row is made when it is not there."""
    first = {"source": source, "position": 0, "last_hash": GENESIS, "status": "following", "updated_at": iso_utc(now)}
    found = _read(conn, source, lock=True)
    if found is not START:
        return found
    put_missing(conn, t.inbox, [first])
    return _read(conn, source, lock=True)


def move(conn: Connection, source: str, logid: str | None, last: Envelope, now: datetime) -> None:
    """Everything up to ``last`` is taken in; ``logid`` is the one the feed has now, ``last`` may have an older one."""
    moved = {"logid": logid, "position": last.sequence, "last_hash": last.hash, "failure": None}
    conn.execute(update(t.inbox).where(t.inbox.c.source == source).values(moved | {"updated_at": iso_utc(now)}))


def move_to(conn: Connection, source: str, cursor: Cursor, now: datetime) -> None:
    """Follow ``source`` from ``cursor`` on, whatever was followed before."""
    place = {"logid": cursor.logid, "position": cursor.position, "last_hash": cursor.last_hash}
    moved = {"status": cursor.status, "failure": cursor.failure, "updated_at": iso_utc(now)}
    conn.execute(update(t.inbox).where(t.inbox.c.source == source).values(place | moved))


def taken_at(store: EventStore, source: str) -> datetime:
    """When the last event of ``source`` was taken in."""
    with reading(store.engine) as conn:
        query = select(t.inbox.c.updated_at).where(t.inbox.c.source == source)
        return datetime.fromisoformat(conn.execute(query).scalar_one())


def halt(store: EventStore, source: str, failure: str, now: datetime) -> None:
    """Stop following ``source``, in every process and after every restart, until a person resumes it.

    The row's ``updated_at`` stays: it says when the last event was taken in.
    """
    with writing(store.engine) as conn:
        lock(conn, source, now)
        stopped = {"status": "halted", "failure": failure}
        conn.execute(update(t.inbox).where(t.inbox.c.source == source).values(stopped))


def resume(store: EventStore, source: str) -> None:
    """Follow ``source`` again from where it stopped.

    After a fork this only helps once the source's feed is again the one that was followed: the same check halts it
    anew (for a source that was restored, see :mod:`chassis.bus.resynchronising`). Raises ``NotFound`` for a source
    never followed and ``Rejected`` for one that is not halted.
    """
    with writing(store.engine) as conn:
        found = _read(conn, source, lock=True)
        if found is START:
            raise NotFound("unknown_source", f"{source} was never followed")
        if found.status != "halted":
            raise Rejected("not_halted", f"{source} is not halted")
        resumed = {"status": "following", "failure": None}
        conn.execute(update(t.inbox).where(t.inbox.c.source == source).values(resumed))


def inbox_status(store: EventStore) -> dict[str, Cursor]:
    """Every source this service follows and how far; a halted one is an alarm for a person to look into."""
    with reading(store.engine) as conn:
        return {row.source: _cursor(row) for row in conn.execute(select(t.inbox).order_by(t.inbox.c.source))}


def _read(conn: Connection, source: str, *, lock: bool) -> Cursor:
    query = select(t.inbox).where(t.inbox.c.source == source)
    if lock and conn.dialect.name != "sqlite":
        query = query.with_for_update()
    row = conn.execute(query).one_or_none()
    return START if row is None else _cursor(row)


def _cursor(row: object) -> Cursor:
    return Cursor(row.logid, row.position, row.last_hash, row.status, row.failure)  # type: ignore[attr-defined]
