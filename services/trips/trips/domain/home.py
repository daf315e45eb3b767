"""Whether a trip starts or ends at the employee's home: within a limit on the great circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from chassis.errors import Rejected
from trips.domain.events import Place
from trips.domain.quantities import half_up

EARTH_RADIUS_M = 6_371_000
HOME_LIMIT_M = 100
MM_PER_M = 1000


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the map in millionths of a degree (about a tenth of a metre)."""

    lon_e6: int
    lat_e6: int


NOWHERE = Position(0, 0)
"""Where registers put an address that was never placed on the map."""


@dataclass(frozen=True, slots=True)
class HomeEnds:
    """Which ends of the path are at home, and how far from home they are (metres, half up)."""

    starts_at_home: bool
    ends_at_home: bool
    start_distance_m: int
    end_distance_m: int


def position_of(place: Place) -> Position:
    """Where a measured point lies."""
    return Position(place.lon_e6, place.lat_e6)


def great_circle_mm(one: Position, other: Position) -> int:
    """The distance in millimetres along the surface of a sphere of mean radius 6,371 km (haversine)."""
    lat, other_lat = radians(one.lat_e6 / 1e6), radians(other.lat_e6 / 1e6)
    half_lat = sin((other_lat - lat) / 2)
    half_lon = sin(radians((other.lon_e6 - one.lon_e6) / 1e6) / 2)
    chord = half_lat**2 + cos(lat) * cos(other_lat) * half_lon**2
    return round(2 * EARTH_RADIUS_M * MM_PER_M * asin(min(1.0, sqrt(chord))))


def is_at(home: Position, point: Position, limit_m: int = HOME_LIMIT_M) -> bool:
    """Whether a point lies within the limit of home; nothing lies at a home that is on no map."""
    return home != NOWHERE and great_circle_mm(home, point) <= limit_m * MM_PER_M


def home_ends(home: Position | None, path: Sequence[Position], limit_m: int = HOME_LIMIT_M) -> HomeEnds:
    """Compare the first and last point with home; points between have no effect.

    ``Rejected("home_unknown")`` without a home, and for one at 0° N 0° E.
    """
    if home is None or home == NOWHERE:
        raise Rejected("home_unknown", "the position of the home is not known")
    start_mm, end_mm = great_circle_mm(home, path[0]), great_circle_mm(home, path[-1])
    limit_mm = limit_m * MM_PER_M
    return HomeEnds(start_mm <= limit_mm, end_mm <= limit_mm, half_up(start_mm, MM_PER_M), half_up(end_mm, MM_PER_M))
