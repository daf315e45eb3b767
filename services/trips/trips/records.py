"""Reading and writing a person's driving record inside the transaction that changes it.

Its rows are written with the events, so the highest version among them is that of the stream: whoever changed the
record meanwhile is met by the expected version of the append.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal, or_, select

from chassis.store import UnitOfWork
from trips.domain.driving_record import SPENT, Record, RecordEvent, entry_of, stream_of
from trips.domain.sixty_day import window_start
from trips.projections import driving_record as rows
from trips.projections.tables import driving_record as table


def current(uow: UnitOfWork, person_id: str, day: date) -> Record:
    """As :func:`load`, with what this unit of work has appended; read once for the days of a month."""
    since = window_start(day).replace(day=1)
    stored: Record = uow.once(("driving record", person_id, since), lambda: _reaching(uow.conn, person_id, since))
    own: list[Any] = [one.event for one in uow.pending if one.stream == stream_of(person_id)]
    return replace(stored.having(*map(entry_of, own)), version=stored.version + len(own))


def load(conn: Connection, person_id: str, day: date) -> Record:
    """All of the record that decides the counts of ``day`` and of the days after it, with one query; with a second one
    for whoever has used up a workplace's days before that.
    """
    return _reaching(conn, person_id, window_start(day))


def write(uow: UnitOfWork, person_id: str, record: Record, events: Sequence[RecordEvent]) -> None:
    """Append ``events`` to the record as it was loaded, and have their rows written with them."""
    uow.append(stream_of(person_id), record.version, events)
    uow.before_flush("driving record", lambda: rows.DRIVING_RECORD.apply(uow.conn, uow.pending))


def _reaching(conn: Connection, person_id: str, since: date) -> Record:
    found = _read(conn, person_id, since)
    earliest = min((one.day for one in found.entries.values() if one.kind == SPENT), default=since)
    return found if earliest >= since else _read(conn, person_id, earliest)


def _read(conn: Connection, person_id: str, since: date) -> Record:
    found = conn.execute(_QUERY, {"person_id": person_id, "since": since.isoformat()}).all()
    entries = rows.read_rows(row for row in found if row.entry_id is not None)
    return Record(found[0].head or 0, {one.entry_id: one for one in entries})


def _query() -> Select[Any]:
    """Always a row: the version stands also where nothing is recorded yet. Made once: that takes longer than asking."""
    mine = table.c.person_id == bindparam("person_id")
    head = select(func.max(table.c.version)).where(mine).scalar_subquery().label("head")
    nothing = select(literal(1).label("one")).subquery()
    counting = or_(table.c.day >= bindparam("since"), table.c.kind == SPENT)
    return select(head, table).select_from(nothing.outerjoin(table, mine & counting))


_QUERY = _query()
