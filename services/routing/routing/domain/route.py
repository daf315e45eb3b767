"""A route is the sum of independent, directed legs; what an auditor needs to repeat it is its ``GraphId``.

Each leg is asked for by itself: engines drive straight on at a via point, so a leg inside a longer request can
differ from the same leg alone. Legs on their own can be cached and never depend on their neighbours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from routing.domain.errors import NoRoadNear, OutsideArea
from routing.domain.geography import Area, Point

PROFILES = ("car-fastest", "car-shortest", "bicycle")


@dataclass(frozen=True, slots=True)
class GraphId:
    """Everything that can change a measured distance; two equal ids give equal metres."""

    engine: str
    engine_version: str
    algorithm: str
    profile: str
    profile_sha256: str
    map_sha256: str
    map_data_date: str | None
    engine_data: str | None = None
    """What the engine says of the data it serves, where that is not decided by the map alone."""

    @property
    def graph_id(self) -> str:
        """A short name of all of it, the same on every machine."""
        return _name_of(self)


@lru_cache(maxsize=64)
def _name_of(graph: GraphId) -> str:
    named = {name: value for name, value in asdict(graph).items() if name != "engine_data" or value is not None}
    canonical = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Leg:
    """One directed drive between two points. ``driven_m`` is paid, ``ferry_m`` (carried) is not.

    ``snap_from_m`` and ``snap_to_m`` say how far the points lie from the road; the line is an encoded polyline
    of precision 6. ``duration_s`` covers the whole leg.
    """

    driven_m: int
    ferry_m: int
    duration_s: int
    snap_from_m: int
    snap_to_m: int
    polyline6: str


class RouteProvider(Protocol):
    """An engine with one graph; ``adapter`` names the way it is asked and the version of that way."""

    @property
    def adapter(self) -> str: ...

    @property
    def area(self) -> Area:
        """The box around all roads of the map."""
        ...

    @property
    def graph(self) -> GraphId:
        """What legs are measured on now; ``EngineUnavailable`` where the engine must be asked and is away."""
        ...

    def leg(self, start: Point, end: Point) -> Leg:
        """The leg, or ``OutsideArea``, ``NoRoadNear`` (index 0 or 1), ``NoRoute``, ``NotRoutable``,
        ``EngineUnavailable``.
        """
        ...


def refuse_outside(area: Area, *points: Point) -> None:
    """``OutsideArea`` for the first point that is not on the map, before any engine moves it to the map's edge."""
    for index, point in enumerate(points):
        if not area.holds(point):
            raise OutsideArea(index)


def measure(provider: RouteProvider, points: Sequence[Point]) -> tuple[Leg, ...]:
    """The legs between consecutive points; errors name the point by its index in ``points``."""
    legs = []
    for index, (start, end) in enumerate(pairwise(points)):
        try:
            legs.append(provider.leg(start, end))
        except (OutsideArea, NoRoadNear) as error:
            raise type(error)(index + (error.point_index or 0)) from error
    return tuple(legs)


def driven_m(legs: Sequence[Leg]) -> int:
    return sum(leg.driven_m for leg in legs)


def ferry_m(legs: Sequence[Leg]) -> int:
    return sum(leg.ferry_m for leg in legs)
