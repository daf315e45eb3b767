"""Forgetting a person: checked, noted on the log for every service to hear, and their keys destroyed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete

from chassis import erasing
from chassis.clock import local_date
from chassis.errors import NotFound
from chassis.store import Context, Outcome, UnitOfWork, reading
from payroll.app import PayrollApp
from payroll.application.current import execute_on_current
from payroll.cpr_index import person_index
from payroll.domain.erasing import Standing, check
from payroll.domain.events import ErasureConfirmed, PersonErased
from payroll.projections import erasures, people
from payroll.projections.erasures import Receipt
from payroll.projections.payable_trips import payable_trips
from payroll.projections.settlements import settled_for


def check_person(app: PayrollApp, person_id: str) -> None:
    """Whether the person may be erased now; nothing is done.

    NotFound for nobody's id; NotYet with the reason.
    """
    app.projections.run_to_head()
    with reading(app.store.engine) as conn:
        if not erasing.is_noted(conn, person_id):
            _check(app, conn, person_id, app.clock())


def erase_person(app: PayrollApp, context: Context, person_id: str, why: str) -> Outcome:
    """Forget the person for good; the value says when. Done again, it does what was left undone.

    The log says so first: keys that outlive a crash in between are destroyed at the next start. Raises as
    `check_person`, and then does nothing.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        if not erasing.is_noted(uow.conn, person_id):
            _check(app, uow.conn, person_id, uow.now)
            stream = f"person-{person_id}"
            uow.append(stream, len(uow.history(stream)), [PersonErased(person_id, uow.now, why)])
            erasing.note(uow.conn, person_id, uow.now)
            uow.conn.execute(delete(person_index).where(person_index.c.person_id == person_id))
        return {"person_id": person_id}

    outcome = execute_on_current(app, context, work)
    app.people_keys.destroy(person_id)
    app.projections.run_to_head()
    return outcome


def confirm_erasure(uow: UnitOfWork, confirmed: ErasureConfirmed) -> None:
    """Another service has forgotten the person; noted once."""
    stream = f"person-{confirmed.person_id}"
    history = uow.history(stream)
    known = {one.event.service for one in history if isinstance(one.event, ErasureConfirmed)}
    if history and confirmed.service not in known:
        uow.append(stream, len(history), [confirmed])


def receipt_of(app: PayrollApp, person_id: str) -> Receipt:
    """Who has confirmed. NotFound for a person who was not erased."""
    app.projections.run_to_head()
    with reading(app.store.engine) as conn:
        found = erasures.receipt(conn, person_id)
    if found is None:
        raise NotFound("not_erased", "No such person was erased.")
    return found


def pending(app: PayrollApp) -> int:
    with reading(app.store.engine) as conn:
        return erasures.pending(conn)


def _check(app: PayrollApp, conn: Connection, person_id: str, now: datetime) -> None:
    known = people.people_of(conn, [person_id]).get(person_id)
    if known is None:
        raise NotFound("unknown_person", "There is no such person.")
    today = local_date(now)
    unsettled = sum(trip.person_id == person_id for trip in payable_trips(conn, now))
    standing = Standing(known.person.active_on(today), unsettled, _last_settled(conn, person_id))
    check(standing, today, app.config.retention_years)


def _last_settled(conn: Connection, person_id: str) -> date | None:
    days = [local_date(item.settled_at) for item in settled_for(conn, person_id)]
    return max(days, default=None)
