"""Protected addresses (navne- og adressebeskyttelse): what others are shown of a trip leaves the home out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from trips.domain.addresses import DatedAddress, home_on
from trips.domain.events import Asked, Place, TripReported
from trips.domain.home import Position, is_at, position_of
from trips.domain.houses import house_of, plain
from trips.domain.trip import Trip

SHOWN = "Hjem"
"""What stands where a protected home would."""
NOT_SHOWN = "Ikke vist"
"""What stands for every address where nobody knows yet which of them is the home."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Homes that nobody else may be shown: how they are written, and where they lie as far as that is known."""

    texts: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()


def protected_homes(homes: Sequence[DatedAddress[Asked]], day: date) -> tuple[str, ...]:
    """The texts of the home of that day and of the newest, where nobody else may be shown one of them; none where
    neither is protected. One protected today was not always. ``homes`` in the order in which they began.
    """
    lived_in = [home for home in (home_on(homes, day), *homes[-1:]) if home is not None]
    is_protected = any(home.protected for home in lived_in)
    return tuple(dict.fromkeys(home.address.text or "" for home in lived_in)) if is_protected else ()


def ever_protected(homes: Sequence[DatedAddress[Asked]]) -> tuple[str, ...]:
    """The texts of all homes where one of them is protected: an address that is told without its day may be any."""
    return tuple(home.address.text or "" for home in homes) if any(home.protected for home in homes) else ()


def hidden_points(
    told: Sequence[Asked], found: Sequence[Place], ends: tuple[bool, bool], homes: Secret
) -> tuple[int, ...]:
    """The points of a trip that are at a protected home, from 0: those near where one lies, those written as one or as
    its house is, and the ends that are at home. ``found`` is empty where nothing was measured.
    """
    if not homes.texts:
        return ()
    at_ends = {index for index, is_home in zip((0, len(told) - 1), ends, strict=True) if is_home}
    near = {
        index for index, point in enumerate(found) if any(is_at(one, position_of(point)) for one in homes.positions)
    }
    written = {index for index, names in enumerate(_names(told, found)) if _names_one(names, homes.texts)}
    return tuple(sorted((at_ends | near | written) & set(range(len(told)))))


def shown(stops: Sequence[str], hidden: Sequence[int]) -> list[str]:
    """The stops as others are shown them."""
    return [SHOWN if index in hidden else stop for index, stop in enumerate(stops)]


def for_others(trip: Trip, at_home: Sequence[int]) -> Trip:
    """The trip of somebody with a protected home as anybody else may see it. ``at_home`` are the points at such a home
    by what is known now; those that were left out when it was sent are left out too. Of a trip that was not sent as it
    is now no address is shown: where it was driven has not been found out.
    """
    told, sent = trip.reported, trip.submitted
    if told is None or sent is None:
        return trip if told is None else replace(trip, reported=without_addresses(told))
    hidden = {*at_home, *sent.quote.hidden_points}
    if not hidden:
        return trip
    points = tuple(Asked(None, SHOWN) if index in hidden else one for index, one in enumerate(told.report.points))
    return replace(
        trip,
        reported=_with_points(told, points),
        submitted=replace(sent, quote=replace(sent.quote, points=())),
    )


def without_addresses(told: TripReported) -> TripReported:
    """What was reported, with none of its addresses."""
    return _with_points(told, tuple(Asked(None, NOT_SHOWN) for _ in told.report.points))


def _with_points(told: TripReported, points: tuple[Asked, ...]) -> TripReported:
    return replace(told, report=replace(told.report, points=points))


def _names(told: Sequence[Asked], found: Sequence[Place]) -> Iterator[tuple[str, str | None]]:
    """Each point as it was typed, and as routing found it."""
    for index, point in enumerate(told):
        yield point.text or "", found[index].text if index < len(found) else None


def _names_one(names: tuple[str, str | None], homes: Sequence[str]) -> bool:
    """Where a house was found, a typed one that does not say its town is no other."""
    typed, found = names
    written = [typed] if found is None else [typed, found]
    if {*map(plain, written)} & {*map(plain, homes)}:
        return True
    houses = [house for text in written if (house := house_of(text)) is not None]
    houses = [house for house in houses if house.postal_code or found is None]
    return any(house.may_be(home) for text in homes if (home := house_of(text)) is not None for house in houses)
