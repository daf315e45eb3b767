"""The rates there are, by type and first day."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Table, Text, and_, delete, insert, select

from chassis.store import Recorded
from payroll.domain.rates import Rate, RateSet
from payroll.projections.metadata import METADATA, Documents

rates = Table(
    "rates_v1",
    METADATA,
    Column("rate_type", Text, primary_key=True),
    Column("valid_from", Text, primary_key=True),
    Column("document", Text, nullable=False),
)
_documents = Documents(Rate)


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    """A rate takes the place of the one with the same first day."""
    for recorded in events:
        if isinstance(recorded.event, RateSet):
            _put(conn, recorded.event.rate)


def _put(conn: Connection, rate: Rate) -> None:
    key = {"rate_type": rate.rate_type, "valid_from": rate.valid_from.isoformat()}
    conn.execute(delete(rates).where(and_(*(rates.c[name] == value for name, value in key.items()))))
    conn.execute(insert(rates).values({**key, "document": _documents.dump(rate)}))


def all_rates(conn: Connection) -> list[Rate]:
    """Every rate, by type and first day."""
    query = select(rates.c.document).order_by(rates.c.rate_type, rates.c.valid_from)
    return [_documents.load(row.document) for row in conn.execute(query)]
