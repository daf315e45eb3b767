"""Closing a period: every trip that can be paid is paid, once, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.clock import local_date
from chassis.store import Context, Outcome, UnitOfWork
from payroll.app import PayrollApp
from payroll.application.current import execute_on_current
from payroll.domain import rates
from payroll.domain.errors import Problem
from payroll.domain.period import ClosePeriod, Expected, Period, PeriodClosed, decide_closing, evolve
from payroll.domain.settlement import PayBasis, TripSettled, settle
from payroll.projections.payable_trips import payable_trips
from payroll.projections.people import people_of
from payroll.projections.rates import all_rates
from payroll.published import closed_data


def close_period(
    app: PayrollApp, context: Context, period: str, cut_off: datetime | None = None, expected: Expected | None = None
) -> Outcome:
    """The value is the closed period and the log's position where it says so; the same however often it is closed.

    `cut_off` is now unless given. Refused with the errors of `decide_closing`; then nothing is stored.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        stream = f"period-{period}"
        loaded = uow.load(stream, evolve, Period())
        if loaded.state.closed is not None:
            return {"period": closed_data(loaded.state.closed), "position": uow.history(stream)[0].position}
        command = ClosePeriod(
            period, cut_off or uow.now, uow.now, local_date(uow.now), app.file_settings, expected=expected
        )
        outcomes = settle_all(app, uow.conn, period, command.cut_off, uow.now)
        closing = decide_closing(loaded.state, command, outcomes)
        _append(uow, outcomes, stream, closing)
        return {"period": closed_data(closing[0]), "position": None}

    return execute_on_current(app, context, work)


def settle_all(
    app: PayrollApp, conn: Connection, period: str, cut_off: datetime, now: datetime
) -> list[TripSettled | Problem]:
    """What every trip payable at the cut-off would be paid, or why it cannot be: the preview and the closing alike."""
    trips = payable_trips(conn, cut_off)
    known = people_of(conn, {trip.person_id for trip in trips})
    people = {person_id: item.person for person_id, item in known.items()}
    basis = PayBasis(rates.table(all_rates(conn)), people, app.administrative)
    return [settle(trip, basis, period, now) for trip in trips]


def _append(uow: UnitOfWork, outcomes: list[TripSettled | Problem], stream: str, closing: list[PeriodClosed]) -> None:
    for item in outcomes:
        if isinstance(item, TripSettled):
            uow.append(f"settlement-{item.trip_id}", 0, [item])
    uow.append(stream, 0, closing)
