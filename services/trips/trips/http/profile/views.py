"""A profile as it is shown, in JSON values: the same for the API and the pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from chassis.clock import iso_utc, local_date
from chassis.store import Recorded, reading
from trips import facts
from trips.application.measuring import sought
from trips.bootstrap import TripsApp
from trips.commutes import WayToWork, ways_to_work
from trips.domain import dated
from trips.domain.events import Asked, RouteFailed
from trips.domain.profile import driver as drivers
from trips.domain.profile import favourites
from trips.domain.profile.driver import Entry
from trips.domain.profile.favourites import Favourites, SavedPlace, SavedRoute
from trips.domain.profile.words import in_words
from trips.domain.route import Route
from trips.domain.texts import failure_in_words
from trips.profiles import profile_of, standard_addresses


def profile_view(app: TripsApp, person_id: str, on: date | None = None) -> dict[str, Any]:
    """The whole profile as of ``on``, or today."""
    day = on or local_date(app.clock())
    known = profile_of(app.store, person_id)
    with reading(app.store.engine) as conn:
        homes = facts.homes_of(conn, person_id)
    return {
        "homes": [{"address": asdict(one.address), "starts": one.id, "ends": _iso(one.ends)} for one in homes],
        "entries": [_entry(one, day) for one in sorted(known.driver.entries, key=lambda one: one.starts, reverse=True)],
        "ways_to_work": [_way(one) for one in ways_to_work(app, person_id, day)],
        **favourites_view(known.favourites),
    }


def favourites_view(known: Favourites) -> dict[str, Any]:
    """Plates, addresses and routes, by name."""
    plates = [
        {
            "plate_id": one.id,
            "plate": one.plate,
            "description": known.descriptions.get(one.id),
            "primary": one.primary,
        }
        for one in known.plates
    ]
    routes = sorted(known.routes.values(), key=lambda one: one.name.casefold())
    return {
        "plates": plates,
        "addresses": places_view(known.places.values()),
        "routes": [_route(one) for one in routes],
    }


def lookups(app: TripsApp, person_id: str) -> dict[str, dict[str, Any]]:
    """Of each of the person's own addresses and routes, by its id: whether routing is still to say that it knows it,
    and why it does not, in words.
    """
    known = profile_of(app.store, person_id).favourites
    ways: dict[str, tuple[Asked, ...]] = {one.id: (one.address, one.address) for one in known.places.values()}
    ways |= {one.id: one.points for one in known.routes.values()}
    found = app.store.look(lambda uow: sought(uow, person_id, [*ways.values()]))
    return {key: _lookup(points, route) for (key, points), route in zip(ways.items(), found, strict=True)}


def _lookup(points: Sequence[Asked], route: Route) -> dict[str, Any]:
    fault = route.answer if isinstance(route.answer, RouteFailed) else None
    index = None if fault is None else fault.point_index
    typed = points[index].text if index is not None and index < len(points) else None
    return {
        "sought": route.is_sought,
        "why": None if fault is None else dict(failure_in_words(fault.code, typed)),
    }


def standard_view(app: TripsApp, *, all_of_them: bool) -> list[dict[str, Any]]:
    """The municipality's list, by name: what is offered, or ``all_of_them`` for whoever keeps it."""
    known = standard_addresses(app.store)
    listed = [one.place for one in known.values() if all_of_them or one.offered]
    return [{**place, "state": known[place["place_id"]].state} for place in places_view(listed)]


def places_view(places: Iterable[SavedPlace]) -> list[dict[str, Any]]:
    """Addresses by name."""
    return [
        {"place_id": one.id, "name": one.name, "address": asdict(one.address)}
        for one in sorted(places, key=lambda one: one.name.casefold())
    ]


def history_view(app: TripsApp, person_id: str) -> list[dict[str, Any]]:
    """Everything that happened to the profile, the newest first."""
    streams = (drivers.stream_of(person_id), favourites.stream_of(person_id))
    events = [recorded for stream in streams for recorded in app.store.read_stream(stream)]
    return [_happened(one) for one in sorted(events, key=lambda one: one.position, reverse=True)]


def _happened(recorded: Recorded) -> dict[str, Any]:
    return {"at": iso_utc(recorded.recorded_at), "type": recorded.type, "words": dict(in_words(recorded.event))}


def _entry(one: Entry, day: date) -> dict[str, Any]:
    return {
        "entry_id": one.id,
        "kind": one.kind.value,
        "employment_id": one.employment_id,
        "address": None if one.address is None else asdict(one.address),
        "metres": one.metres,
        "starts": one.starts.isoformat(),
        "ends": _iso(one.ends),
        "holds": dated.holds_on(one, day),
    }


def _way(one: WayToWork) -> dict[str, Any]:
    return {
        "employment_id": one.employment.employment_id,
        "position": one.employment.position,
        "unit": one.unit,
        "home": None if one.place.home is None else asdict(one.place.home),
        "work": None if one.place.work is None else asdict(one.place.work),
        "alternative_home": one.place.alternative_home,
        "home_work_m": one.home_work_m,
        "measured_m": one.measured_m,
        "fault": one.fault,
    }


def _route(one: SavedRoute) -> dict[str, Any]:
    return {
        "route_id": one.id,
        "name": one.name,
        "points": [asdict(point) for point in one.points],
        "round_trip": one.round_trip,
        "purpose": one.purpose,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
