"""The addresses a municipality offers to all its drivers: town hall, schools, care homes.

Routing alone knows which addresses there are, and is asked by event: an address is kept and offered as it was typed,
like any that a driver types, until routing says that it cannot be driven to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from chassis.errors import NotFound, Rejected
from trips.domain.profile.events import (
    StandardAddressDeleted,
    StandardAddressFound,
    StandardAddressNotFound,
    StandardAddressSaved,
    StandardEvent,
)
from trips.domain.profile.favourites import SavedPlace

STREAM = "standard-addresses"
MOST = 1_000
"""More than this is a register, and that is routing's."""
SOUGHT: Final = "sought"
FOUND: Final = "found"


@dataclass(frozen=True, slots=True)
class StandardPlace:
    """An address of the list; ``state`` is sought until routing answers, then found, or routing's code for why not."""

    place: SavedPlace
    state: str = SOUGHT

    @property
    def offered(self) -> bool:
        """Whether drivers may choose it: routing has found it, or has not said no."""
        return self.state in (SOUGHT, FOUND)


type Standard = Mapping[str, StandardPlace]
NONE: Standard = {}


def evolve(known: Standard, event: StandardEvent) -> Standard:
    """The list after ``event``. Under another name an address is as found as it was."""
    match event:
        case StandardAddressSaved():
            before, place = known.get(event.place_id), SavedPlace(event.place_id, event.name, event.address)
            same = before is not None and before.place.address == place.address
            kept = replace(before, place=place) if before is not None and same else StandardPlace(place)
            return {**known, event.place_id: kept}
        case StandardAddressDeleted():
            return {key: place for key, place in known.items() if key != event.place_id}
        case StandardAddressFound():
            return _in_state(known, event.place_id, FOUND)
        case StandardAddressNotFound():
            return _in_state(known, event.place_id, event.code)


def save(known: Standard, place: SavedPlace) -> list[StandardEvent]:
    """A new address or a changed one. ``Rejected("too_many")``."""
    if place.id in known and known[place.id].place == place:
        return []
    if place.id not in known and len(known) >= MOST:
        raise Rejected("too_many", f"at most {MOST} can be kept")
    return [StandardAddressSaved(place.id, place.name, place.address)]


def delete(known: Standard, place_id: str) -> list[StandardEvent]:
    """``NotFound`` for an address that is not there."""
    if place_id not in known:
        raise NotFound("not_found", "there is no such address")
    return [StandardAddressDeleted(place_id)]


def answered(known: Standard, place_id: str, code: str | None) -> list[StandardEvent]:
    """Routing has found the address, or has not, and ``code`` says why; said again it is nothing."""
    if place_id not in known or known[place_id].state == (code or FOUND):
        return []
    return [StandardAddressFound(place_id) if code is None else StandardAddressNotFound(place_id, code)]


def _in_state(known: Standard, place_id: str, state: str) -> Standard:
    return {**known, place_id: replace(known[place_id], state=state)} if place_id in known else known
