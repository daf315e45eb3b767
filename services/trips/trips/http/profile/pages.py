"""The profile as pages: everything on one, with forms that do without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from marshmallow import Schema, fields, validate

from chassis.clock import local_date
from chassis.errors import NotFound, ServiceError
from chassis.http import Answer, Page, Redirect, Route, roles
from chassis.pages.forms import Form
from trips.domain.events import Asked
from trips.domain.profile.driver import DISTANCES, OF_EMPLOYMENT, EntryKind
from trips.domain.profile.standard import FOUND, SOUGHT
from trips.domain.profile.words import KINDS
from trips.domain.texts import failure_in_words
from trips.http.actions import TripsCall, soon
from trips.http.choices import fault_text
from trips.http.profile import actions, forms
from trips.http.profile.texts import TEXTS
from trips.http.profile.views import history_view, lookups, profile_view, standard_view
from trips.phone import logins
from trips.profiles import profile_of
from trips.profiles import standard_addresses as kept_standard

PROFILE, ENTRY, ROUTE = "/trips/profile", "/trips/profile/entry", "/trips/profile/route"
STANDARD = "/trips/standard-addresses"
FINDER = "/routing/addresses"
EMPLOYEE, ADMIN = roles("employee"), roles("admin")
UNPROCESSABLE = 422
FIELD_OF_FAULT = {
    "empty_period": "last",
    "overlap": "starts",
    "employment_missing": "employment_id",
    "employment_unknown": "employment_id",
    "bad_distance": "km",
    "bad_plate": "plate",
    "bad_user_name": "user_name",
    "user_name_taken": "user_name",
    "bad_password": "password",
    "duplicate": "plate",
}


class DoneQuery(Schema):
    done = fields.Boolean(load_default=False)


class StandardQuery(DoneQuery):
    """An address that is to be mended, and what was found for it; or the one that was ``saved`` just now."""

    saved = fields.UUID(load_default=None)
    id = fields.UUID(load_default=None)
    address_id = fields.String(load_default=None, validate=validate.Length(max=200))
    text = fields.String(load_default="", validate=validate.Length(max=2000))


class EntryQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(list(EntryKind)))


class RouteQuery(Schema):
    id = fields.UUID(load_default=None)


def my_profile(call: TripsCall) -> Page:
    """After a change, with the answers of routing that it needs, if they do not take long."""
    if call.query["done"]:
        soon(call, lambda: _all_answered(call))
    return _profile_page(call, Form(), done=call.query["done"])


def _all_answered(call: TripsCall) -> bool | None:
    ways = profile_view(call.app, call.person_id)["ways_to_work"]
    measured = all(way["home_work_m"] is not None or way["fault"] for way in ways)
    return (measured and not any(one["sought"] for one in lookups(call.app, call.person_id).values())) or None


def post_profile(call: TripsCall) -> Answer:
    """Whatever button was pressed: a form's own, or one beside something that is kept."""
    action, _, about = call.form.get("action", "").partition("-")
    if action == "phone":
        return _phone_login(call)
    if action in ("plate", "place"):
        return _added(call, action)
    today = local_date(call.app.clock())
    pressed: dict[str, Callable[[], Any]] = {
        "end": lambda: actions.end_entry(call, about, today),
        "remove": lambda: actions.remove_entry(call, about),
        "primary": lambda: actions.choose_plate(call, about),
        "unplate": lambda: actions.delete_plate(call, about),
        "unplace": lambda: actions.delete_address(call, about),
        "unphone": lambda: logins.remove(call.app.store.engine, call.person_id),
        "unroute": lambda: actions.delete_route(call, about),
    }
    if action not in pressed:
        raise NotFound("not_found", "there is no such button")
    pressed[action]()
    return Redirect(f"{PROFILE}?done=true")


def _phone_login(call: TripsCall) -> Answer:
    """A login for the phone app. A password is never shown again."""
    name = "" if call.identity is None else call.identity.name
    login = logins.Login(call.person_id, call.form.get("user_name", ""), name)
    try:
        logins.create(call.app.store.engine, login, call.form.get("password", ""))
    except ServiceError as refusal:
        typed = {"user_name": login.user_name}
        return _profile_page(call, forms.wrong(typed, _faults(refusal, "phone"), call.t), status=refusal.status)
    return Redirect(f"{PROFILE}?done=true")


