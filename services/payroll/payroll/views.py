"""Periods as they are shown, closed or open, to programs and to people alike."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.clock import iso_utc, local_date
from chassis.errors import NotFound
from chassis.store import reading
from payroll.app import PayrollApp
from payroll.application.periods import settle_all
from payroll.domain.errors import Problem
from payroll.domain.period import figures_of, is_month, month_of, open_periods
from payroll.domain.settlement import TripSettled
from payroll.projections.periods import ClosedPeriod, closed_period, closed_periods, last_closed
from payroll.published import closed_data

View = dict[str, Any]


def periods(app: PayrollApp) -> list[View]:
    """The newest month first: those that can be closed now, then those that are closed."""
    now = app.clock()
    with reading(app.store.engine) as conn:
        closed = [closed_view(item) for item in closed_periods(conn)]
        months = open_periods(last_closed(conn), local_date(now))
        preview = _preview(app, conn, now) if months else {}
    return [*({**preview, "period": month} for month in months), *closed]


def period(app: PayrollApp, month: str) -> View:
    """NotFound for what is no month, or a month that has not begun."""
    now = app.clock()
    if not is_month(month) or month > month_of(local_date(now)):
        raise NotFound("unknown_period", "There is no such period, or it has not begun.")
    with reading(app.store.engine) as conn:
        found = closed_period(conn, month)
        return closed_view(found) if found else {**_preview(app, conn, now), "period": month}


def closed_view(found: ClosedPeriod) -> View:
    return {**closed_data(found.event), "status": "closed", "problems": []}


def _preview(app: PayrollApp, conn: Connection, now: datetime) -> View:
    """What closing now would pay, by the very function that closes."""
    outcomes = settle_all(app, conn, "", now, now)
    figures = asdict(figures_of([item for item in outcomes if isinstance(item, TripSettled)]))
    return {
        "status": "open",
        "closed_at": None,
        "cut_off": iso_utc(now),
        **(figures | {"pay_codes": list(figures["pay_codes"])}),
        "problems": [asdict(item) for item in outcomes if isinstance(item, Problem)],
    }
