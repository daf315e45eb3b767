"""The latest revision of every trip, as trips published it: what an approver looks at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Index, Row, Table, Text, delete, func, select

from approval.domain.trip import SubmittedTrip
from approval.projections.metadata import METADATA
from approval.reading import read, read_kept
from chassis.canonical import canonical
from chassis.projections import Projection
from chassis.store import ERASED
from chassis.store.upsert import put

if TYPE_CHECKING:
    from chassis.bus.envelope import Envelope

SOURCE = "trips"
PERSONAL = ("purpose", "points", "stops", "licence_plate", "remark")
"""What of a submitted trip is sealed about the person who drove: all that its schema marks as sealed."""

trips = Table(
    "submitted_trips_v1",
    METADATA,
    Column("trip_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("driving_date", Text, nullable=False),
    Column("likeness", Text, nullable=False),
    Column("published", Text, nullable=False),
    Index("submitted_trips_v1_likeness", "likeness"),
)
_FIRST = "first_submitted_at"
"""Kept beside what was published."""


def apply(conn: Connection, events: Sequence[Envelope]) -> None:
    """Trips publishes revisions in order, so the last one stands, or none where that was withdrawn. When trips has
    forgotten a person, so has this.
    """
    rows: dict[str, dict[str, str]] = {}
    first = _first_submitted(conn, events)
    gone = []
    withdrawn: list[str] = []
    for event in events:
        if event.type == "person-erasure-confirmed":
            gone.append(read(SOURCE, event)["person_id"])
        if event.type == "trip-withdrawn":
            trip_id = read(SOURCE, event).trip_id
            rows.pop(trip_id, None)
            first.pop(trip_id, None)
            withdrawn.append(trip_id)
        if event.type == "trip-submitted":
            trip: SubmittedTrip = read(SOURCE, event)
            since = first[trip.trip_id] = event.data["submitted_at"] if trip.revision == 1 else first.get(trip.trip_id)
            rows[trip.trip_id] = {
                "trip_id": trip.trip_id,
                "person_id": trip.person_id,
                "driving_date": trip.driving_date.isoformat(),
                "likeness": trip.likeness,
                "published": canonical({**event.data, _FIRST: since}),
            }
    if withdrawn:
        conn.execute(delete(trips).where(trips.c.trip_id.in_(withdrawn)))
    put(conn, trips, rows.values())
    for person_id in gone:
        forget(conn, person_id)


def _first_submitted(conn: Connection, events: Sequence[Envelope]) -> dict[str, str | None]:
    """When the trips of which these events tell a later revision were submitted first, as far as it is known."""
    later = [one for one in events if one.type == "trip-submitted" and one.data.get("revision") != 1]
    if not later:
        return {}
    query = select(trips.c.trip_id, trips.c.published).where(trips.c.trip_id.in_([one.subject for one in later]))
    known = {row.trip_id: json.loads(row.published) for row in conn.execute(query)}
    return {trip_id: _since(told) for trip_id, told in known.items()}


def _since(told: Mapping[str, Any]) -> str | None:
    """Rows of an earlier release say it only where they are of the first revision."""
    found: str | None = told.get(_FIRST) or (told["submitted_at"] if told["revision"] == 1 else None)
    return found


def forget(conn: Connection, person_id: str) -> None:
    """What a rebuild gives once the person's keys are destroyed."""
    rows = {}
    for row in conn.execute(select(trips).where(trips.c.person_id == person_id)):
        told = json.loads(row.published)
        told |= {name: ERASED for name in PERSONAL if told.get(name) is not None}
        trip = read_kept(told)
        changed = {"likeness": trip.likeness, "published": canonical(told)}
        rows[row.trip_id] = {**row._mapping, **changed}  # noqa: SLF001 SQLAlchemy's public name for it
    put(conn, trips, rows.values())


SUBMITTED_TRIPS = Projection("submitted_trips", 1, SOURCE, (trips,), apply)


def same_drives(conn: Connection, likenesses: Sequence[str]) -> Mapping[str, int]:
    """How many trips there are of each likeness."""
    likeness = trips.c.likeness
    query = select(likeness, func.count().label("trips")).where(likeness.in_(likenesses)).group_by(likeness)
    return {row.likeness: row.trips for row in conn.execute(query)}


def drives_of(conn: Connection, trip_ids: Sequence[str]) -> Mapping[str, Row[str, str, str]]:
    """Whose and of which day each trip is: rows with ``person_id`` and ``driving_date`` by trip id."""
    columns = trips.c
    query = select(columns.trip_id, columns.person_id, columns.driving_date).where(columns.trip_id.in_(trip_ids))
    return {row.trip_id: row for row in conn.execute(query)}
