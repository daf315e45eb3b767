"""One OSRM graph in this process as a ``RouteProvider``."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import osrm

from routing.domain.errors import EngineUnavailable
from routing.domain.geography import SNAP_LIMIT_M, Area, Point
from routing.domain.route import GraphId, Leg, refuse_outside
from routing.engine.osrm_answer import leg_of, refusal_of

ENGINE = "osrm"
ALGORITHM = "CH"
GRAPH_FILE = "graph.osrm"


def engine_version() -> str:
    return version("osrm-bindings")


class OsrmGraph:
    """Loads lazily by memory map: many processes share the pages, and opening takes milliseconds."""

    adapter = "osrm/1"

    def __init__(self, directory: Path, graph: GraphId, area: Area) -> None:
        """The graph was built with its id as label; every answer must carry it."""
        if graph.engine_version != engine_version():
            raise EngineUnavailable(
                f"The map was built with engine {graph.engine_version}, installed is {engine_version()}: "
                "build it again with `routing map build`."
            )
        self.graph = graph
        self.area = area
        self._engine = _open(directory / GRAPH_FILE)

    def leg(self, start: Point, end: Point) -> Leg:
        refuse_outside(self.area, start, end)
        answer = self._ask(start, end)
        if str(answer["data_version"]) != self.graph.graph_id:
            raise EngineUnavailable("The graph's files are of another map than its manifest.")
        return leg_of(answer)

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
            code, _, message = str(error).partition(" ")
            raise refusal_of(code.rstrip(":"), message) from error


def _open(base: Path) -> Any:
    try:
        return osrm.OSRM(storage_config=str(base), algorithm=ALGORITHM, use_mmap=True, use_shared_memory=False)
    except RuntimeError as error:
        raise EngineUnavailable(f"The graph cannot be opened: {error}") from error
