"""Valhalla over HTTP as a ``RouteProvider``, for sites that run it already.

It serves all profiles from one set of tiles, finds its way by rules of thumb, and gives whole metres. Its answers do
not say which tiles they are of, so that is asked beside each one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from routing.domain.errors import EngineUnavailable, NoRoadNear, NoRoute
from routing.domain.geography import SNAP_LIMIT_M, Area, Point
from routing.domain.route import GraphId, Leg, refuse_outside
from routing.engine.osrm_answer import leg_of, refusal_of
from routing.outside import JsonService

ENGINE: Final = "valhalla"
ALGORITHM: Final = "A*"
_COSTINGS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "car-fastest": ("auto", {}),
    "car-shortest": ("auto", {"shortest": True}),
    "bicycle": ("bicycle", {}),
}
_TOO_FAR: Final = "DistanceExceeded"


class Valhalla:
    """One profile. ``built_from`` is OSRM's graph of the map that Valhalla's tiles are made from too."""

    adapter = "valhalla-http/1"

    def __init__(self, service: JsonService, built_from: GraphId, area: Area) -> None:
        self._service = service
        self.area = area
        costing, options = _COSTINGS[built_from.profile]
        self._question = {"costing": costing, "costing_options": {costing: options}, **_FORM}
        self._unversioned = replace(
            built_from, engine=ENGINE, algorithm=ALGORITHM, profile_sha256=_sha256_of(self._question)
        )
        self._graph: GraphId | None = None

    @property
    def graph(self) -> GraphId:
        """The tiles served when they were asked for last; ``EngineUnavailable`` when nobody answers."""
        if self._graph is None:
            self._graph = self._served()
        return self._graph

    def leg(self, start: Point, end: Point) -> Leg:
        refuse_outside(self.area, start, end)
        expected = self.graph
        answer = self._ask(start, end)
        self._graph = self._served()
        if self._graph != expected:
            raise EngineUnavailable("Valhalla's tiles were changed while it was asked.")
        if answer.get("code") == "Ok":
            return leg_of(answer)
        raise self._refusal(answer, start)

    def _ask(self, start: Point, end: Point) -> dict[str, Any]:
        question = {"locations": [_location(start), _location(end)], **self._question}
        return _object(self._service.post("/route", question).document)

    def _served(self) -> GraphId:
        status = _object(self._service.get("/status").document)
        try:
            return replace(
                self._unversioned,
                engine_version=str(status["version"]),
                engine_data=f"tiles {status['tileset_last_modified']}",
            )
        except KeyError as error:
            raise EngineUnavailable(f"Valhalla does not say its {error}.") from error

    def _refusal(self, answer: dict[str, Any], start: Point) -> Exception:
        code = str(answer.get("code"))
        if code == "NoSegment":
            return NoRoadNear(0 if self._ask(start, start).get("code") == code else 1)
        if code == _TOO_FAR:
            return NoRoute()
        return refusal_of(code, str(answer.get("message")))


_FORM: Final = {"format": "osrm", "shape_format": "polyline6", "units": "kilometers"}


def _location(point: Point) -> dict[str, Any]:
    """Ferries do not count as roads to start from: a point at sea is not on the ferry's line."""
    lon, lat = point.lon_lat
    return {"lon": lon, "lat": lat, "search_cutoff": SNAP_LIMIT_M, "search_filter": {"exclude_ferry": True}}


def _sha256_of(question: dict[str, Any]) -> str:
    """Of what is asked beside the places, which is what a profile is to Valhalla."""
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


def _object(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise EngineUnavailable("What answers at the engine's address is no Valhalla.")
    return document
