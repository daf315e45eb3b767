"""The addresses a municipality offers to all its drivers: town hall, schools, care homes."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.errors import NotFound, Rejected
from trips.domain.profile.events import StandardAddressDeleted, StandardAddressSaved, StandardEvent
from trips.domain.profile.favourites import SavedPlace

STREAM = "standard-addresses"
MOST = 1_000
"""More than this is a register, and that is routing's."""

type Standard = Mapping[str, SavedPlace]
NONE: Standard = {}


def evolve(known: Standard, event: StandardEvent) -> Standard:
    """The list after ``event``."""
    match event:
        case StandardAddressSaved():
            return {**known, event.place_id: SavedPlace(event.place_id, event.name, event.address)}
        case StandardAddressDeleted():
            return {key: place for key, place in known.items() if key != event.place_id}


def save(known: Standard, place: SavedPlace) -> list[StandardEvent]:
    """A new address or a changed one. ``Rejected("too_many")``."""
    if known.get(place.id) == place:
        return []
    if place.id not in known and len(known) >= MOST:
        raise Rejected("too_many", f"at most {MOST} can be kept")
    return [StandardAddressSaved(place.id, place.name, place.address)]


def delete(known: Standard, place_id: str) -> list[StandardEvent]:
    """``NotFound`` for an address that is not there."""
    if place_id not in known:
        raise NotFound("not_found", "there is no such address")
    return [StandardAddressDeleted(place_id)]
