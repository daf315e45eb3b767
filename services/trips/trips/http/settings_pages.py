"""The pages on which administrators see and set what holds for org units."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from chassis.clock import local_date
from chassis.errors import Rejected
from chassis.http import Answer, Page, Redirect, Route
from chassis.pages import Form
from chassis.store import reading
from trips import facts
from trips.bootstrap import TripsApp
from trips.domain.settings import AFTER_SIXTY, METHODS, OrgUnitPolicySet, own_on, terms_on
from trips.http.actions import TripsCall
from trips.http.settings import ADMIN, set_for, view_of
from trips.http.texts import TEXTS

LIST, ONE = "/trips/policies", "/trips/policies/<org_unit_id>"
CHOICES = ("deduction", "without_extra_allowed", "four_km_allowed", "default_method", "after_sixty_days")
BOOLEANS = {"yes": True, "no": False}
UNPROCESSABLE = 422


class SavedQuery(Schema):
    """A visit that comes back from saving."""

    saved = fields.Integer(load_default=0, validate=validate.Range(min=0))


def policies_page(call: TripsCall) -> Page:
    """Every unit with what holds for it today."""
    app: TripsApp = call.app
    today = local_date(app.clock())
    with reading(app.store.engine) as conn:
        found = [
            (unit_id, name, terms_on(today, facts.settings_above(conn, unit_id, today), app.rules.otherwise))
            for unit_id, name in facts.unit_names(conn, today)
        ]
    units = [{"org_unit_id": own, "name": name, "now": _shown(call, asdict(terms))} for own, name, terms in found]
    return Page("policies.html", {"units": units, "names": CHOICES})


def policy_page(call: TripsCall) -> Page:
    """The form has what the unit has set itself: what is saved holds whole, and nothing is lost by saving it again."""
    call.app.projections.wait_for(call.query["saved"], 2.0)
    today = local_date(call.app.clock())
    with reading(call.app.store.engine) as conn:
        own = own_on(today, facts.settings_above(conn, str(call.path["org_unit_id"]), today)[0])
    chosen = {} if own is None else {name: _chosen(getattr(own, name)) for name in CHOICES}
    return _page(call, Form({"from": today.isoformat(), **chosen}), saved=bool(call.query["saved"]))


def post_policy(call: TripsCall) -> Answer:
    """What was chosen; nothing chosen is as in the unit above."""
    unit_id = str(call.path["org_unit_id"])
    given: dict[str, Any] = {name: call.form.get(name) or None for name in CHOICES}
    given |= {name: BOOLEANS.get(given[name] or "") for name in CHOICES if name.endswith("_allowed")}
    try:
        position = set_for(call, OrgUnitPolicySet(unit_id, date.fromisoformat(call.form.get("from", "")), **given))
    except (ValueError, Rejected):
        return _page(call, Form(dict(call.form), {"from": [call.t("policy.bad")]}), status=UNPROCESSABLE)
    return Redirect(f"/trips/policies/{unit_id}?saved={position}")


def _page(call: TripsCall, form: Form, *, saved: bool = False, status: int = 200) -> Page:
    unit_id = str(call.path["org_unit_id"])
    view = view_of(call, unit_id, None)
    with reading(call.app.store.engine) as conn:
        name = facts.unit_names(conn, local_date(call.app.clock()), unit_id)[0][1]
    offered = {"deduction": view["policies"], "default_method": METHODS, "after_sixty_days": AFTER_SIXTY}
    data = {
        "unit": {"org_unit_id": unit_id, "name": name, "now": _shown(call, view["terms"])},
        "own": [{"from": one["starts"], "set": _shown(call, one)} for one in reversed(view["own"])],
        "form": form,
        "options": {
            one: [("", _word(call, None)), *((value, _word(call, value)) for value in offered.get(one, BOOLEANS))]
            for one in CHOICES
        },
        "names": CHOICES,
        "saved": saved,
    }
    return Page("policy.html", data, status=status)


def _chosen(value: str | bool | None) -> str:  # noqa: FBT001 a setting
    """As the form names it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or ""


def _shown(call: TripsCall, values: dict[str, Any]) -> dict[str, str]:
    return {name: _word(call, values[name]) for name in CHOICES}


def _word(call: TripsCall, value: str | bool | None) -> str:  # noqa: FBT001 a setting
    """A setting in words; a policy of the municipality's own by its name."""
    if value is None:
        return call.t("policy.inherit")
    if isinstance(value, bool) or value in BOOLEANS:
        return call.t("policy.yes" if value in (True, "yes") else "policy.no")
    key = f"policy.value.{value}"
    return call.t(key) if key in TEXTS["da"] else value


SETTINGS_PAGES = (
    Route("GET", LIST, policies_page, access=ADMIN, summary="The rules of all units", page=True),
    Route("GET", ONE, policy_page, access=ADMIN, summary="The rules of a unit", query=SavedQuery, page=True),
    Route("POST", ONE, post_policy, access=ADMIN, summary="Set the rules of a unit", page=True),
)
