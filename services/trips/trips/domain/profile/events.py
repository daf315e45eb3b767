"""What has happened to drivers' profiles and to the municipality's list of addresses. Stored for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trips.domain.events import Asked


@dataclass(frozen=True, slots=True)
class ProfileEntryAdded:
    """Something that decides distances holds from ``starts`` until ``ends``, the first day after it (None: open).

    ``kind`` is one of ``EntryKind``; an address has ``address``, a distance ``metres``.
    """

    person_id: str
    entry_id: str
    kind: str
    employment_id: str | None
    address: Asked | None
    metres: int | None
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class ProfileEntryEnded:
    """``ends`` is the first day on which the entry no longer holds."""

    person_id: str
    entry_id: str
    ends: date


@dataclass(frozen=True, slots=True)
class ProfileEntryRemoved:
    """The entry was a mistake: it never held."""

    person_id: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class PlateAdded:
    """A vehicle of the person's own."""

    person_id: str
    plate_id: str
    plate: str
    description: str | None


@dataclass(frozen=True, slots=True)
class PlateMadePrimary:
    """A new trip is given this plate."""

    person_id: str
    plate_id: str


@dataclass(frozen=True, slots=True)
class PlateDeleted:
    """The vehicle is gone."""

    person_id: str
    plate_id: str


@dataclass(frozen=True, slots=True)
class PersonalAddressSaved:
    """An address the person uses often, under a name; saved again under its id it is changed."""

    person_id: str
    place_id: str
    name: str
    address: Asked


@dataclass(frozen=True, slots=True)
class PersonalAddressDeleted:
    """It is offered no longer."""

    person_id: str
    place_id: str


@dataclass(frozen=True, slots=True)
class RouteSaved:
    """A route the person drives often, all its stops in driving order; saved again under its id it is changed."""

    person_id: str
    route_id: str
    name: str
    points: tuple[Asked, ...]
    round_trip: bool
    purpose: str | None


@dataclass(frozen=True, slots=True)
class SavedRouteDeleted:
    """It is offered no longer."""

    person_id: str
    route_id: str


@dataclass(frozen=True, slots=True)
class StandardAddressSaved:
    """An address the municipality offers to everybody; saved again under its id it is changed."""

    place_id: str
    name: str
    address: Asked


@dataclass(frozen=True, slots=True)
class StandardAddressDeleted:
    """It is offered no longer."""

    place_id: str


@dataclass(frozen=True, slots=True)
class StandardAddressFound:
    """Routing knows the address: it is offered."""

    place_id: str


@dataclass(frozen=True, slots=True)
class StandardAddressNotFound:
    """Routing does not know the address, and ``code`` says why: it is not offered."""

    place_id: str
    code: str


type DriverEvent = ProfileEntryAdded | ProfileEntryEnded | ProfileEntryRemoved
type FavouriteEvent = (
    PlateAdded
    | PlateMadePrimary
    | PlateDeleted
    | PersonalAddressSaved
    | PersonalAddressDeleted
    | RouteSaved
    | SavedRouteDeleted
)
type StandardEvent = StandardAddressSaved | StandardAddressDeleted | StandardAddressFound | StandardAddressNotFound

TYPES: dict[str, type] = {
    "profile-entry-added": ProfileEntryAdded,
    "profile-entry-ended": ProfileEntryEnded,
    "profile-entry-removed": ProfileEntryRemoved,
    "plate-added": PlateAdded,
    "plate-made-primary": PlateMadePrimary,
    "plate-deleted": PlateDeleted,
    "personal-address-saved": PersonalAddressSaved,
    "personal-address-deleted": PersonalAddressDeleted,
    "route-saved": RouteSaved,
    "saved-route-deleted": SavedRouteDeleted,
    "standard-address-saved": StandardAddressSaved,
    "standard-address-deleted": StandardAddressDeleted,
    "standard-address-found": StandardAddressFound,
    "standard-address-not-found": StandardAddressNotFound,
}
