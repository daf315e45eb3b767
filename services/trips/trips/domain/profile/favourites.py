"""What makes reporting quick: a person's plates, the addresses and the routes they use often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chassis.errors import NotFound, Rejected
from trips.domain.events import Asked
from trips.domain.plates import Plate, add_plate, delete_plate, make_primary
from trips.domain.profile.events import (
    FavouriteEvent,
    PersonalAddressDeleted,
    PersonalAddressSaved,
    PlateAdded,
    PlateDeleted,
    PlateMadePrimary,
    RouteSaved,
    SavedRouteDeleted,
)

MOST = 100
"""Plates, addresses and routes of one person, each."""


@dataclass(frozen=True, slots=True)
class SavedPlace:
    """An address under a name."""

    id: str
    name: str
    address: Asked


@dataclass(frozen=True, slots=True)
class SavedRoute:
    """A route under a name, its stops in driving order; ``purpose`` is what a trip along it is usually for."""

    id: str
    name: str
    points: tuple[Asked, ...]
    round_trip: bool
    purpose: str | None


@dataclass(frozen=True, slots=True)
class Favourites:
    """``descriptions`` are of plates, by their ids; ``gone`` are ids of plates that were deleted."""

    plates: tuple[Plate, ...] = ()
    descriptions: Mapping[str, str | None] = field(default_factory=dict)
    places: Mapping[str, SavedPlace] = field(default_factory=dict)
    routes: Mapping[str, SavedRoute] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    @property
    def primary_plate(self) -> str | None:
        """The plate a new trip is given."""
        return next((one.plate for one in self.plates if one.primary), None)


NO_FAVOURITES = Favourites()


def stream_of(person_id: str) -> str:
    """The stream that holds the person's favourites."""
    return f"favourites-{person_id}"


def evolve(known: Favourites, event: FavouriteEvent) -> Favourites:
    """The favourites after ``event``."""
    match event:
        case PersonalAddressSaved():
            place = SavedPlace(event.place_id, event.name, event.address)
            return replace(known, places={**known.places, event.place_id: place})
        case PersonalAddressDeleted():
            return replace(known, places=_without(known.places, event.place_id))
        case RouteSaved():
            route = SavedRoute(event.route_id, event.name, event.points, event.round_trip, event.purpose)
            return replace(known, routes={**known.routes, event.route_id: route})
        case SavedRouteDeleted():
            return replace(known, routes=_without(known.routes, event.route_id))
        case _:
            return _evolve_plates(known, event)


def _evolve_plates(known: Favourites, event: PlateAdded | PlateMadePrimary | PlateDeleted) -> Favourites:
    match event:
        case PlateAdded():
            new = Plate(event.plate_id, event.person_id, event.plate, primary=not known.plates)
            descriptions = {**known.descriptions, event.plate_id: event.description}
            return replace(known, plates=(*known.plates, new), descriptions=descriptions)
        case PlateMadePrimary():
            return replace(known, plates=make_primary(known.plates, event.person_id, event.plate_id))
        case PlateDeleted():
            left = delete_plate(known.plates, event.person_id, event.plate_id)
            return replace(known, plates=left, gone=known.gone | {event.plate_id})


def new_plate(
    known: Favourites, person_id: str, plate_id: str, typed: str, description: str | None
) -> list[FavouriteEvent]:
    """A plate under an id the client made; the same again is nothing.

    ``Rejected`` with ``bad_plate``, ``duplicate`` or ``too_many``.
    """
    if any(one.id == plate_id for one in known.plates):
        return []
    if len(known.plates) >= MOST:
        raise Rejected("too_many", f"at most {MOST} can be kept")
    added = add_plate(known.plates, person_id, plate_id, typed)[-1]
    return [PlateAdded(person_id, plate_id, added.plate, description)]


def choose_plate(known: Favourites, person_id: str, plate_id: str) -> list[FavouriteEvent]:
    """The plate becomes the primary one. ``NotFound``."""
    after = make_primary(known.plates, person_id, plate_id)
    return [] if after == known.plates else [PlateMadePrimary(person_id, plate_id)]


def drop_plate(known: Favourites, person_id: str, plate_id: str) -> list[FavouriteEvent]:
    """The plate is deleted; deleted already: nothing happens. ``NotFound`` for one that never was."""
    if plate_id in known.gone:
        return []
    delete_plate(known.plates, person_id, plate_id)
    return [PlateDeleted(person_id, plate_id)]


def save_place(known: Favourites, person_id: str, place: SavedPlace) -> list[FavouriteEvent]:
    """A new address or a changed one. ``Rejected("too_many")``."""
    if known.places.get(place.id) == place:
        return []
    _room(known.places, place.id)
    return [PersonalAddressSaved(person_id, place.id, place.name, place.address)]


def drop_place(known: Favourites, person_id: str, place_id: str) -> list[FavouriteEvent]:
    """``NotFound`` for an address that is not there."""
    _known(known.places, place_id)
    return [PersonalAddressDeleted(person_id, place_id)]


def save_route(known: Favourites, person_id: str, route: SavedRoute) -> list[FavouriteEvent]:
    """A new route or a changed one. ``Rejected("too_many")``."""
    if known.routes.get(route.id) == route:
        return []
    _room(known.routes, route.id)
    return [RouteSaved(person_id, route.id, route.name, route.points, route.round_trip, route.purpose)]


def way_of(event: FavouriteEvent) -> tuple[Asked, ...]:
    """The way by which routing is asked whether it knows what was saved: an address leads to itself. Empty for any
    other event.
    """
    if isinstance(event, PersonalAddressSaved):
        return event.address, event.address
    return event.points if isinstance(event, RouteSaved) else ()


def drop_route(known: Favourites, person_id: str, route_id: str) -> list[FavouriteEvent]:
    """``NotFound`` for a route that is not there."""
    _known(known.routes, route_id)
    return [SavedRouteDeleted(person_id, route_id)]


def _room(known: Mapping[str, object], new_id: str) -> None:
    if new_id not in known and len(known) >= MOST:
        raise Rejected("too_many", f"at most {MOST} can be kept")


def _known(known: Mapping[str, object], wanted: str) -> None:
    if wanted not in known:
        raise NotFound("not_found", "the person has no such entry")


def _without[V](known: Mapping[str, V], gone: str) -> dict[str, V]:
    return {key: value for key, value in known.items() if key != gone}