def _added(call: TripsCall, what: str) -> Answer:
    new_id = forms.given_id(call.form)
    try:
        if what == "plate":
            given = {"plate": call.form.get("plate", ""), "description": call.form.get("description", "").strip()[:100]}
            actions.add_plate(call, new_id, {**given, "description": given["description"] or None})
        else:
            given, faults = forms.place_typed(call.form)
            if faults:
                return _profile_page(call, forms.wrong(call.form, faults, call.t), status=UNPROCESSABLE)
            actions.save_address(call, new_id, given)
    except ServiceError as refusal:
        faults = _faults(refusal, what)
        return _profile_page(call, forms.wrong(call.form, faults, call.t), status=refusal.status)
    return Redirect(f"{PROFILE}?done=true")


def _faults(refusal: ServiceError, what: str) -> forms.Faults:
    """The sentence for a refusal by its field; what the forms have no sentence for is no fault of the form."""
    key = f"{what}.{refusal.code}"
    if key not in TEXTS["da"]:
        raise refusal
    return {FIELD_OF_FAULT.get(refusal.code, ""): key}


def _profile_page(call: TripsCall, form: Form, *, status: int = 200, done: bool = False) -> Page:
    shown = profile_view(call.app, call.person_id)
    units = {way["employment_id"]: way["unit"] for way in shown["ways_to_work"]}
    today = local_date(call.app.clock())
    data = {
        **shown,
        "ways_to_work": [_way(way) for way in shown["ways_to_work"]],
        "alternative_home": any(way["alternative_home"] for way in shown["ways_to_work"]),
        "entries": [_entry(one, units, call.language) for one in shown["entries"]],
        "phone": logins.of_person(call.app.store.engine, call.person_id),
        "looked_up": lookups(call.app, call.person_id),
        "history": history_view(call.app, call.person_id),
        "kinds": [kind.value for kind in EntryKind],
        "today": today.isoformat(),
    }
    return Page("profile.html", {**data, "form": form, "fresh_id": str(uuid4()), "done": done}, status)


def _way(way: dict[str, Any]) -> dict[str, Any]:
    fault = fault_text(way["fault"], alternative_home=way["alternative_home"])
    return {**way, "set": way["home_work_m"] != way["measured_m"], "fault_text": fault}


def _entry(one: dict[str, Any], units: dict[str, str], language: str) -> dict[str, Any]:
    last = None if one["ends"] is None else (date.fromisoformat(one["ends"]) - timedelta(days=1)).isoformat()
    unit = units.get(one["employment_id"] or "", "")
    return {**one, "last": last, "label": KINDS[one["kind"]][language], "unit": unit}


def new_entry(call: TripsCall) -> Page:
    today = local_date(call.app.clock()).isoformat()
    return _entry_page(call, EntryKind(call.query["kind"]), Form({"starts": today}), str(uuid4()))


def post_entry(call: TripsCall) -> Answer:
    kind = call.form.get("kind", "")
    if kind not in list(EntryKind):
        raise NotFound("not_found", "there is no such kind of entry")
    given, faults = forms.entry_typed(call.form)
    entry_id, status = forms.given_id(call.form), UNPROCESSABLE
    if not faults:
        try:
            actions.add_entry(call, entry_id, given)
            return Redirect(f"{PROFILE}?done=true")
        except ServiceError as refusal:
            faults = _faults(refusal, "entry")
            status = refusal.status
    return _entry_page(call, EntryKind(kind), forms.wrong(call.form, faults, call.t), entry_id, status)


def _entry_page(call: TripsCall, kind: EntryKind, form: Form, entry_id: str, status: int = 200) -> Page:
    ways = profile_view(call.app, call.person_id)["ways_to_work"]
    jobs = [(way["employment_id"], f"{way['position']}, {way['unit']}".strip(", ")) for way in ways]
    about = {"kind": kind.value, "is_distance": kind in DISTANCES, "of_employment": kind in OF_EMPLOYMENT}
    return Page("profile_entry.html", {**about, "form": form, "entry_id": entry_id, "jobs": jobs}, status)


def route_form(call: TripsCall) -> Page:
    """Empty, or the route that is to be changed."""
    wanted = call.query["id"]
    if wanted is None:
        return _route_page(Form(), str(uuid4()), known=False)
    route = profile_of(call.app.store, call.person_id).favourites.routes.get(str(wanted))
    if route is None:
        raise NotFound("not_found", "the person has no such route")
    given = forms.route_fields(route.name, route.points, round_trip=route.round_trip, purpose=route.purpose)
    return _route_page(Form(given), route.id, known=True)


