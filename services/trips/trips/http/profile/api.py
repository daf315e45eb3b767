"""The profile's JSON API: always the caller's own. The municipality's list is kept by administrators."""

from __future__ import annotations

from typing import Any

from chassis.http import SIGNED_IN, Reply, Route, roles
from chassis.store import Outcome
from trips.http.actions import TripsCall
from trips.http.profile import actions, schemas
from trips.http.profile.views import history_view, profile_view, standard_view

BASE = "/trips/api/v1/profile"
STANDARD = "/trips/api/v1/standard-addresses"
EMPLOYEE = roles("employee")
ADMIN = roles("admin")


def show_profile(call: TripsCall) -> Reply:
    return Reply(profile_view(call.app, call.person_id, call.query["on"]))


def show_history(call: TripsCall) -> Reply:
    return Reply({"items": history_view(call.app, call.person_id)})


def put_entry(call: TripsCall) -> Reply:
    return _stored(actions.add_entry(call, _id(call, "entry_id"), call.body))


def end_entry(call: TripsCall) -> Reply:
    return _stored(actions.end_entry(call, _id(call, "entry_id"), call.body["ends"]))


def remove_entry(call: TripsCall) -> Reply:
    return _stored(actions.remove_entry(call, _id(call, "entry_id")))


def put_plate(call: TripsCall) -> Reply:
    return _stored(actions.add_plate(call, _id(call, "plate_id"), call.body))


def choose_plate(call: TripsCall) -> Reply:
    return _stored(actions.choose_plate(call, _id(call, "plate_id")))


def delete_plate(call: TripsCall) -> Reply:
    return _stored(actions.delete_plate(call, _id(call, "plate_id")))


def put_address(call: TripsCall) -> Reply:
    return _stored(actions.save_address(call, _id(call, "place_id"), call.body))


def delete_address(call: TripsCall) -> Reply:
    return _stored(actions.delete_address(call, _id(call, "place_id")))


def put_route(call: TripsCall) -> Reply:
    return _stored(actions.save_route(call, _id(call, "route_id"), call.body))


def delete_route(call: TripsCall) -> Reply:
    return _stored(actions.delete_route(call, _id(call, "route_id")))


def list_standard(call: TripsCall) -> Reply:
    keeps_it = call.identity is not None and "admin" in call.identity.roles
    return Reply({"items": standard_view(call.app, all_of_them=keeps_it)})


def put_standard(call: TripsCall) -> Reply:
    return _stored(actions.save_standard(call, _id(call, "place_id"), call.body))


def delete_standard(call: TripsCall) -> Reply:
    return _stored(actions.delete_standard(call, _id(call, "place_id")))


def _id(call: TripsCall, name: str) -> str:
    return str(call.path[name])


def _stored(outcome: Outcome) -> Reply:
    return Reply({"position": outcome.position})


def _own(method: str, path: str, handler: Any, summary: str, **more: Any) -> Route:
    more = {"returns": schemas.Stored, **more}
    return Route(method, f"{BASE}{path}", handler, access=EMPLOYEE, summary=summary, **more)


API = (
    _own("GET", "", show_profile, "My profile", query=schemas.ProfileQuery, returns=schemas.ProfileOut),
    _own("GET", "/history", show_history, "All that happened to my profile", returns=schemas.ProfileHistoryOut),
    _own("PUT", "/entries/<uuid:entry_id>", put_entry, "An address or distance from a date on", body=schemas.EntryIn),
    _own("POST", "/entries/<uuid:entry_id>/end", end_entry, "An entry no longer holds", body=schemas.EndIn),
    _own("DELETE", "/entries/<uuid:entry_id>", remove_entry, "An entry was a mistake"),
    _own("PUT", "/plates/<uuid:plate_id>", put_plate, "A licence plate of mine", body=schemas.PlateIn),
    _own("POST", "/plates/<uuid:plate_id>/primary", choose_plate, "Make a plate the primary one"),
    _own("DELETE", "/plates/<uuid:plate_id>", delete_plate, "Delete a plate"),
    _own("PUT", "/addresses/<uuid:place_id>", put_address, "Keep an address I use", body=schemas.PlaceIn),
    _own("DELETE", "/addresses/<uuid:place_id>", delete_address, "Delete an address I kept"),
    _own("PUT", "/routes/<uuid:route_id>", put_route, "Keep a route I drive", body=schemas.SavedRouteIn),
    _own("DELETE", "/routes/<uuid:route_id>", delete_route, "Delete a route I kept"),
    Route(
        "GET",
        STANDARD,
        list_standard,
        access=SIGNED_IN,
        summary="The addresses the municipality offers to all drivers; for administrators also those refused",
        returns=schemas.StandardOut,
    ),
    Route(
        "PUT",
        f"{STANDARD}/<uuid:place_id>",
        put_standard,
        access=ADMIN,
        summary="Offer an address to all drivers, unless routing refuses it",
        body=schemas.PlaceIn,
        returns=schemas.Stored,
    ),
    Route(
        "DELETE",
        f"{STANDARD}/<uuid:place_id>",
        delete_standard,
        access=ADMIN,
        summary="Offer it no longer",
        returns=schemas.Stored,
    ),
)
