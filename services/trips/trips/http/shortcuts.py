"""What spares typing on the report form: saved routes, own and common addresses, plates, a copy of an earlier trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.clock import local_date
from chassis.errors import NotFound, Rejected
from trips.bootstrap import TripsApp
from trips.commutes import ways_to_work
from trips.domain.events import Asked
from trips.domain.profile.favourites import Favourites, SavedRoute
from trips.http.actions import TripsCall, own_trip
from trips.http.typed import MOST_STOPS, Stop, TripForm
from trips.profiles import profile_of, standard_addresses

HOME, WORK = "home", "work"
FROM, TO, VIA = "from", "to", "via"


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """``places`` are named addresses by a key of the form's own, in groups as they are shown."""

    favourites: Favourites
    groups: tuple[tuple[str, tuple[tuple[str, str, Asked], ...]], ...]

    def place(self, key: str) -> Asked | None:
        """The address chosen."""
        return next((address for _, places in self.groups for one, _, address in places if one == key), None)

    @property
    def plates(self) -> Sequence[str]:
        return [one.plate for one in self.favourites.plates]


def shortcuts(call: TripsCall) -> Shortcuts:
    """Those of the caller, as of today."""
    app: TripsApp = call.app
    known = profile_of(app.store, call.person_id).favourites
    kept = sorted(known.places.values(), key=lambda one: one.name.casefold())
    listed = [one.place for one in standard_addresses(app.store).values() if one.offered]
    common = sorted(listed, key=lambda one: one.name.casefold())
    groups = (
        ("shortcut.own", (*_ways(call), *((f"own-{one.id}", one.name, one.address) for one in kept))),
        ("shortcut.common", tuple((f"all-{one.id}", one.name, one.address) for one in common)),
    )
    return Shortcuts(known, tuple(group for group in groups if group[1]))


def with_route(form: TripForm, route: SavedRoute) -> TripForm:
    """The form along a saved route; a purpose that was typed stays."""
    filled = replace(form, stops=tuple(stop_of(point) for point in route.points))
    filled = replace(filled, values={**filled.values, "round_trip": "1" if route.round_trip else ""})
    return filled.with_value("purpose", route.purpose or "")


def with_place(form: TripForm, place: Asked, where: str) -> TripForm:
    """The form with an address put in: at the start, at the end, or before the end."""
    if where == FROM:
        return form.picking(0, stop_of(place))
    if where == TO:
        return form.picking(len(form.stops) - 1, stop_of(place))
    longer = form.adding_stop()
    return longer.picking(len(longer.stops) - 2, stop_of(place)) if len(longer.stops) > len(form.stops) else form


def copy_of(call: TripsCall, trip_id: UUID) -> TripForm:
    """A new form like an earlier trip of the caller's own, without its date. ``NotFound`` for anybody else's."""
    told = own_trip(call, str(trip_id)).report
    if len(told.points) > MOST_STOPS:
        raise Rejected("too_many_stops", f"the form takes {MOST_STOPS} addresses")
    form = TripForm.of_trip("", 0, told)
    return replace(form, values={**form.values, "driving_date": "", "revision": ""})


def route_of(call: TripsCall, route_id: str) -> SavedRoute:
    """The caller's own saved route. ``NotFound``."""
    found = profile_of(call.app.store, call.person_id).favourites.routes.get(route_id)
    if found is None:
        raise NotFound("not_found", "the person has no such route")
    return found


def stop_of(point: Asked) -> Stop:
    """An address of the form as it was given before."""
    text = point.text or point.address_id or ""
    return Stop(text, point.address_id or "", text if point.address_id else "")


def _ways(call: TripsCall) -> list[tuple[str, str, Asked]]:
    """Home and work of today."""
    found: dict[str, tuple[str, str, Asked]] = {}
    for way in ways_to_work(call.app, call.person_id, local_date(call.app.clock())):
        if way.place.home is not None:
            found[HOME] = (HOME, call.t("profile.home"), way.place.home)
        if way.place.work is not None:
            key = f"{WORK}-{way.employment.employment_id}"
            found[key] = (key, f"{call.t('profile.work')}, {way.unit}", way.place.work)
    return list(found.values())


def offered(known: Shortcuts, t: Any) -> dict[str, Any]:
    """The shortcuts as the form's template takes them."""
    routes = sorted(known.favourites.routes.values(), key=lambda one: one.name.casefold())
    return {
        "plates": known.plates,
        "saved_routes": [(one.id, one.name) for one in routes],
        "place_groups": [
            (t(title), [(key, f"{name}: {address.text or ''}") for key, name, address in places])
            for title, places in known.groups
        ],
    }
