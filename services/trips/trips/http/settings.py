"""The settings of org units: the API of administrators."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from chassis.clock import local_date
from chassis.errors import NotFound
from chassis.http import Reply, Route, roles
from chassis.store import UnitOfWork, reading
from trips import facts
from trips.application.settings import set_policy
from trips.bootstrap import TripsApp
from trips.domain.settings import OrgUnitPolicySet, terms_on
from trips.http.actions import TripsCall

ADMIN = roles("admin")
READERS = roles("admin", "auditor", "payroll")
API = "/trips/api/v1/org-units/<org_unit_id>/policy"


def _or_null(description: str) -> fields.String:
    said = {"description": description}
    return fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100), metadata=said)


class PolicyIn(Schema):
    """Settings from a date on, in the place of the unit's earlier ones; null is as in the unit above."""

    starts = fields.Date(required=True, data_key="from")
    deduction = _or_null("none, per_trip, per_day, shortest_of, workplace_based, or a policy that is installed.")
    without_extra_allowed = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})
    four_km_allowed = fields.Boolean(load_default=None, allow_none=True, truthy={True}, falsy={False})
    default_method = _or_null("calculated, without_extra or odometer.")
    after_sixty_days = _or_null("unpaid or taxable.")


class PolicyQuery(Schema):
    on = fields.Date(load_default=None, metadata={"description": "The day that is asked about; today without one."})


class TermsOut(Schema):
    deduction = fields.String(required=True)
    without_extra_allowed = fields.Boolean(required=True)
    four_km_allowed = fields.Boolean(required=True)
    default_method = fields.String(required=True)
    after_sixty_days = fields.String(required=True)


class OwnOut(Schema):
    starts = fields.String(required=True, data_key="from")
    deduction = fields.String(required=True, allow_none=True)
    without_extra_allowed = fields.Boolean(required=True, allow_none=True)
    four_km_allowed = fields.Boolean(required=True, allow_none=True)
    default_method = fields.String(required=True, allow_none=True)
    after_sixty_days = fields.String(required=True, allow_none=True)


class PolicyOut(Schema):
    """What holds for the unit on a day, what it has set itself, and the deduction policies there are."""

    org_unit_id = fields.String(required=True)
    on = fields.String(required=True)
    terms = fields.Nested(TermsOut, required=True)
    own = fields.List(fields.Nested(OwnOut), required=True)
    policies = fields.List(fields.String(), required=True)


class PolicySetOut(Schema):
    position = fields.Integer(required=True)


def put_policy(call: TripsCall) -> Reply:
    return Reply({"position": set_for(call, OrgUnitPolicySet(str(call.path["org_unit_id"]), **call.body))})


def get_policy(call: TripsCall) -> Reply:
    return Reply(view_of(call, str(call.path["org_unit_id"]), call.query["on"]))


def set_for(call: TripsCall, wanted: OrgUnitPolicySet) -> int:
    """Set it; gives the position to wait for."""
    app: TripsApp = call.app

    def work(uow: UnitOfWork) -> None:
        set_policy(uow, app.rules, wanted)

    return app.store.execute(call.context(), work).position


def view_of(call: TripsCall, org_unit_id: str, on: date | None) -> dict[str, Any]:
    """What holds for a unit on a day, and what it has set itself. ``NotFound("unknown_unit")``."""
    app: TripsApp = call.app
    day = on or local_date(app.clock())
    with reading(app.store.engine) as conn:
        if not facts.is_unit(conn, org_unit_id):
            raise NotFound("unknown_unit", "there is no such org unit")
        above = facts.settings_above(conn, org_unit_id, day)
    return {
        "org_unit_id": org_unit_id,
        "on": day.isoformat(),
        "terms": asdict(terms_on(day, above, app.rules.otherwise)),
        "own": [_own(one) for one in above[0]],
        "policies": list(app.rules.policies),
    }


def _own(one: OrgUnitPolicySet) -> dict[str, Any]:
    """Settings without whose they are."""
    shown = {**asdict(one), "starts": one.starts.isoformat()}
    del shown["org_unit_id"]
    return shown


SETTINGS_API = (
    Route(
        "GET",
        API,
        get_policy,
        access=READERS,
        summary="What holds for the trips of an org unit on a day",
        query=PolicyQuery,
        returns=PolicyOut,
    ),
    Route(
        "PUT",
        API,
        put_policy,
        access=ADMIN,
        summary="Set what holds for the trips of an org unit and those below it, from a date on",
        body=PolicyIn,
        returns=PolicySetOut,
    ),
)
