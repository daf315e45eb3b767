"""The driver's page of the 60-day account."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields, validate

from chassis.errors import NotFound, Rejected
from chassis.http import Answer, Page, Redirect, Route
from chassis.pages import Form
from trips.http.actions import TripsCall
from trips.http.sixty_days import EMPLOYEE, accounts, change_day, own_view, spend, view
from trips.http.typed import day_typed

PAGE = "/trips/sixty-day"
UNPROCESSABLE = 422


class PageQuery(Schema):
    position = fields.Integer(load_default=None, validate=validate.Range(min=0))


def account_page(call: TripsCall) -> Page:
    return _page(call, Form(), done=call.query["position"] is not None)


def change_page(call: TripsCall) -> Answer:
    """Whatever button was pressed: a day is registered or taken back, a workplace marked."""
    action, workplace = call.form.get("action", ""), call.form.get("workplace", "")
    day = day_typed(call.form.get("day", ""))
    missing = [name for name, given in (("day", day), ("workplace", workplace)) if not given]
    if day is None or missing:
        faults = {name: [call.t(f"sixty.no_{name}")] for name in missing}
        return _page(call, Form(dict(call.form), faults), UNPROCESSABLE)
    try:
        if action == "spend":
            position = spend(call, call.person_id, workplace, day)
        else:
            position = change_day(call, day, workplace, there=action != "take_back")
    except NotFound:
        return _page(call, Form(dict(call.form), {"workplace": [call.t("sixty.no_workplace")]}), UNPROCESSABLE)
    except Rejected as refusal:
        return _page(call, Form(dict(call.form), {"day": [call.t(f"sixty.{refusal.code}")]}), UNPROCESSABLE)
    return Redirect(f"{PAGE}?position={position}")


def _page(call: TripsCall, form: Form, status: int = 200, *, done: bool = False) -> Page:
    known = accounts(call, call.person_id)
    shown = [view(one, known.units) for one in known.workplaces]
    offered = {one["workplace"]: workplace_label(one) for one in (*shown, *own_view(known.own))}
    missing = next(("fault" if way.fault else "measuring" for way in known.ways if way.work is None), None)
    data = {"accounts": [{**one, "label": workplace_label(one)} for one in shown], "missing": missing, "done": done}
    options = [("", call.t("field.choose")), *offered.items()] if offered else []
    return Page("sixty_day.html", {**data, "form": form, "options": options, "today": known.today.isoformat()}, status)


def workplace_label(one: Mapping[str, str]) -> str:
    """A workplace as its driver knows it: by its unit, where it is their own, and its address."""
    return ", ".join(part for part in (one["name"], one["text"]) if part)


SIXTY_DAY_PAGES = (
    Route("GET", PAGE, account_page, access=EMPLOYEE, summary="My 60-day account", query=PageQuery, page=True),
    Route("POST", PAGE, change_page, access=EMPLOYEE, summary="Register or take back a day", page=True),
)
