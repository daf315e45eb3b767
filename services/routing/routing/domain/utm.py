"""From the grid of Danish registers (ETRS89 / UTM zone 32, EPSG:25832) to WGS 84.

The inverse of Krüger's series to the fourth power of the flattening (Karney, Transverse Mercator with an accuracy of a
few nanometers, 2011): within Denmark its error is a few micrometres. ETRS89 is taken for WGS 84, as everybody does:
they are less than a metre apart.
"""

from __future__ import annotations

from math import asin, atan2, cos, cosh, degrees, sin, sinh

from routing.domain.geography import Point

_FLATTENING = 1 / 298.257222101
_N = _FLATTENING / (2 - _FLATTENING)
_RADIUS_M = 6_378_137 / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_SCALE = 0.9996
_FALSE_EASTING_M = 500_000
_CENTRAL_MERIDIAN_DEG = 9

_FROM_GRID = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_TO_LATITUDE = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)


def degrees_of(easting_m: float, northing_m: float) -> tuple[float, float]:
    """Longitude and latitude in degrees."""
    xi, eta = northing_m / (_SCALE * _RADIUS_M), (easting_m - _FALSE_EASTING_M) / (_SCALE * _RADIUS_M)
    north, east = xi, eta
    for order, factor in enumerate(_FROM_GRID, 1):
        north -= factor * sin(2 * order * xi) * cosh(2 * order * eta)
        east -= factor * cos(2 * order * xi) * sinh(2 * order * eta)
    conformal = asin(sin(north) / cosh(east))
    latitude = conformal + sum(factor * sin(2 * order * conformal) for order, factor in enumerate(_TO_LATITUDE, 1))
    return _CENTRAL_MERIDIAN_DEG + degrees(atan2(sinh(east), cos(north))), degrees(latitude)


def point_of(easting_m: float, northing_m: float) -> Point:
    """The place to the nearest microdegree."""
    longitude, latitude = degrees_of(easting_m, northing_m)
    return Point(round(longitude * 1_000_000), round(latitude * 1_000_000))
