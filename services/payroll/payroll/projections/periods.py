"""The periods that are closed, with their figures and how often their file was fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, func, insert, select, update

from chassis.store import Recorded
from payroll.domain.period import FileExported, PeriodClosed
from payroll.projections.metadata import METADATA, Documents

periods = Table(
    "periods_v1",
    METADATA,
    Column("period", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("exports", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
_documents = Documents(PeriodClosed)


@dataclass(frozen=True)
class ClosedPeriod:
    """`position` is where the log says so; `exports` how often the file was fetched."""

    event: PeriodClosed
    position: int
    closed_by: str
    exports: int


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        match recorded.event:
            case PeriodClosed() as event:
                row = {"period": event.period, "position": recorded.position, "closed_by": recorded.meta.actor}
                conn.execute(insert(periods).values({**row, "exports": 0, "document": _documents.dump(event)}))
            case FileExported() as event:
                more = {"exports": periods.c.exports + 1}
                conn.execute(update(periods).where(periods.c.period == event.period).values(more))
            case _:
                pass


def last_closed(conn: Connection) -> str | None:
    latest: str | None = conn.execute(select(func.max(periods.c.period))).scalar_one()
    return latest


def closed_periods(conn: Connection) -> list[ClosedPeriod]:
    """The newest month first."""
    rows = conn.execute(select(periods).order_by(periods.c.period.desc()))
    return [_closed(row) for row in rows]


def closed_period(conn: Connection, period: str) -> ClosedPeriod | None:
    row = conn.execute(select(periods).where(periods.c.period == period)).one_or_none()
    return None if row is None else _closed(row)


def _closed(row: Any) -> ClosedPeriod:
    return ClosedPeriod(_documents.load(row.document), row.position, row.closed_by, row.exports)
