"""Periods as they are shown, closed or open, to programs and to people alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.clock import iso_utc, local_date
from chassis.errors import NotFound
from chassis.store import reading
from payroll.app import PayrollApp
from payroll.application.periods import settle_all
from payroll.application.sources import late_sources, stopped_sources
from payroll.domain.errors import Problem, SourceWarning
from payroll.domain.period import figures_of, open_periods
from payroll.domain.settlement import TripSettled
from payroll.projections.periods import ClosedPeriod, closed_period, closed_periods, last_closed
from payroll.published import closed_data

View = dict[str, Any]


def periods(app: PayrollApp) -> list[View]:
    """The newest month first: those that can be closed now, then those that are closed."""
    now, late = app.clock(), late_sources(app)
    with reading(app.store.engine) as conn:
        closed = [closed_view(item) for item in closed_periods(conn)]
        months = open_periods(last_closed(conn), local_date(now))
        preview = _preview(app, conn, now, late) if months else {}
    return [*({**preview, "period": month} for month in months), *closed]


def period(app: PayrollApp, month: str) -> View:
    """NotFound for a month that is neither closed nor open."""
    now, late = app.clock(), late_sources(app)
    with reading(app.store.engine) as conn:
        if (found := closed_period(conn, month)) is not None:
            return closed_view(found)
        if month not in open_periods(last_closed(conn), local_date(now)):
            raise NotFound("unknown_period", "There is no such period: it has not begun, or a later one is closed.")
        return {**_preview(app, conn, now, late), "period": month}


def open_before(app: PayrollApp, month: str) -> list[str]:
    """The open months before ``month``, the oldest first: they can no longer be closed once it is."""
    with reading(app.store.engine) as conn:
        return sorted(one for one in open_periods(last_closed(conn), local_date(app.clock())) if one < month)


def is_over(app: PayrollApp, month: str) -> bool:
    """Whether the last day of ``month`` has passed."""
    return month < f"{local_date(app.clock()):%Y-%m}"


def closed_view(found: ClosedPeriod) -> View:
    warnings = [asdict(warning) for warning in found.event.warnings]
    return {**closed_data(found.event), "status": "closed", "problems": [], "warnings": warnings}


def _preview(app: PayrollApp, conn: Connection, now: datetime, late: Sequence[SourceWarning]) -> View:
    """What closing now would pay, by the very function that closes."""
    outcomes = settle_all(app, conn, "", now, now)
    figures = asdict(figures_of([item for item in outcomes if isinstance(item, TripSettled)]))
    return {
        "status": "open",
        "closed_at": None,
        "cut_off": iso_utc(now),
        **(figures | {"pay_codes": list(figures["pay_codes"])}),
        "problems": [asdict(item) for item in outcomes if isinstance(item, Problem)],
        "warnings": [asdict(warning) for warning in (*stopped_sources(conn), *late)],
    }
