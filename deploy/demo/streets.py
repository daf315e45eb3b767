"""From the lay of the land to streets: turned grids for places, winding roads and ferry lines between them.

Two streets that share a point are joined there. The same terrain always gives the same streets.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.demo.terrain import COUNTRY_ROADS, FERRIES, PLACES, CountryRoad, Ferry, Place, Point

_COUNTRY_HOUSE_EVERY_M = 270
_BEND_EVERY_M = 350
_TOWN_ROWS = 5


@dataclass(frozen=True)
class Street:
    """One named street or ferry line; `house_every_m` = 0 means that nobody lives there."""

    name: str
    kind: str
    speed_kmh: int
    place: Place
    points: tuple[Point, ...]
    house_every_m: int = 0
    oneway: bool = False
    ferry_minutes: int = 0


def all_streets() -> tuple[Street, ...]:
    """Every street, road and ferry line of the municipality, always in the same order."""
    grids = {place.name: _Grid(place) for place in PLACES}
    return (
        *(street for grid in grids.values() for street in grid.streets()),
        *(_country_road(road, grids) for road in COUNTRY_ROADS),
        *(_ferry(ferry, grids) for ferry in FERRIES),
    )


class _Grid:
    """The crossings of one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._chance = random.Random(place.name)  # noqa: S311 - the same map every time is the point
        columns, rows = range(len(place.columns)), range(len(place.rows))
        self._crossings = [[self._crossing(column, row) for column in columns] for row in rows]

    def nearest(self, target: Point) -> Point:
        """The crossing from which a road towards `target` leaves the place."""
        return min((point for row in self._crossings for point in row), key=lambda p: math.dist(p, target))

    def streets(self) -> Iterator[Street]:
        """Rows run through; in the town, columns other than the main one may end early, as streets do."""
        place = self._place
        for index, name in enumerate(place.rows):
            points = self._crossings[index]
            yield self._street(name, points, main=_is_middle(index, place.rows), oneway=index == 1)
        for index, name in enumerate(place.columns):
            main = _is_middle(index, place.columns)
            points = [row[index] for row in self._crossings]
            yield self._street(name, points if main else self._shortened(points), main=main)
        if place.quay and place.quay_road:
            points_to_quay = _winding(self.nearest(place.quay), place.quay, 30)
            every_m = place.house_every_m * 2
            yield Street(place.quay_road, "unclassified", 40, place, points_to_quay, every_m)

    @property
    def _is_town(self) -> bool:
        return len(self._place.rows) >= _TOWN_ROWS

    def _shortened(self, points: list[Point]) -> list[Point]:
        if not self._is_town:
            return points
        return points[self._chance.choice((0, 0, 1)) : len(points) - self._chance.choice((1, 0, 0))]

    def _street(self, name: str, points: list[Point], *, main: bool, oneway: bool = False) -> Street:
        place = self._place
        main_kind = "secondary" if self._is_town else "tertiary"
        return Street(
            name=name,
            kind=main_kind if main else "residential",
            speed_kmh=place.speed_kmh,
            place=place,
            points=tuple(points),
            house_every_m=place.house_every_m,
            oneway=oneway and self._is_town,
        )

    def _crossing(self, column: int, row: int) -> Point:
        place, stray = self._place, self._place.block_m // 7
        centred = (column - (len(place.columns) - 1) / 2, row - (len(place.rows) - 1) / 2)
        east, north = (steps * place.block_m + self._chance.randint(-stray, stray) for steps in centred)
        turn = math.radians(place.turn_degrees)
        return (
            place.centre[0] + round(east * math.cos(turn) - north * math.sin(turn)),
            place.centre[1] + round(east * math.sin(turn) + north * math.cos(turn)),
        )


def _is_middle(index: int, names: tuple[str, ...]) -> bool:
    return index == len(names) // 2


def _country_road(road: CountryRoad, grids: dict[str, _Grid]) -> Street:
    start, end = _place(road.start), _place(road.end)
    points = _winding(grids[start.name].nearest(end.centre), grids[end.name].nearest(start.centre), road.bend_m)
    return Street(road.name, road.kind, road.speed_kmh, start, points, _COUNTRY_HOUSE_EVERY_M)


def _ferry(ferry: Ferry, grids: dict[str, _Grid]) -> Street:
    start, end = _place(ferry.start), _place(ferry.end)
    if start.quay is None or end.quay is None:
        message = f"{ferry.name} has no quay"
        raise ValueError(message)
    return Street(
        ferry.name,
        "ferry",
        0,
        start,
        _winding(start.quay, end.quay, ferry.bend_m),
        ferry_minutes=ferry.minutes,
    )


def _place(name: str) -> Place:
    return next(place for place in PLACES if place.name == name)


def _winding(start: Point, end: Point, bend_m: int) -> tuple[Point, ...]:
    """From start to end, swinging about `bend_m` to each side, with a point every few hundred metres."""
    length = math.dist(start, end)
    steps = max(2, round(length / _BEND_EVERY_M))
    side = ((start[1] - end[1]) / length, (end[0] - start[0]) / length)
    return tuple(
        (
            round(start[0] + (end[0] - start[0]) * t + side[0] * bend_m * _swing(t)),
            round(start[1] + (end[1] - start[1]) * t + side[1] * bend_m * _swing(t)),
        )
        for t in (step / steps for step in range(steps + 1))
    )


def _swing(t: float) -> float:
    return math.sin(math.pi * t) * math.cos(1.4 * math.pi * t)
