"""From routing's own events to what others may read: the only place that knows both shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chassis.clock import iso_utc
from chassis.store import ERASED, EventCodec, Personal, PersonalFields, Published, Recorded
from routing.domain.events import MeasuredPoint, MeasuredWith, PersonForgotten, RouteFailed, RouteMeasured
from routing.domain.route import GraphId, Leg, driven_m, ferry_m

_PLACE = {"address_id": ERASED, "text": ERASED, "lon_e6": 0, "lat_e6": 0}
CODEC = EventCodec(
    {"route-measured": RouteMeasured, "route-failed": RouteFailed, "person-forgotten": PersonForgotten},
    personal={
        "route-measured": PersonalFields("about", {"points": [_PLACE, _PLACE], "legs/*/polyline6": ""}),
        "route-failed": PersonalFields("about", {"detail": ERASED}),
    },
)


def publish(recorded: Recorded) -> Sequence[Published]:
    """Every answer is told, whatever it is."""
    match recorded.event:
        case RouteMeasured() as event:
            measured = route(event.points, event.legs, event.graph, event.measured_at, event.measured_with)
            legs = [{**leg, "polyline6": _about(event.about, leg["polyline6"])} for leg in measured["legs"]]
            about = {"points": _about(event.about, measured["points"]), "legs": legs}
            data = {"request_id": event.request_id, **measured, **about}
            return [Published("route-measured", event.request_id, data, event.request_id)]
        case RouteFailed() as event:
            data = {
                "request_id": event.request_id,
                "code": event.code,
                "point_index": event.point_index,
                "detail": _about(event.about, event.detail),
            }
            return [Published("route-failed", event.request_id, data, event.request_id)]
        case PersonForgotten() as event:
            said = {"person_id": event.person_id, "service": "routing", "confirmed_at": iso_utc(event.confirmed_at)}
            return [Published("person-erasure-confirmed", event.person_id, said, event.person_id)]
        case _:
            return []


def _about(person_id: str | None, value: Any) -> Any:
    return value if person_id is None else Personal(person_id, value)


def route(
    points: Sequence[MeasuredPoint],
    legs: Sequence[Leg],
    graph: GraphId,
    measured_at: datetime,
    measured_with: MeasuredWith | None,
) -> dict[str, Any]:
    """A measured route as others see it, in an event and in an answer over HTTP alike."""
    means = {} if measured_with is None else {"measured_with": asdict(measured_with)}
    return {
        "points": [asdict(point) for point in points],
        "legs": [asdict(leg) for leg in legs],
        "driven_m": driven_m(legs),
        "ferry_m": ferry_m(legs),
        "graph": _told(graph),
        "measured_at": iso_utc(measured_at),
        **means,
    }


def _told(graph: GraphId) -> dict[str, Any]:
    fields = asdict(graph)
    if graph.engine_data is None:
        del fields["engine_data"]
    return {"graph_id": graph.graph_id, **fields}
