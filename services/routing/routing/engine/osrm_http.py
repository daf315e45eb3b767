"""One OSRM graph behind `osrm-routed` as a ``RouteProvider``: the engine in processes and on machines of its own."""

from __future__ import annotations

from typing import Any

from routing.domain.errors import EngineUnavailable
from routing.domain.geography import SNAP_LIMIT_M, Area, Point
from routing.domain.route import GraphId, Leg, refuse_outside
from routing.engine.osrm_answer import leg_of, refusal_of
from routing.outside import JsonService

_OPTIONS = f"radiuses={SNAP_LIMIT_M};{SNAP_LIMIT_M}&steps=true&geometries=polyline6&overview=full&generate_hints=false"


class OsrmRouted:
    """The server behind ``service`` is to serve ``graph``; every answer says which graph it is of.

    While the server is away, or serves another graph, legs are ``EngineUnavailable``: nobody is paid by a map that is
    not the one in the event.
    """

    adapter = "osrm-http/1"

    def __init__(self, service: JsonService, graph: GraphId, area: Area) -> None:
        self.graph = graph
        self._service = service
        self.area = area

    def leg(self, start: Point, end: Point) -> Leg:
        refuse_outside(self.area, start, end)
        answer = self._asked(f"/route/v1/driving/{_degrees(start)};{_degrees(end)}?{_OPTIONS}")
        if answer.get("code") == "Ok":
            self._check_graph(answer)
            return leg_of(answer)
        # refusals do not say which graph they are of, and are as final as distances
        self._check_graph(self._asked(f"/nearest/v1/driving/{_degrees(start)}?radiuses=unlimited&generate_hints=false"))
        raise refusal_of(str(answer.get("code")), str(answer.get("message")))

    def _asked(self, target: str) -> dict[str, Any]:
        document = self._service.get(target).document
        if not isinstance(document, dict):
            raise EngineUnavailable("What answers at the engine's address is no osrm-routed.")
        return document

    def _check_graph(self, answer: dict[str, Any]) -> None:
        served = answer.get("data_version")
        if served != self.graph.graph_id:
            raise EngineUnavailable(
                f"osrm-routed serves the graph {served}, the current map has {self.graph.graph_id}."
            )


def _degrees(point: Point) -> str:
    """Microdegrees to the last digit."""
    return ",".join(f"{degrees:.6f}" for degrees in point.lon_lat)
