"""Closing a period: every trip that can be paid is paid, once, in one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chassis.clock import local_date
from chassis.store import Context, Outcome, UnitOfWork
from payroll.app import PayrollApp
from payroll.application.current import execute_on_current
from payroll.application.sources import late_sources, stopped_sources
from payroll.domain import rates
from payroll.domain.errors import Problem
from payroll.domain.period import (
    ClosePeriod,
    Expected,
    Period,
    PeriodClosed,
    check_closing,
    decide_closing,
    evolve,
    instant,
)
from payroll.domain.settlement import PayBasis, TripSettled, settle
from payroll.projections.payable_trips import payable_trips
from payroll.projections.people import people_of
from payroll.projections.periods import last_closed
from payroll.projections.rates import all_rates
from payroll.published import closed_data


@dataclass(frozen=True)
class Wish:
    """What whoever closes asks for. `cut_off` is now unless given; `expected` are the figures that must still be so;
    `accept_incomplete`: also when sources are halted or events held.
    """

    cut_off: datetime | None = None
    expected: Expected | None = None
    accept_incomplete: bool = False


NOW = Wish()


def close_period(app: PayrollApp, context: Context, period: str, wish: Wish = NOW) -> Outcome:
    """The value is the closed period, its warnings and the log's position where it says so; the same however often it
    is closed. Refused with the errors of `decide_closing`; then nothing is stored.
    """
    cut_off = None if wish.cut_off is None else instant(wish.cut_off)
    late = late_sources(app)

    def work(uow: UnitOfWork) -> dict[str, Any]:
        stream = f"period-{period}"
        loaded = uow.load(stream, evolve, Period())
        if loaded.state.closed is not None:
            return _answer(loaded.state.closed, uow.history(stream)[0].position)
        command = ClosePeriod(
            period,
            cut_off or uow.now,
            uow.now,
            local_date(uow.now),
            app.file_settings,
            expected=wish.expected,
            last_closed=last_closed(uow.conn),
            warnings=(*stopped_sources(uow.conn), *late),
            accept_incomplete=wish.accept_incomplete,
        )
        check_closing(command)
        outcomes = settle_all(app, uow.conn, period, command.cut_off, uow.now)
        closing = decide_closing(loaded.state, command, outcomes)
        _append(uow, outcomes, stream, closing)
        return _answer(closing[0], None)

    return execute_on_current(app, context, work)


def _answer(closed: PeriodClosed, position: int | None) -> dict[str, Any]:
    warnings = [asdict(warning) for warning in closed.warnings]
    return {"period": closed_data(closed), "warnings": warnings, "position": position}


def settle_all(
    app: PayrollApp, conn: Connection, period: str, cut_off: datetime, now: datetime
) -> list[TripSettled | Problem]:
    """What every trip payable at the cut-off would be paid, or why it cannot be: the preview and the closing alike."""
    trips = payable_trips(conn, cut_off)
    known = people_of(conn, {trip.person_id for trip in trips})
    people = {person_id: item.person for person_id, item in known.items()}
    basis = PayBasis(rates.table(all_rates(conn)), people, app.administrative, app.config.pay_code_taxable)
    return [settle(trip, basis, period, now) for trip in trips]


def _append(uow: UnitOfWork, outcomes: list[TripSettled | Problem], stream: str, closing: list[PeriodClosed]) -> None:
    for item in outcomes:
        if isinstance(item, TripSettled):
            uow.append(f"settlement-{item.trip_id}", 0, [item])
    uow.append(stream, 0, closing)
