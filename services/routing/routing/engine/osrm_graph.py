"""One OSRM graph as a ``RouteProvider``: floats and error texts of the engine end here."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import osrm

from routing.domain.errors import EngineUnavailable, NoRoadNear, NoRoute, OutsideArea
from routing.domain.geography import SNAP_LIMIT_M, Area, Point
from routing.domain.route import GraphId, Leg

ENGINE = "osrm"
ALGORITHM = "CH"
GRAPH_FILE = "graph.osrm"

_CARRIED = frozenset({"ferry", "train"})
"""Modes in which the vehicle is carried: metres that nobody drives."""


def engine_version() -> str:
    return version("osrm-bindings")


class OsrmGraph:
    """Loads lazily by memory map: many processes share the pages, and opening takes milliseconds."""

    def __init__(self, directory: Path, graph: GraphId, area: Area, data_version: str) -> None:
        """``data_version`` is the label the graph was built with; every answer must carry it."""
        if graph.engine_version != engine_version():
            raise EngineUnavailable(
                f"The map was built with engine {graph.engine_version}, installed is {engine_version()}: "
                "build it again with `routing map build`."
            )
        self.graph = graph
        self._area = area
        self._data_version = data_version
        self._engine = _open(directory / GRAPH_FILE)

    def leg(self, start: Point, end: Point) -> Leg:
        for index, point in enumerate((start, end)):
            if not self._area.holds(point):
                raise OutsideArea(index)
        answer = self._ask(start, end)
        if str(answer["data_version"]) != self._data_version:
            raise EngineUnavailable("The graph's files are of another map than its manifest.")
        return _leg(answer)

    def _ask(self, start: Point, end: Point) -> Any:
        parameters = osrm.RouteParameters(
            coordinates=[start.lon_lat, end.lon_lat],
            radiuses=[float(SNAP_LIMIT_M), float(SNAP_LIMIT_M)],
            steps=True,
            geometries="polyline6",
            overview="full",
            generate_hints=False,
        )
        try:
            return self._engine.Route(parameters)
        except RuntimeError as error:
            raise _translated(str(error)) from error


def _open(base: Path) -> Any:
    try:
        return osrm.OSRM(storage_config=str(base), algorithm=ALGORITHM, use_mmap=True, use_shared_memory=False)
    except RuntimeError as error:
        raise EngineUnavailable(f"The graph cannot be opened: {error}") from error


def _translated(message: str) -> Exception:
    if message.startswith("NoSegment"):
        at = re.search(r"coordinate (\d+)", message)
        return NoRoadNear(int(at.group(1)) if at else 0)
    if message.startswith("NoRoute"):
        return NoRoute()
    return EngineUnavailable(f"The engine failed: {message}")


def _leg(answer: Any) -> Leg:
    route = answer["routes"][0]
    steps = [step for leg in route["legs"] for step in leg["steps"]]
    carried = sum((_decimal(step["distance"]) for step in steps if step["mode"] in _CARRIED), Decimal(0))
    start, end = answer["waypoints"]
    return Leg(
        driven_m=_whole(_decimal(route["distance"]) - carried),
        ferry_m=_whole(carried),
        duration_s=_whole(_decimal(route["duration"])),
        snap_from_m=_whole(_decimal(start["distance"])),
        snap_to_m=_whole(_decimal(end["distance"])),
        polyline6=str(route["geometry"]),
    )


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _whole(metres: Decimal) -> int:
    """Half up, once per leg; the engine gives tenths."""
    return int(metres.quantize(Decimal(1), ROUND_HALF_UP))