def post_route(call: TripsCall) -> Answer:
    given, faults = forms.route_typed(call.form)
    route_id = forms.given_id(call.form)
    if faults:
        return _route_page(forms.wrong(call.form, faults, call.t), route_id, known=False, status=UNPROCESSABLE)
    actions.save_route(call, route_id, given)
    return Redirect(f"{PROFILE}?done=true")


def _route_page(form: Form, route_id: str, *, known: bool, status: int = 200) -> Page:
    via = max([forms.USUAL_VIA, *(number for number in range(1, forms.MOST_VIA + 1) if form.value(f"via-{number}"))])
    data = {"form": form, "route_id": route_id, "known": known, "stops": forms.stops(via)}
    return Page("profile_route.html", data, status)


def standard_addresses(call: TripsCall) -> Page:
    """The list; with an id the form holds that address, or the one that was found for it."""
    asked = call.query
    if asked["id"] is None:
        return _standard_page(call, Form(), str(uuid4()), done=asked["done"], saved=asked["saved"])
    place_id = str(asked["id"])
    known = kept_standard(call.app.store).get(place_id)
    if known is None:
        raise NotFound("not_found", "there is no such address")
    picked = Asked(asked["address_id"], asked["text"]) if asked["address_id"] else known.place.address
    form = Form({"name": known.place.name, **forms.address_fields("address", picked)})
    return _standard_page(call, form, place_id)


def post_standard(call: TripsCall) -> Answer:
    action, _, about = call.form.get("action", "").partition("-")
    if action == "delete":
        actions.delete_standard(call, about)
        return Redirect(f"{STANDARD}?done=true")
    place_id = forms.given_id(call.form)
    given, faults = forms.place_typed(call.form)
    if faults:
        form = forms.wrong(call.form, faults, call.t)
        return _standard_page(call, form, place_id, status=UNPROCESSABLE)
    actions.save_standard(call, place_id, given)
    return Redirect(f"{STANDARD}?{urlencode({'done': 'true', 'saved': place_id})}")


def _standard_page(
    call: TripsCall, form: Form, place_id: str, *, status: int = 200, done: bool = False, saved: UUID | None = None
) -> Page:
    settled = None if saved is None else soon(call, lambda: _settled(call, str(saved)))
    items = settled or standard_view(call.app, all_of_them=True)
    changed = any(one["place_id"] == place_id for one in items)
    data = {"items": [_standard(call, one) for one in items], "form": form, "place_id": place_id, "changed": changed}
    return Page("standard.html", {**data, "done": done}, status)


def _settled(call: TripsCall, place_id: str) -> list[dict[str, Any]] | None:
    """The list, once routing has answered for that address of it."""
    items = standard_view(call.app, all_of_them=True)
    return None if any(one["place_id"] == place_id and one["state"] == SOUGHT for one in items) else items


def _standard(call: TripsCall, one: dict[str, Any]) -> dict[str, Any]:
    """An address with why it is not found, and the way to the finder and back."""
    text = one["address"]["text"] or one["address"]["address_id"]
    known = one["state"] in (FOUND, SOUGHT)
    why = None if known else failure_in_words(one["state"], text)[call.language]
    back = f"{STANDARD}?{urlencode({'id': one['place_id']})}"
    return {**one, "text": text, "why": why, "finder": f"{FINDER}?{urlencode({'q': text, 'return': back})}"}


def _page(method: str, path: str, handler: Callable[[TripsCall], Answer], summary: str, **more: Any) -> Route:
    return Route(method, path, handler, access=more.pop("access", EMPLOYEE), summary=summary, page=True, **more)


PAGES = (
    _page("GET", PROFILE, my_profile, "My profile", query=DoneQuery),
    _page("POST", PROFILE, post_profile, "Change my profile"),
    _page("GET", ENTRY, new_entry, "The form for an address or a distance", query=EntryQuery),
    _page("POST", ENTRY, post_entry, "Add an address or a distance"),
    _page("GET", ROUTE, route_form, "The form for a route", query=RouteQuery),
    _page("POST", ROUTE, post_route, "Keep a route"),
    _page("GET", STANDARD, standard_addresses, "The municipality's addresses", access=ADMIN, query=StandardQuery),
    _page("POST", STANDARD, post_standard, "Change the municipality's addresses", access=ADMIN),
)
