"""Places on the map in whole microdegrees, so that the same place is always the same key."""

from __future__ import annotations

import math
from dataclasses import dataclass

SNAP_LIMIT_M = 500
"""Farthest that a point may lie from the road it is measured from."""

METRES_PER_MICRODEGREE = 6_371_008.8 * math.pi / 180 / 1_000_000
SNAP_LIMIT_LAT_E6 = math.ceil(SNAP_LIMIT_M / METRES_PER_MICRODEGREE)


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place in WGS 84; microdegrees are 11 cm or less."""

    lon_e6: int
    lat_e6: int

    @property
    def lon_lat(self) -> tuple[float, float]:
        """Degrees, as engines want them: exact, because a double holds 15 digits."""
        return self.lon_e6 / 1_000_000, self.lat_e6 / 1_000_000


@dataclass(frozen=True, slots=True)
class Area:
    """The box around all roads of a map; its sides belong to it."""

    west_e6: int
    south_e6: int
    east_e6: int
    north_e6: int

    def holds(self, point: Point) -> bool:
        """Whether ``point`` is in the box or within the snap limit of it."""
        lon_limit_e6 = SNAP_LIMIT_LAT_E6 / max(0.01, math.cos(math.radians(point.lat_e6 / 1_000_000)))
        return (
            self.west_e6 - lon_limit_e6 <= point.lon_e6 <= self.east_e6 + lon_limit_e6
            and self.south_e6 - SNAP_LIMIT_LAT_E6 <= point.lat_e6 <= self.north_e6 + SNAP_LIMIT_LAT_E6
        )


def apart_m(one: Point, other: Point) -> int:
    """Straight distance in whole metres; good to 0.5 % below 100 km, for telling neighbours from namesakes."""
    middle = math.radians((one.lat_e6 + other.lat_e6) / 2_000_000)
    east = (one.lon_e6 - other.lon_e6) * math.cos(middle)
    north = one.lat_e6 - other.lat_e6
    return round(math.hypot(east, north) * METRES_PER_MICRODEGREE)
