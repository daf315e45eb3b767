"""Routing's API: addresses for whoever fills in a form, routes for whoever wonders, answers for whoever audits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chassis.errors import NotFound
from chassis.http import SIGNED_IN, Call, Reply, Route, roles
from chassis.store.engine import reading
from routing import application
from routing.app import RoutingApp
from routing.domain.events import RouteMeasured
from routing.domain.register import Suggestion
from routing.domain.request import AskedPoint
from routing.http import schemas
from routing.projections.answers import newest
from routing.published import route

_AUDITORS = roles("admin", "auditor")
_SOMEBODY = "unknown"
"""Whose home may be in a route: a request says who asked for it to nobody, and its id leads to the trip."""


def addresses(call: Call[RoutingApp]) -> Reply:
    found = application.find_addresses(call.app, call.query["q"], call.query["limit"])
    return Reply({"items": [_place(address) for address in found]})


def washed(call: Call[RoutingApp]) -> Reply:
    """Refused with the candidates where several addresses fit: nothing is guessed."""
    return Reply(_place(application.wash_address(call.app, call.query["text"])))


def measure(call: Call[RoutingApp]) -> Reply:
    points = [AskedPoint(**point) for point in call.body["points"]]
    found = application.measure_now(call.app, call.body["profile"], points)
    return Reply(route(found.points, found.legs, found.graph, call.app.clock(), found.measured_with))


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
            return Reply(route(event.points, event.legs, event.graph, event.measured_at, event.measured_with))
    raise NotFound("unknown_route", "No route was measured for this request.")


def _place(address: Suggestion) -> dict[str, Any]:
    named = {"address_id": address.address_id, "text": address.text}
    return named if address.point is None else {**named, **asdict(address.point)}


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
        "GET",
        "/routing/api/v1/addresses/washed",
        washed,
        access=SIGNED_IN,
        summary="The one address that a text means; 422 with the candidates where several fit, or none",
        query=schemas.WashQuery,
        returns=schemas.PlaceSchema,
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
