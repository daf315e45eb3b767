"""A map small enough to know by heart: two islands joined by a ferry, and an islet nobody sails to.

Every street runs due east or due north with a node every 200 m, so its lengths are known without an engine.

    West (x 0-800 m, y 0-600 m)          East (x 6000-6400 m, y 0-400 m)     Islet (x 0-200 m, y 9000 m)
    Nørre Allé   y=600, x 0…800          Havnevej   y=0, x 6000…6400         Alenevej  y=9000
    Strandvej    y=0,   x 0…800          Kirkevej   x=6400, y 0…400
    Ågade        x=0,   y 0…600
    10. Februar Vej  x=800, y 0…600, one way north
    ferry from (800, 0) to (6000, 0): 5200 m
"""

import math
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5
from xml.sax.saxutils import quoteattr

from routing.domain.geography import Point

ORIGIN_LON, ORIGIN_LAT = 11.0, 56.0
METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180
STEP_M = 200
DATE = "2026-02-03T04:05:06Z"

STREETS = [
    ("Nørre Allé", (0, 600), (800, 600), {"highway": "residential"}),
    ("Strandvej", (0, 0), (800, 0), {"highway": "residential"}),
    ("Ågade", (0, 0), (0, 600), {"highway": "residential"}),
    ("10. Februar Vej", (800, 0), (800, 600), {"highway": "residential", "oneway": "yes"}),
    ("Havnevej", (6000, 0), (6400, 0), {"highway": "residential"}),
    ("Kirkevej", (6400, 0), (6400, 400), {"highway": "residential"}),
    ("Alenevej", (0, 9000), (200, 9000), {"highway": "residential"}),
]
FERRY = ("Vestø-Østø", (800, 0), (6000, 0), {"route": "ferry", "motor_vehicle": "yes", "bicycle": "yes"})

HOUSES = [
    ("Nørre Allé", "1", 0, 600, "9990", "Vestø"),
    ("Nørre Allé", "2", 200, 600, "9990", "Vestø"),
    ("Nørre Allé", "12 B", 600, 600, "9990", "Vestø"),
    ("Strandvej", "1", 0, 0, "9990", "Vestø"),
    ("Strandvej", "3", 400, 0, "9990", "Vestø"),
    ("Strandvej", "7", 800, 0, "9990", "Vestø"),
    ("Ågade", "4", 0, 400, "9990", "Vestø"),
    ("10. Februar Vej", "3", 800, 400, "9990", "Vestø"),
    ("Havnevej", "1", 6000, 0, "9991", "Østø"),
    ("Kirkevej", "4", 6400, 400, "9991", "Østø"),
    ("Strandvej", "3", 6200, 0, "9991", "Østø"),
    ("Alenevej", "1", 0, 9000, "9992", "Enø"),
    ("Klitten", "1", 3000, 3000, "9992", "Enø"),
]
"""Klitten 1 is in the sea: it has an address and no road."""


def address_id(street: str, number: str, city: str) -> str:
    return str(uuid5(NAMESPACE_DNS, f"{street} {number} {city}"))


def lon_lat(x_m: float, y_m: float) -> tuple[float, float]:
    """Degrees of a place in metres east and north of the origin, on a sphere."""
    lat = ORIGIN_LAT + y_m / METRES_PER_DEGREE
    return ORIGIN_LON + x_m / (METRES_PER_DEGREE * math.cos(math.radians(lat))), lat


def place(x_m: float, y_m: float) -> Point:
    """The same place as an engine is asked about it."""
    lon, lat = lon_lat(x_m, y_m)
    return Point(round(lon * 1_000_000), round(lat * 1_000_000))


def write_tiny_map(path: Path, *, stretch: float = 1.0) -> Path:
    """``stretch`` 1.1 gives another map of the same places, 10 % larger."""
    path.write_text("\n".join(_document(stretch)), encoding="utf-8")
    return path


def _document(stretch: float) -> Iterator[str]:
    ways = [(name, _places(start, end), tags) for name, start, end, tags in STREETS]
    ways.append((FERRY[0], [FERRY[1], FERRY[2]], FERRY[3]))
    nodes = {place: number for number, place in enumerate(dict.fromkeys(p for _, ps, _ in ways for p in ps), 1)}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">'
    for (x, y), number in nodes.items():
        yield _node(number, x * stretch, y * stretch, {})
    for number, (street, house, x, y, code, city) in enumerate(HOUSES, 1001):
        yield _node(
            number,
            x * stretch,
            y * stretch,
            {
                "addr:street": street,
                "addr:housenumber": house,
                "addr:postcode": code,
                "addr:city": city,
                "osak:identifier": address_id(street, house, city),
            },
        )
    for number, (name, places, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{nodes[place]}"/>' for place in places)
        yield f'<way id="{number}" version="1" timestamp="{DATE}">{refs}{_tags(tags | {"name": name})}</way>'
    yield "</osm>"


def _places(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1])) // STEP_M
    east, north = (end[0] - start[0]) // steps, (end[1] - start[1]) // steps
    return [(start[0] + east * step, start[1] + north * step) for step in range(steps + 1)]


def _node(number: int, x_m: float, y_m: float, tags: dict[str, str]) -> str:
    lon, lat = lon_lat(x_m, y_m)
    place = f'lat="{lat:.7f}" lon="{lon:.7f}"'
    return f'<node id="{number}" version="1" timestamp="{DATE}" {place}>{_tags(tags)}</node>'


def _tags(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
