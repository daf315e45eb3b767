"""The trips that wait for a decision, and nothing else: small however many there have been."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Index, Table, Text, delete, insert

from approval.domain.events import STREAM_PREFIX, DecisionRequested
from approval.projections.metadata import METADATA
from chassis.clock import iso_utc
from chassis.projections import OWN_LOG, Projection
from chassis.store import Recorded

waiting = Table(
    "waiting_trips_v1",
    METADATA,
    Column("trip_id", Text, primary_key=True),
    Column("org_unit_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("employment_id", Text, nullable=False),
    Column("submitted_at", Text, nullable=False),
    Index("waiting_trips_v1_reporter", "person_id", "employment_id", "org_unit_id"),
    Index("waiting_trips_v1_order", "submitted_at", "trip_id"),
)


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    """A request makes a trip wait; whatever else happens to its decision ends that."""
    last = {event.stream: event.event for event in events}
    trip_ids = [stream.removeprefix(STREAM_PREFIX) for stream in last]
    asked = [_row(event) for event in last.values() if isinstance(event, DecisionRequested)]
    conn.execute(delete(waiting).where(waiting.c.trip_id.in_(trip_ids)))
    if asked:
        conn.execute(insert(waiting), asked)


WAITING_TRIPS = Projection("waiting_trips", 1, OWN_LOG, (waiting,), apply)


def _row(event: DecisionRequested) -> dict[str, str]:
    return {
        "trip_id": event.trip_id,
        "org_unit_id": event.org_unit_id,
        "person_id": event.person_id,
        "employment_id": event.employment_id,
        "submitted_at": iso_utc(event.submitted_at),
    }
