"""Changing a trip and taking it back, while nobody has approved it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from chassis.http import Page, Redirect, Reply, Route
from chassis.store import Outcome, UnitOfWork
from trips import drafts
from trips.application.reporting import AmendTrip, amend_trip, withdraw_trip
from trips.bootstrap import TripsApp
from trips.domain.events import Report
from trips.http import actions
from trips.http.actions import TripsCall
from trips.http.api import BASE, EMPLOYEE
from trips.http.schemas import ReportIn, TripAccepted
from trips.views import trip_view

ONE = f"{BASE}/<uuid:trip_id>"
WITHDRAW_PAGE = "/trips/<uuid:trip_id>/withdraw"


class SeenQuery(Schema):
    """What the change rests on."""

    revision = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1),
        metadata={"description": "The revision that is changed: refused when another one is in force. Any without it."},
    )


def amend(call: TripsCall, trip_id: str, content: Report, seen: int | None) -> Outcome:
    """Report the caller's own trip anew."""
    app: TripsApp = call.app
    command = AmendTrip(trip_id, call.person_id, content, seen)

    def work(uow: UnitOfWork) -> dict[str, str | int]:
        drafts.forget(uow.conn, call.person_id, trip_id)
        return amend_trip(uow, app.rules, command)

    return app.store.execute(call.context(), work)


def withdraw(call: TripsCall, seen: int | None) -> Outcome:
    """Take the caller's own trip back."""
    app: TripsApp = call.app
    trip_id = str(call.path["trip_id"])

    def work(uow: UnitOfWork) -> dict[str, str | int]:
        return withdraw_trip(uow, app.rules, trip_id, call.person_id, seen)

    return app.store.execute(call.context(), work)


def put_trip(call: TripsCall) -> Reply:
    return _accepted(amend(call, str(call.path["trip_id"]), call.body["report"], call.query["revision"]))


def delete_trip(call: TripsCall) -> Reply:
    return _accepted(withdraw(call, call.query["revision"]))


def confirm_page(call: TripsCall) -> Page | Redirect:
    """Asks once more. What can no longer be withdrawn has nothing to confirm."""
    trip, _ = actions.visible_trip(call)
    shown = trip_view(trip)
    if shown["person_id"] != call.person_id or not shown["may_change"]:
        return Redirect(f"/trips/{shown['trip_id']}")
    return Page("withdraw.html", {"trip": shown})


def withdraw_page(call: TripsCall) -> Redirect:
    typed = call.form.get("revision", "")
    withdraw(call, int(typed) if typed.isascii() and typed.isdigit() else None)
    return Redirect(f"/trips/{call.path['trip_id']}")


def _accepted(outcome: Outcome) -> Reply:
    value: dict[str, Any] = outcome.value
    return Reply({**value, "position": outcome.position})


CHANGING = (
    Route(
        "PUT",
        ONE,
        put_trip,
        access=EMPLOYEE,
        summary="Report my trip anew, with changes, as its next revision; while it is not approved",
        body=ReportIn,
        query=SeenQuery,
        returns=TripAccepted,
    ),
    Route(
        "DELETE",
        ONE,
        delete_trip,
        access=EMPLOYEE,
        summary="Withdraw my trip; while it is not approved",
        query=SeenQuery,
        returns=TripAccepted,
    ),
    Route("GET", WITHDRAW_PAGE, confirm_page, access=EMPLOYEE, summary="Confirm that a trip is withdrawn", page=True),
    Route("POST", WITHDRAW_PAGE, withdraw_page, access=EMPLOYEE, summary="Withdraw a trip", page=True),
)
