"""Routing's API: addresses for whoever fills in a form, routes for whoever wonders, answers for whoever audits."""

from __future__ import annotations

from typing import Any

from chassis.errors import NotFound
from chassis.http import SIGNED_IN, Call, Reply, Route, roles
from chassis.store.engine import reading
from routing import application
from routing.app import RoutingApp
from routing.domain.address import Address
from routing.domain.events import RouteMeasured
from routing.domain.request import AskedPoint
from routing.http import schemas
from routing.projections.answers import newest
from routing.published import route

_AUDITORS = roles("admin", "auditor")
_SOMEBODY = "unknown"
"""Whose home may be in a route: a request says who asked for it to nobody, and its id leads to the trip."""


def addresses(call: Call[RoutingApp]) -> Reply:
    found = application.find_addresses(call.app.shelf, call.query["q"], call.query["limit"])
    return Reply({"items": [_place(address) for address in found]})


def measure(call: Call[RoutingApp]) -> Reply:
    points = [AskedPoint(**point) for point in call.body["points"]]
    found = application.measure_now(call.app.shelf, call.body["profile"], points)
    return Reply(route(found.points, found.legs, found.graph, call.app.clock()))


def answers(call: Call[RoutingApp]) -> Reply:
    limit = call.query["limit"]
    with reading(call.app.store.engine) as conn:
        rows = newest(conn, call.query["cursor"], limit)
    return Reply({"items": rows, "next": str(rows[-1]["position"]) if len(rows) == limit else None})


def answer(call: Call[RoutingApp]) -> Reply:
    """Recorded as read, because a route may begin at somebody's home."""
    request_id = call.path["request_id"]
    for recorded in call.app.store.read_stream(application.stream_of(request_id)):
        if isinstance(recorded.event, RouteMeasured):
            event = recorded.event
            call.record_access(_SOMEBODY, f"route {request_id}")
            return Reply(route(event.points, event.legs, event.graph, event.measured_at))
    raise NotFound("unknown_route", "No route was measured for this request.")


def _place(address: Address) -> dict[str, Any]:
    return {
        "address_id": address.address_id,
        "text": address.text,
        "lon_e6": address.point.lon_e6,
        "lat_e6": address.point.lat_e6,
    }


ROUTES = (
    Route(
        "GET",
        "/routing/api/v1/addresses",
        addresses,
        access=SIGNED_IN,
        summary="Addresses that fit what has been typed so far, the best first",
        query=schemas.AddressQuery,
        returns=schemas.AddressList,
    ),
    Route(
        "POST",
        "/routing/api/v1/routes",
        measure,
        access=SIGNED_IN,
        summary="Measure a route on the current map; nothing is stored",
        body=schemas.RouteQuestion,
        returns=schemas.RouteSchema,
    ),
    Route(
        "GET",
        "/routing/api/v1/routes",
        answers,
        access=_AUDITORS,
        summary="Route requests that were answered, newest first",
        query=schemas.AnswerQuery,
        returns=schemas.AnswerList,
    ),
    Route(
        "GET",
        "/routing/api/v1/routes/<request_id>",
        answer,
        access=_AUDITORS,
        summary="The route measured for one request, with all that is needed to measure it again",
        returns=schemas.RouteSchema,
    ),
)
