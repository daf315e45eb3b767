"""The employee's pages: report a trip and see what it comes to, my trips, one trip with its history.

They need no script: suggestions are an addition, and the address finder keeps everything typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from marshmallow import Schema, fields, validate

from chassis.clock import local_date
from chassis.errors import Conflict, Rejected
from chassis.http import SIGNED_IN, Answer, Page, Redirect, Route, roles
from trips import drafts, queries
from trips.domain.events import Report
from trips.domain.settings import WITHOUT_EXTRA
from trips.doubles import IN_WORDS, warnings
from trips.http import actions, shortcuts
from trips.http.actions import TripsCall
from trips.http.changing import amend
from trips.http.chips import CHIPS
from trips.http.choices import Choices, choices, fault_text, plated, rate_options
from trips.http.drafts import drafts_of
from trips.http.typed import MOST_STOPS, Stop, TripForm, day_typed
from trips.views import history_view, quote_view, trip_view

LIST, NEW = "/trips/", "/trips/new"
FINDER = "/routing/addresses"
PAGE_SIZE = 25
USUAL_RATE = "car_high"
UNPROCESSABLE = 422
EMPLOYEE = roles("employee")
NUMBERED = re.compile(r"(remove|find)-(\d{1,2})")


class FormQuery(Schema):
    """A visit that comes back from the address finder with an address, or begins from a saved route or earlier trip."""

    draft = fields.UUID()
    stop = fields.Integer(validate=validate.Range(min=0, max=MOST_STOPS - 1))
    address_id = fields.String(validate=validate.Length(max=200))
    text = fields.String(validate=validate.Length(max=2000))
    route = fields.UUID()
    copy = fields.UUID()
    amend = fields.UUID()


class ListQuery(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=100))
    min_position = fields.Integer(load_default=0, validate=validate.Range(min=0))
    kept = fields.Boolean(load_default=False)


class ShowQuery(Schema):
    new = fields.Boolean(load_default=False)


def my_trips(call: TripsCall) -> Page:
    call.app.projections.wait_for(call.query["min_position"], 2.0)
    page = queries.trips_of(call.app.store.engine, call.person_id, limit=PAGE_SIZE, cursor=call.query["cursor"])
    following = page.next and f"{LIST}?{urlencode({'cursor': page.next})}"
    first = call.query["cursor"] is None
    own = drafts_of(call) if first else []
    data = {"items": page.items, "following": following, "first": first, "chips": CHIPS}
    return Page("trips.html", {**data, "drafts": own, "kept": call.query["kept"]})


def one_trip(call: TripsCall) -> Page:
    trip, events = actions.visible_trip(call)
    shown = trip_view(trip)
    own = shown["person_id"] == call.person_id
    data = {"trip": shown, "history": history_view(events), "new": call.query["new"], "own": own, "chips": CHIPS}
    return Page("trip.html", data)


def new_trip(call: TripsCall) -> Page:
    """An empty form, the one that went to find an address, or one filled in with a trip that is to be changed."""
    found, app = call.query, call.app
    if "amend" in found:
        trip = actions.own_trip(call, str(found["amend"]))
        return _form_page(call, TripForm.of_trip(trip.trip_id, trip.revision, trip.report))
    kept = drafts.kept(app.store.engine, call.person_id, str(found["draft"]), app.clock()) if "draft" in found else {}
    form = TripForm.of(kept)
    if "address_id" in found and "stop" in found:
        text = found.get("text", "")
        form = form.picking(found["stop"], Stop(text, found["address_id"], text))
    if "copy" in found:
        form = shortcuts.copy_of(call, found["copy"])
    if "route" in found:
        form = shortcuts.with_route(form, shortcuts.route_of(call, str(found["route"])))
    return _form_page(call, form, suggest=not kept)


def post_trip(call: TripsCall) -> Answer:
    """Whatever button was pressed; everything typed is kept."""
    form, action = TripForm.of(call.form), call.form.get("action", "preview")
    numbered = NUMBERED.fullmatch(action)
    if numbered is not None:
        return _at_stop(call, form, numbered[1], int(numbered[2]))
    if action == "add":
        return _form_page(call, form.adding_stop())
    if action == "draft":
        return _keep_draft(call, form)
    if action == "route" or action.startswith("put-"):
        return _form_page(call, _with_shortcut(call, form, action))
    report = form.report(call.t)
    if isinstance(report, TripForm):
        return _form_page(call, report, status=UNPROCESSABLE)
    return _tried(call, form, report, _submit if action == "submit" else _preview)


def _with_shortcut(call: TripsCall, form: TripForm, action: str) -> TripForm:
    """The form with a saved route, or with an address in its place; unchanged when nothing was chosen."""
    if action == "route":
        chosen = call.form.get("saved_route", "")
        return shortcuts.with_route(form, shortcuts.route_of(call, chosen)) if chosen else form
    place = shortcuts.shortcuts(call).place(call.form.get("place", ""))
    return form if place is None else shortcuts.with_place(form, place, action.removeprefix("put-"))


def _keep_draft(call: TripsCall, form: TripForm) -> Redirect:
    trip_id = _trip_id(form) or str(uuid4())
    kept = {**form.as_fields(), "trip_id": trip_id}
    drafts.keep(call.app.store.engine, call.person_id, trip_id, kept, call.app.clock())
    return Redirect(f"{LIST}?kept=true")


def _at_stop(call: TripsCall, form: TripForm, action: str, index: int) -> Answer:
    if action == "remove" or index >= len(form.stops):
        return _form_page(call, form.removing_stop(index))
    trip_id = _trip_id(form) or str(uuid4())
    fields_typed = {**form.as_fields(), "trip_id": trip_id}
    drafts.keep(call.app.store.engine, call.person_id, trip_id, fields_typed, call.app.clock())
    back = f"{NEW}?{urlencode({'draft': trip_id, 'stop': index})}"
    return Redirect(f"{FINDER}?{urlencode({'q': form.stops[index].text, 'return': back})}")


def _trip_id(form: TripForm) -> str | None:
    """The id the form was shown with; None when it cannot be read."""
    try:
        return str(UUID(form.values["trip_id"]))
    except ValueError:
        return None


def _tried(
    call: TripsCall, form: TripForm, report: Report, attempt: Callable[[TripsCall, TripForm, Report], Answer]
) -> Answer:
    try:
        return attempt(call, form, report)
    except Rejected as refusal:
        faults = refusal.details.get("errors", {})
        return _form_page(call, form.with_faults(faults, call.t), status=refusal.status)
    except Conflict as conflict:
        amends = form.revision is not None
        used = form.with_errors({"": [call.t(f"error.{conflict.code}" if amends else "form.id_taken")]})
        return _form_page(call, used, status=conflict.status, fresh_id=not amends)


def _preview(call: TripsCall, form: TripForm, report: Report) -> Answer:
    amended = None if form.revision is None else _trip_id(form)
    quote = actions.preview(call, report, amended)
    warned = [
        {"words": IN_WORDS[one.code][call.language], "trip_id": one.trip_id}
        for one in warnings(call.app.store.engine, call.person_id, report, amended or "")
    ]
    if quote is None:
        return _form_page(call, form, measuring=True, warned=warned)
    return _form_page(call, form, quote=quote_view(quote), warned=warned)


def _submit(call: TripsCall, form: TripForm, report: Report) -> Answer:
    """Under the id the form was shown with: pressing twice is one trip."""
    trip_id = _trip_id(form)
    if trip_id is None:
        lost = form.with_errors({"": [call.t("unreadable.trip_id")]})
        return _form_page(call, lost, status=UNPROCESSABLE, fresh_id=True)
    if form.revision is None:
        actions.report(call, trip_id, report)
    else:
        amend(call, trip_id, report, form.revision)
    return Redirect(f"/trips/{trip_id}?new=true")


def _form_page(
    call: TripsCall, form: TripForm, *, status: int = 200, fresh_id: bool = False, suggest: bool = False, **more: Any
) -> Page:
    today = local_date(call.app.clock())
    form = form.with_value("driving_date", today.isoformat())
    offered = choices(call, day_typed(form.value("driving_date")))
    form = _chosen(form, offered)
    quick = shortcuts.shortcuts(call)
    if call.request.method == "GET":
        form = form.with_value("licence_plate", quick.favourites.primary_plate or "")
    if suggest and offered.method == WITHOUT_EXTRA and offered.without_extra:
        form = form.with_value("without_extra", "1")
    trip_id = str(uuid4()) if fresh_id or not form.value("trip_id") else form.value("trip_id")
    data = {"form": form, "today": today.isoformat(), "trip_id": trip_id, "may_add": len(form.stops) < MOST_STOPS}
    shown = {**data, **_offered(call, offered), **shortcuts.offered(quick, call.t)}
    return Page("new.html", {**shown, "measuring": False, "quote": None, "warned": [], **more}, status)


def _offered(call: TripsCall, offered: Choices) -> dict[str, Any]:
    """The choices as the form's macros take them."""
    return {
        "jobs": offered.jobs,
        "job_options": [("", call.t("field.choose")), *((job.employment_id, job.label) for job in offered.jobs)],
        "rates": offered.rates,
        "rate_options": rate_options(call, offered),
        "plated": plated(call, offered),
        "commute_fault": fault_text(offered.commute_fault, alternative_home=offered.alternative_home),
        "four_km": offered.four_km,
        "without_extra": offered.without_extra,
    }


def _chosen(form: TripForm, offered: Choices) -> TripForm:
    """What needs no choice is chosen: the only employment, the usual rate."""
    if len(offered.jobs) == 1:
        form = form.with_value("employment_id", offered.jobs[0].employment_id)
    types = [rate.rate_type for rate in offered.rates]
    return form.with_value("rate_type", USUAL_RATE if USUAL_RATE in types else next(iter(types), ""))


PAGES = (
    Route("GET", LIST, my_trips, access=SIGNED_IN, summary="My trips", query=ListQuery, page=True),
    Route("GET", NEW, new_trip, access=EMPLOYEE, summary="The form for a trip", query=FormQuery, page=True),
    Route("POST", NEW, post_trip, access=EMPLOYEE, summary="Preview or submit the form", page=True),
    Route("GET", "/trips/<uuid:trip_id>", one_trip, access=SIGNED_IN, summary="One trip", query=ShowQuery, page=True),
)
