"""Each person's driving record as rows, for the 60-day rule and for what else is driven on a day.

Whoever changes a record writes its rows in the same transaction (:mod:`trips.records`), because the next trip is
reckoned from them; here they are folded again, which changes nothing, and made anew when the read model is rebuilt.
A row never gives way to an older one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update

from chassis.canonical import canonical
from chassis.projections import Projection
from chassis.store import ERASED, Recorded
from chassis.store.upsert import put
from trips.domain.driving_record import (
    DayRegistered,
    DayUnregistered,
    DriveRecorded,
    DriveStruck,
    Entry,
    Leg,
    RecordEvent,
    WorkplaceSpent,
    entry_of,
)
from trips.domain.events import PersonForgotten
from trips.projections.tables import driving_record as table

_EVENTS = (DriveRecorded, DriveStruck, DayRegistered, DayUnregistered, WorkplaceSpent)


def _apply(conn: Connection, events: Sequence[Recorded]) -> None:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for recorded in events:
        event = recorded.event
        if isinstance(event, PersonForgotten):
            keep(conn, rows.values())
            rows = {}
            forget(conn, event.person_id)
        elif isinstance(event, _EVENTS):
            row = row_of(event, recorded.version)
            rows[row["person_id"], row["entry_id"]] = row
    keep(conn, rows.values())


def row_of(event: RecordEvent, version: int) -> dict[str, Any]:
    """The row that ``event``, the record's ``version``, leads to."""
    entry = entry_of(event)
    return {
        "person_id": event.person_id,
        "entry_id": entry.entry_id,
        "version": version,
        "kind": entry.kind,
        "day": entry.day.isoformat(),
        "home_legs": canonical([asdict(leg) for leg in entry.home_legs]),
        "worked_at": canonical(list(entry.worked_at)),
    }


def read_rows(rows: Iterable[Any]) -> list[Entry]:
    """Rows as the entries they stand for. What is the same in many, as a workplace is, is read once."""
    legs: dict[str, tuple[Leg, ...]] = {}
    worked: dict[str, tuple[str, ...]] = {}
    found = []
    for row in rows:
        if row.home_legs not in legs:
            legs[row.home_legs] = tuple(Leg(**leg) for leg in json.loads(row.home_legs))
        if row.worked_at not in worked:
            worked[row.worked_at] = tuple(json.loads(row.worked_at))
        day = date.fromisoformat(row.day)
        found.append(Entry(row.entry_id, row.kind, day, legs[row.home_legs], worked[row.worked_at]))
    return found


def keep(conn: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Write these rows where they are newer than what is there."""
    put(conn, table, rows, rising="version")


def forget(conn: Connection, person_id: str) -> None:
    """What a rebuild gives once the person's keys are destroyed: days without addresses."""
    query = select(table.c.entry_id, table.c.home_legs).where(table.c.person_id == person_id, table.c.home_legs != "[]")
    for row in conn.execute(query).all():
        legs = canonical([{**leg, "text": ERASED} for leg in json.loads(row.home_legs)])
        mine = (table.c.person_id == person_id) & (table.c.entry_id == row.entry_id)
        conn.execute(update(table).where(mine).values(home_legs=legs))


DRIVING_RECORD = Projection("driving_record", 1, "log", (table,), _apply)
