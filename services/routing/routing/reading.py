"""Others' published events as routing reads them: only the fields it uses, whatever else they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import fields, post_load, validate

from chassis.bus import Envelope
from chassis.reading import Tolerant, read
from routing.domain.request import LEAST_POINTS, MOST_POINTS, AskedPoint, RouteRequest
from routing.domain.route import PROFILES


class _AskedPoint(Tolerant):
    address_id = fields.String(load_default=None, allow_none=True)
    text = fields.String(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AskedPoint:
        return AskedPoint(**data)


class RouteRequested(Tolerant):
    """Somebody wants a route measured; a profile added later than this version cannot be read."""

    request_id = fields.String(required=True, validate=validate.Length(min=1))
    profile = fields.String(required=True, validate=validate.OneOf(PROFILES))
    points = fields.List(
        fields.Nested(_AskedPoint), required=True, validate=validate.Length(min=LEAST_POINTS, max=MOST_POINTS)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RouteRequest:
        return RouteRequest(data["request_id"], data["profile"], tuple(data["points"]))


class PersonErased(Tolerant):
    """Somebody who is to be forgotten."""

    person_id = fields.String(required=True, validate=validate.Length(min=1))


ROUTE_REQUESTED = RouteRequested()
PERSON_ERASED = PersonErased()


def read_request(envelope: Envelope) -> RouteRequest:
    """The request in ``envelope``; ``Unreadable`` when it does not fit, naming the fields."""
    request: RouteRequest = read(ROUTE_REQUESTED, envelope)
    return replace(request, about=envelope.subjects[0]) if envelope.subjects else request
