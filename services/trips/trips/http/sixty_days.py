"""The 60-day account: the API with which it is seen and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from chassis.clock import local_date
from chassis.http import SIGNED_IN, Reply, Route, roles
from chassis.store import UnitOfWork, reading
from trips import records
from trips.application.protecting import shown_address
from trips.application.sixty_days import known_leg, mark_spent, register, unregister
from trips.bootstrap import TripsApp
from trips.commutes import WayToWork, ways_to_work
from trips.domain.driving_record import Leg
from trips.http.actions import MAY_SEE_ALL, TripsCall
from trips.sixty_days import OwnWorkplace, WorkplaceAccount, account_of, own_workplaces

BASE = "/trips/api/v1/sixty-day"
EMPLOYEE = roles("employee")
ADMIN = roles("admin")
_ID = validate.Length(min=1, max=100)


class AccountQuery(Schema):
    person_id = fields.String(
        load_default=None, validate=_ID, metadata={"description": "Somebody else's account: for admin and auditor."}
    )


class DayIn(Schema):
    """A day with a leg between home and a workplace of the account for which nothing is claimed."""

    day = fields.Date(required=True)
    workplace = fields.String(required=True, validate=_ID, metadata={"description": "As the account names it."})


class SpentIn(Schema):
    """The 60 days to a workplace are used up from a date on, or null: they are counted after all."""

    person_id = fields.String(required=True, validate=_ID)
    workplace = fields.String(required=True, validate=_ID, metadata={"description": "As the account names it."})
    since = fields.Date(required=True, allow_none=True, data_key="from")


class DayOut(Schema):
    on = fields.String(required=True)
    day_number = fields.Integer(required=True)
    window_from = fields.String(required=True, metadata={"description": "The first of the 12 months counted."})
    tax_free = fields.Boolean(required=True)
    trips = fields.List(fields.String(), required=True, metadata={"description": "The trips that make it count."})
    registered = fields.Boolean(required=True)


class CountedAtOut(Schema):
    workplace = fields.String(required=True)
    text = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "The unit's, where it is the caller's own; or empty."})


class WorkplaceOut(CountedAtOut):
    used = fields.Integer(required=True, metadata={"description": "Days in the 12 months up to today."})
    left = fields.Integer(required=True)
    warning = fields.Integer(required=True, allow_none=True, metadata={"description": "45, 55 or 60 when reached."})
    spent_from = fields.String(required=True, allow_none=True)
    days = fields.List(fields.Nested(DayOut), required=True)


class AccountOut(Schema):
    """Every workplace with a leg from or to home, and every day that counts there, with why."""

    person_id = fields.String(required=True)
    today = fields.String(required=True)
    workplaces = fields.List(fields.Nested(WorkplaceOut), required=True)
    own_workplaces = fields.List(
        fields.Nested(CountedAtOut),
        required=True,
        metadata={"description": "The caller's of today, counted at or not; nobody else's."},
    )


class ChangedOut(Schema):
    position = fields.Integer(required=True)


def show_account(call: TripsCall) -> Reply:
    asked = call.query["person_id"]
    seen = frozenset() if call.identity is None else call.identity.roles
    person_id = asked if asked is not None and seen & MAY_SEE_ALL else call.person_id
    call.record_access(person_id, "60-day account")
    known = accounts(call, person_id)
    workplaces = known.workplaces if person_id == call.person_id else _shown(call, person_id, known.workplaces)
    return Reply(
        {
            "person_id": person_id,
            "today": known.today.isoformat(),
            "workplaces": [view(one, known.units) for one in workplaces],
            "own_workplaces": own_view(known.own),
        }
    )


def _shown(call: TripsCall, person_id: str, workplaces: Sequence[WorkplaceAccount]) -> list[WorkplaceAccount]:
    """As others read them: somebody may drive from another home to one that is protected."""
    app: TripsApp = call.app
    return app.store.look(
        lambda uow: [replace(one, text=shown_address(uow, person_id, one.text)) for one in workplaces]
    )


def add_day(call: TripsCall) -> Reply:
    return Reply({"position": change_day(call, call.body["day"], call.body["workplace"], there=True)})


def remove_day(call: TripsCall) -> Reply:
    return Reply({"position": change_day(call, call.body["day"], call.body["workplace"], there=False)})


def put_spent(call: TripsCall) -> Reply:
    given = call.body
    return Reply({"position": spend(call, given["person_id"], given["workplace"], given["since"])})


@dataclass(frozen=True, slots=True)
class Accounts:
    """A person's account of today, and the ways to work with the workplaces among them that are on the map, for the
    caller's own alone: where somebody works by what they have set themselves is nobody else's business.
    """

    today: date
    workplaces: list[WorkplaceAccount]
    ways: list[WayToWork]
    own: list[OwnWorkplace]

    @property
    def units(self) -> dict[str, str]:
        """The units by workplace."""
        return {one.leg.workplace: one.unit for one in self.own}


def accounts(call: TripsCall, person_id: str) -> Accounts:
    """The person's account."""
    today = local_date(call.app.clock())
    ways = _ways(call, person_id)
    own = own_workplaces(call.app, person_id, ways)
    with reading(call.app.store.engine) as conn:
        return Accounts(today, account_of(conn, person_id, today), ways, own)


