"""Writes the demo municipality's map as an OSM file, for the real routing engine and address index.

Nothing in it is anybody's data: streets, houses and coast are computed. The same bytes every time.
"""

import math
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from deploy.demo.houses import House, all_houses
from deploy.demo.streets import Street, all_streets
from deploy.demo.terrain import ORIGIN_LAT, ORIGIN_LON, PLACES, Point

_MAP_DATE = "2026-01-01T00:00:00Z"
_METRES_PER_DEGREE_LAT = 111_320.0
_METRES_PER_DEGREE_LON = _METRES_PER_DEGREE_LAT * math.cos(math.radians(ORIGIN_LAT))
_COAST_STEPS = 60
_COAST_MARGIN_M = 190
_Tags = dict[str, str]


@cache
def houses() -> tuple[House, ...]:
    """Every address of the municipality, in map order."""
    return all_houses(all_streets())


def write_map(path: Path) -> None:
    """Write the whole map; either the finished file is there afterwards or nothing is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text("\n".join(_document()) + "\n", encoding="utf-8")
    unfinished.replace(path)


def lon_lat(point: Point) -> tuple[float, float]:
    """Degrees, to the micro-degree, of a point in metres from the map's origin."""
    return round(ORIGIN_LON + point[0] / _METRES_PER_DEGREE_LON, 6), round(
        ORIGIN_LAT + point[1] / _METRES_PER_DEGREE_LAT, 6
    )


def _document() -> Iterator[str]:
    """Nodes before ways and rising ids, as OSM XML wants: points that ways share, houses, places, ways."""
    streets, nodes = all_streets(), _Nodes()
    coasts = tuple(_coast(land, streets) for land in dict.fromkeys(place.land for place in PLACES))
    ways = [_way(nodes, street.points, _street_tags(street)) for street in streets]
    ways += [_way(nodes, coast, {"natural": "coastline"}) for coast in coasts]
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<osm version="0.6" generator="demo municipality" osmosis_replication_timestamp="{_MAP_DATE}">'
    yield from nodes.elements()
    marks = [(house.point, _house_tags(house)) for house in houses()]
    marks += [(place.centre, {"name": place.name, "place": "village"}) for place in PLACES]
    yield from (_node(nodes.first_free + index, *mark) for index, mark in enumerate(marks))
    yield from (_element("way", way_id, "", body) for way_id, body in enumerate(ways, start=1))
    yield "</osm>"


class _Nodes:
    """Gives every point of a way one node, so that ways through the same point are joined."""

    def __init__(self) -> None:
        self._ids: dict[Point, int] = {}

    def id_of(self, point: Point) -> int:
        return self._ids.setdefault(point, len(self._ids) + 1)

    @property
    def first_free(self) -> int:
        return len(self._ids) + 1

    def elements(self) -> Iterator[str]:
        return (_node(node_id, point, {}) for point, node_id in self._ids.items())


def _way(nodes: _Nodes, points: Iterable[Point], tags: _Tags) -> str:
    return "".join(f'<nd ref="{nodes.id_of(point)}"/>' for point in points) + _tags(tags)


def _street_tags(street: Street) -> _Tags:
    if street.kind == "ferry":
        return {
            "route": "ferry",
            "name": street.name,
            "motor_vehicle": "yes",
            "bicycle": "yes",
            "duration": f"00:{street.ferry_minutes:02d}",
        }
    tags = {
        "highway": street.kind,
        "name": street.name,
        "maxspeed": str(street.speed_kmh),
        "surface": "asphalt",
    }
    return tags | ({"oneway": "yes", "oneway:bicycle": "no"} if street.oneway else {})


def _house_tags(house: House) -> _Tags:
    return {
        "addr:city": house.place.city,
        "addr:housenumber": house.number,
        "addr:postcode": house.place.postal_code,
        "addr:street": house.street,
        "osak:identifier": house.address_id,
    }


def _coast(land: str, streets: Iterable[Street]) -> tuple[Point, ...]:
    """A closed line around one land, counter-clockwise: OSM keeps land to the left of its coasts."""
    points = [
        point for street in streets if street.place.land == land and street.kind != "ferry" for point in street.points
    ]
    east, north = (sum(p[axis] for p in points) / len(points) for axis in (0, 1))
    ring = [_coast_point(points, (east, north), 2 * math.pi * step / _COAST_STEPS) for step in range(_COAST_STEPS)]
    return (*ring, ring[0])


def _coast_point(points: list[Point], centre: tuple[float, float], angle: float) -> Point:
    """As far out in this direction as anything reaches, and a beach; the sine makes bays and points."""
    ahead = (math.cos(angle), math.sin(angle))
    reach = max((p[0] - centre[0]) * ahead[0] + (p[1] - centre[1]) * ahead[1] for p in points)
    out = reach * (1 + 0.04 * math.sin(5 * angle)) + _COAST_MARGIN_M
    return round(centre[0] + ahead[0] * out), round(centre[1] + ahead[1] * out)


def _node(node_id: int, point: Point, tags: _Tags) -> str:
    lon, lat = lon_lat(point)
    return _element("node", node_id, f' lat="{lat:.6f}" lon="{lon:.6f}"', _tags(tags))


def _element(kind: str, element_id: int, attributes: str, body: str) -> str:
    return f'<{kind} id="{element_id}" version="1" timestamp="{_MAP_DATE}"{attributes}>{body}</{kind}>'


def _tags(tags: _Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
