"""The driver's page of the 60-day account."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields, validate

from chassis.errors import NotFound, Rejected
from chassis.http import Answer, Page, Redirect, Route
from chassis.pages import Form
from trips.http.actions import TripsCall
from trips.http.sixty_days import EMPLOYEE, accounts, change_day, spend, view

PAGE = "/trips/sixty-day"
UNPROCESSABLE = 422


class PageQuery(Schema):
    position = fields.Integer(load_default=0, validate=validate.Range(min=0))


def account_page(call: TripsCall) -> Page:
    return _page(call, Form())


def change_page(call: TripsCall) -> Answer:
    """Whatever button was pressed: a day is registered or taken back, a workplace marked."""
    action, workplace = call.form.get("action", ""), call.form.get("workplace", "")
    try:
        day = date.fromisoformat(call.form.get("day", ""))
        if action == "spend":
            position = spend(call, call.person_id, workplace, day)
        else:
            position = change_day(call, day, workplace, there=action != "take_back")
    except (ValueError, Rejected, NotFound) as error:
        code = error.code if isinstance(error, Rejected) else "bad_day"
        return _page(call, Form(dict(call.form), {"day": [call.t(f"sixty.{code}")]}), UNPROCESSABLE)
    return Redirect(f"{PAGE}?position={position}")


def _page(call: TripsCall, form: Form, status: int = 200) -> Page:
    today, found = accounts(call, call.person_id)
    shown = [view(one) for one in found]
    options = [("", call.t("field.choose")), *((one["workplace"], one["text"]) for one in shown)]
    data = {"accounts": shown, "form": form, "options": options, "today": today.isoformat()}
    return Page("sixty_day.html", data, status)


SIXTY_DAY_PAGES = (
    Route("GET", PAGE, account_page, access=EMPLOYEE, summary="My 60-day account", query=PageQuery, page=True),
    Route("POST", PAGE, change_page, access=EMPLOYEE, summary="Register or take back a day", page=True),
)
