"""What was driven and what was approved, as trips and approval say; together, what is payable.

Submission and decision arrive in any order: a trip is payable when both are here for the same revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Connection, Index, Integer, Table, Text, and_, delete, false, select

from chassis.clock import iso_utc
from chassis.projections import Projection
from chassis.store.upsert import put
from payroll.domain.settlement import PayableTrip
from payroll.projections.metadata import METADATA
from payroll.projections.settlements import settlements
from payroll.reading import ApprovedTrip, SubmittedTrip, read

if TYPE_CHECKING:
    from chassis.bus.envelope import Envelope

submitted = Table(
    "submitted_trips_v1",
    METADATA,
    Column("trip_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("employment_id", Text, nullable=False),
    Column("driving_date", Text, nullable=False),
    Column("rate_type", Text, nullable=False),
    Column("net_m", Integer, nullable=False),
    Column("taxable_m", Integer, nullable=False, server_default="0"),
    Column("trailer", Boolean, nullable=False, server_default=false()),
)
approved = Table(
    "approved_trips_v1",
    METADATA,
    Column("trip_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("account", Text),
    Index("approved_trips_v1_decided_at", "decided_at"),
)


def apply_submitted(conn: Connection, events: Sequence[Envelope]) -> None:
    """Trips publishes revisions in order, so the last one stands, or none that was withdrawn."""
    rows: dict[str, dict[str, Any]] = {}
    withdrawn = []
    for event in events:
        if event.type == "trip-withdrawn":
            trip_id = read("trips", event.type, event.data)["trip_id"]
            rows.pop(trip_id, None)
            withdrawn.append(trip_id)
        if event.type == "trip-submitted":
            trip: SubmittedTrip = read("trips", event.type, event.data)
            rows[trip.trip_id] = {**vars(trip), "driving_date": trip.driving_date.isoformat()}
    if withdrawn:
        conn.execute(delete(submitted).where(submitted.c.trip_id.in_(withdrawn)))
    put(conn, submitted, rows.values())


def apply_approved(conn: Connection, events: Sequence[Envelope]) -> None:
    rows = {}
    for event in events:
        if event.type == "trip-approved":
            trip: ApprovedTrip = read("approval", event.type, event.data)
            rows[trip.trip_id] = {**vars(trip), "decided_at": iso_utc(trip.decided_at)}
    put(conn, approved, rows.values())


SUBMITTED_TRIPS = Projection("submitted_trips", 1, "trips", (submitted,), apply_submitted)
APPROVED_TRIPS = Projection("approved_trips", 1, "approval", (approved,), apply_approved)


def payable_trips(conn: Connection, cut_off: datetime) -> list[PayableTrip]:
    """Approved, not settled, decided up to the cut-off; by driving date and id."""
    same = and_(submitted.c.trip_id == approved.c.trip_id, submitted.c.revision == approved.c.revision)
    joined = approved.join(submitted, same).outerjoin(settlements, settlements.c.trip_id == approved.c.trip_id)
    query = (
        select(submitted, approved.c.account, approved.c.decided_at)
        .select_from(joined)
        .where(settlements.c.trip_id.is_(None), approved.c.decided_at <= iso_utc(cut_off))
        .order_by(submitted.c.driving_date, submitted.c.trip_id)
    )
    return [_payable(row) for row in conn.execute(query)]


def _payable(row: Any) -> PayableTrip:
    return PayableTrip(
        trip_id=row.trip_id,
        revision=row.revision,
        person_id=row.person_id,
        employment_id=row.employment_id,
        driving_date=date.fromisoformat(row.driving_date),
        rate_type=row.rate_type,
        net_m=row.net_m,
        taxable_m=row.taxable_m,
        trailer=row.trailer,
        account=row.account,
        decided_at=datetime.fromisoformat(row.decided_at),
    )
