"""Every trip that has been paid, with what the payroll file needs of it. No CPR number stands here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Index, Table, Text, select

from chassis.store import Recorded
from chassis.store.upsert import put
from payroll.domain.settlement import TripSettled
from payroll.projections.metadata import METADATA, Documents

settlements = Table(
    "settlements_v1",
    METADATA,
    Column("trip_id", Text, primary_key=True),
    Column("period", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index("settlements_v1_period", "period"),
)
_documents = Documents(TripSettled)


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    settled = [recorded.event for recorded in events if isinstance(recorded.event, TripSettled)]
    put(conn, settlements, {item.trip_id: _row(item) for item in settled}.values())


def _row(item: TripSettled) -> dict[str, str]:
    document = _documents.dump(item)
    return {"trip_id": item.trip_id, "period": item.period, "person_id": item.person_id, "document": document}


def settled_for(conn: Connection, person_id: str) -> list[TripSettled]:
    query = select(settlements.c.document).where(settlements.c.person_id == person_id)
    return [_documents.load(row.document) for row in conn.execute(query)]


def settled_in(conn: Connection, period: str) -> list[TripSettled]:
    query = select(settlements.c.document).where(settlements.c.period == period).order_by(settlements.c.trip_id)
    return [_documents.load(row.document) for row in conn.execute(query)]