def _own_legs(call: TripsCall, person_id: str) -> list[Leg]:
    return [one.leg for one in own_workplaces(call.app, person_id, _ways(call, person_id))]


def _ways(call: TripsCall, person_id: str) -> list[WayToWork]:
    """Only the caller's."""
    return ways_to_work(call.app, person_id, local_date(call.app.clock())) if person_id == call.person_id else []


def change_day(call: TripsCall, day: date, workplace: str, *, there: bool) -> int:
    """Register a day of the caller's, or take it back; gives the position."""
    app: TripsApp = call.app
    own = _own_legs(call, call.person_id)

    def work(uow: UnitOfWork) -> None:
        if there:
            leg = known_leg(records.current(uow, call.person_id, local_date(uow.now)), own, workplace)
            register(uow, app.rules, call.person_id, day, leg)
        else:
            unregister(uow, app.rules, call.person_id, day, workplace)

    return app.store.execute(call.context(), work).position


def spend(call: TripsCall, person_id: str, workplace: str, since: date | None) -> int:
    """Mark the days to a workplace as used up, or not; an employee may only set a mark where none stands, as
    :func:`~trips.application.sixty_days.mark_spent` says.
    """
    app: TripsApp = call.app
    admin = call.identity is not None and "admin" in call.identity.roles
    own = _own_legs(call, person_id)

    def work(uow: UnitOfWork) -> None:
        leg = known_leg(records.current(uow, person_id, local_date(uow.now)), own, workplace)
        mark_spent(uow, app.rules, person_id, leg, since, by_admin=admin)

    return app.store.execute(call.context(), work).position


def own_view(own: Sequence[OwnWorkplace]) -> list[dict[str, str]]:
    """The person's own workplaces in JSON values."""
    return [{"workplace": one.leg.workplace, "text": one.leg.text, "name": one.unit} for one in own]


def view(account: WorkplaceAccount, units: Mapping[str, str]) -> dict[str, Any]:
    """A workplace in JSON values."""
    return {
        "workplace": account.workplace,
        "text": account.text,
        "name": units.get(account.workplace, ""),
        "used": account.used,
        "left": account.left,
        "warning": account.warning,
        "spent_from": None if account.spent_from is None else account.spent_from.isoformat(),
        "days": [
            {
                "on": one.counted.on.isoformat(),
                "day_number": one.counted.day_number,
                "window_from": one.counted.window_from.isoformat(),
                "tax_free": one.counted.tax_free,
                "trips": list(one.trips),
                "registered": one.registered,
            }
            for one in account.days
        ],
    }


SIXTY_DAY_API = (
    Route(
        "GET",
        BASE,
        show_account,
        access=SIGNED_IN,
        summary="My 60-day account: every workplace, and every day that counts with why",
        query=AccountQuery,
        returns=AccountOut,
    ),
    Route(
        "POST",
        f"{BASE}/days",
        add_day,
        access=EMPLOYEE,
        summary="Register a day of mine for which nothing is claimed",
        body=DayIn,
        returns=ChangedOut,
    ),
    Route(
        "DELETE",
        f"{BASE}/days",
        remove_day,
        access=EMPLOYEE,
        summary="Take a registered day of mine back",
        body=DayIn,
        returns=ChangedOut,
    ),
    Route(
        "PUT",
        f"{BASE}/spent",
        put_spent,
        access=ADMIN,
        summary="The 60 days of somebody to a workplace are used up from a date on, or not",
        body=SpentIn,
        returns=ChangedOut,
    ),
)
