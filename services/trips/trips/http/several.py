"""The same route on several days: as API, and as a page with a month of checkboxes that does without scripts."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

from marshmallow import Schema, fields, validate

from chassis.clock import local_date
from chassis.errors import NotFound, Rejected
from chassis.http import Answer, Page, Redirect, Reply, Route, roles
from chassis.pages.forms import Form
from chassis.store import Outcome
from trips.domain.events import Report
from trips.domain.plates import normal_plate
from trips.domain.profile.favourites import SavedRoute
from trips.doubles import days_driven
from trips.http import actions
from trips.http.actions import TripsCall
from trips.http.chips import CHIPS
from trips.http.choices import choices, plated, rate_options
from trips.http.schemas import MOST_TRIPS, BatchOut
from trips.http.several_outcome import Several, foreseen, reported, sentence
from trips.http.shortcuts import route_of, shortcuts
from trips.http.typed import day_typed

PAGE, DONE = "/trips/several", "/trips/several/done"
EMPLOYEE = roles("employee")
UNPROCESSABLE = 422
USUAL_RATE = "car_high"
_MONTH = re.compile(r"month-(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class OnDays:
    """What the trips have in common beside their route. ``batch_id`` is made by the client: with a day it names a
    trip, so that the same days sent again are the same trips.
    """

    batch_id: UUID
    employment_id: str
    rate_type: str
    purpose: str
    licence_plate: str | None


class SeveralIn(Schema):
    """A saved route driven on several days."""

    batch_id = fields.UUID(required=True, metadata={"description": "Made by the client; sent again, the same trips."})
    route_id = fields.UUID(required=True)
    days = fields.List(fields.Date(), required=True, validate=validate.Length(min=1, max=MOST_TRIPS))
    employment_id = fields.String(required=True, validate=validate.Length(min=1, max=100))
    rate_type = fields.String(required=True, validate=validate.Length(min=1, max=100))
    purpose = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))
    licence_plate = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))


class SeveralQuery(Schema):
    route = fields.UUID(load_default=None)


class DoneQuery(Schema):
    route = fields.UUID(required=True)
    batch = fields.UUID(required=True)
    days = fields.String(required=True, validate=validate.Length(max=2000))


def report_days(call: TripsCall, route: SavedRoute, about: OnDays, days: Sequence[date]) -> Outcome:
    """One trip along the route for each of the days; an outcome for each, in the order of the days."""
    return actions.report_all(call, _trips(route, about, _once(days)))


def _trips(route: SavedRoute, about: OnDays, days: Sequence[date]) -> list[tuple[str, Report]]:
    return [(str(uuid5(about.batch_id, day.isoformat())), _report(route, about, day)) for day in days]


def _once(days: Sequence[date]) -> list[date]:
    return sorted(set(days))


def _report(route: SavedRoute, about: OnDays, day: date) -> Report:
    return Report(
        employment_id=about.employment_id,
        driving_date=day,
        purpose=about.purpose,
        rate_type=about.rate_type,
        points=route.points,
        round_trip=route.round_trip,
        without_extra=False,
        licence_plate=about.licence_plate,
        remark=None,
    )


def post_days(call: TripsCall) -> Reply:
    given = call.body
    route = route_of(call, str(given["route_id"]))
    purpose = (given["purpose"] or route.purpose or "").strip()
    plate = normal_plate(given["licence_plate"]) if (given["licence_plate"] or "").strip() else None
    about = OnDays(given["batch_id"], given["employment_id"], given["rate_type"], purpose, plate)
    outcome = report_days(call, route, about, given["days"])
    return Reply({"items": outcome.value, "position": outcome.position})


def choose_days(call: TripsCall) -> Page:
    """The month of today, nothing chosen; without a route, those one can choose among."""
    if call.query["route"] is None:
        kept = sorted(shortcuts(call).favourites.routes.values(), key=lambda one: one.name.casefold())
        return Page("several_routes.html", {"routes": kept})
    route = route_of(call, str(call.query["route"]))
    today = local_date(call.app.clock())
    form = Form({"purpose": route.purpose or "", "batch_id": str(uuid4())})
    return _page(call, route, form, today.replace(day=1), ())


def post_chosen(call: TripsCall) -> Answer:
    """Another month, with the days chosen kept; or the trips."""
    route, days = route_of(call, call.form.get("route", "")), _days(call)
    form, action = Form.typed(call.form), call.form.get("action", "")
    turned = _MONTH.fullmatch(action)
    first = _first(call.form.get("month", ""), local_date(call.app.clock()))
    if turned is not None:
        return _page(call, route, form, _first(f"{turned[1]}-{turned[2]}", first), days)
    about, errors = _about(call, days)
    if errors or about is None:
        return _page(call, route, Form(form.values, errors), first, days, UNPROCESSABLE)
    if action == "submit":
        return _submitted(call, route, about, days)
    given = _trips(route, about, days)
    _measure(call, given)
    return _page(call, route, form, first, days, coming=foreseen(call, given))


def _measure(call: TripsCall, given: Sequence[tuple[str, Report]]) -> None:
    """Have the route measured, by the first of the trips that can be reported at all, and wait for it."""
    for _, report in given:
        with suppress(Rejected):
            actions.preview(call, report)
            return


def _submitted(call: TripsCall, route: SavedRoute, about: OnDays, days: Sequence[date]) -> Answer:
    """Where all were accepted, a page with an address of its own; else the reasons, which are kept nowhere."""
    outcomes = report_days(call, route, about, days).value
    told = [sentence(call, one["problem"]) for one in outcomes]
    if not any(told):
        chosen = ",".join(day.isoformat() for day in days)
        return Redirect(f"{DONE}?{urlencode({'route': route.id, 'batch': str(about.batch_id), 'days': chosen})}")
    return _done(call, route.id, about.batch_id, days, told)


def show_done(call: TripsCall) -> Page:
    """The trips of one request as they are now."""
    asked = call.query
    days = _dates(asked["days"].split(",")[:MOST_TRIPS])
    return _done(call, str(asked["route"]), asked["batch"], days, [""] * len(days))


def _done(call: TripsCall, route_id: str, batch_id: UUID, days: Sequence[date], told: Sequence[str]) -> Page:
    found = reported(call, [(day, str(uuid5(batch_id, day.isoformat()))) for day in days], told)
    if not (found.accepted or any(told)):
        raise NotFound("unknown_trip", "the caller has no such trips")
    return Page("several_done.html", {"several": found, "route_id": route_id, "chips": CHIPS})


def _about(call: TripsCall, days: Sequence[date]) -> tuple[OnDays | None, dict[str, list[str]]]:
    typed, errors = call.form, dict[str, list[str]]()
    if not days:
        errors["days"] = [call.t("several.no_days")]
    if len(days) > MOST_TRIPS:
        errors["days"] = [call.t("several.too_many_days")]
    purpose = typed.get("purpose", "").strip()[:500]
    if not purpose:
        errors["purpose"] = [call.t("fault.purpose_missing")]
    plate = None
    try:
        plate = normal_plate(typed["licence_plate"]) if typed.get("licence_plate", "").strip() else None
        if plate is None and _asks_for_plate(call, days):
            errors["licence_plate"] = [call.t("fault.plate_missing")]
        batch_id = UUID(typed.get("batch_id", ""))
    except Rejected:
        errors["licence_plate"] = [call.t("plate.bad_plate")]
    except ValueError:
        errors[""] = [call.t("unreadable.trip_id")]
    if errors:
        return None, errors
    return OnDays(batch_id, typed.get("employment_id", ""), typed.get("rate_type", ""), purpose, plate), {}


def _asks_for_plate(call: TripsCall, days: Sequence[date]) -> bool:
    """Whether the rate chosen asks for a plate on the first of the days."""
    chosen = call.form.get("rate_type", "")
    rates = choices(call, min(days, default=None)).rates
    return any(one.rate_type == chosen and one.requires_plate for one in rates)


def _page(
    call: TripsCall,
    route: SavedRoute,
    form: Form,
    first: date,
    days: Sequence[date],
    status: int = 200,
    coming: Several | None = None,
) -> Page:
    today = local_date(call.app.clock())
    offered = choices(call, min([today, *days]))
    following = (first + timedelta(days=31)).replace(day=1)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    driven = days_driven(call.app.store.engine, call.person_id, weeks[0][0], weeks[-1][-1])
    rates = rate_options(call, offered)
    quick = shortcuts(call)
    plate = quick.favourites.primary_plate
    usual = {"rate_type": USUAL_RATE if USUAL_RATE in dict(rates) else "", "licence_plate": plate or ""}
    data = {
        "form": Form({**usual, **form.values}, form.errors),
        "route": route,
        "weeks": [[_cell(day, first, today, days, driven) for day in week] for week in weeks],
        "month_key": f"{first:%Y-%m}",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{following:%Y-%m}" if following <= today else None,
        "elsewhere": [day.isoformat() for day in _once(days) if (day.year, day.month) != (first.year, first.month)],
        "jobs": [(job.employment_id, job.label) for job in offered.jobs],
        "rates": rates,
        "plated": plated(call, offered),
        "plates": quick.plates,
        "several": coming,
        "chips": CHIPS,
    }
    return Page("several.html", data, status)


def _cell(day: date, first: date, today: date, chosen: Sequence[date], driven: dict[str, int]) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "number": day.day,
        "within": day.month == first.month,
        "open": day <= today,
        "chosen": day in chosen,
        "driven": driven.get(day.isoformat(), 0),
    }


def _days(call: TripsCall) -> list[date]:
    return _dates(call.form.getlist("days"))


def _dates(texts: Iterable[str]) -> list[date]:
    """Those that are dates, in order, each once."""
    return _once([day for text in texts if (day := day_typed(text)) is not None])


def _first(month: str, otherwise: date) -> date:
    return day_typed(f"{month}-01") or otherwise.replace(day=1)


API = (
    Route(
        "POST",
        "/trips/api/v1/trips/several",
        post_days,
        access=EMPLOYEE,
        summary="Report a saved route on several days; an outcome for each day, in their order",
        body=SeveralIn,
        returns=BatchOut,
    ),
)
PAGES = (
    Route("GET", PAGE, choose_days, access=EMPLOYEE, summary="A month of days", query=SeveralQuery, page=True),
    Route("POST", PAGE, post_chosen, access=EMPLOYEE, summary="Report the days chosen", page=True),
    Route("GET", DONE, show_done, access=EMPLOYEE, summary="The trips reported together", query=DoneQuery, page=True),
)
