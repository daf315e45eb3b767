"""From routing's own events to what others may read: the only place that knows both shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chassis.clock import iso_utc
from chassis.store import EventCodec, Published, Recorded
from routing.domain.events import MeasuredPoint, RouteFailed, RouteMeasured
from routing.domain.route import GraphId, Leg, driven_m, ferry_m

CODEC = EventCodec({"route-measured": RouteMeasured, "route-failed": RouteFailed})


def publish(recorded: Recorded) -> Sequence[Published]:
    """Every answer is told, whatever it is."""
    match recorded.event:
        case RouteMeasured() as event:
            data = {
                "request_id": event.request_id,
                **route(event.points, event.legs, event.graph, event.measured_at),
            }
            return [Published("route-measured", event.request_id, data, event.request_id)]
        case RouteFailed() as event:
            data = {
                "request_id": event.request_id,
                "code": event.code,
                "point_index": event.point_index,
                "detail": event.detail,
            }
            return [Published("route-failed", event.request_id, data, event.request_id)]
        case _:
            return []


def route(
    points: Sequence[MeasuredPoint], legs: Sequence[Leg], graph: GraphId, measured_at: datetime
) -> dict[str, Any]:
    """A measured route as others see it, in an event and in an answer over HTTP alike."""
    return {
        "points": [asdict(point) for point in points],
        "legs": [asdict(leg) for leg in legs],
        "driven_m": driven_m(legs),
        "ferry_m": ferry_m(legs),
        "graph": {"graph_id": graph.graph_id, **asdict(graph)},
        "measured_at": iso_utc(measured_at),
    }
