"""Others' published events as routing reads them: only the fields it uses, whatever else they hold."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from chassis.bus import Envelope
from chassis.errors import Unreadable
from routing.domain.request import LEAST_POINTS, MOST_POINTS, AskedPoint, RouteRequest
from routing.domain.route import PROFILES


class _AskedPoint(Schema):
    class Meta:
        unknown = EXCLUDE

    address_id = fields.String(load_default=None, allow_none=True)
    text = fields.String(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AskedPoint:
        return AskedPoint(**data)


class RouteRequested(Schema):
    """Somebody wants a route measured; a profile added later than this version cannot be read."""

    class Meta:
        unknown = EXCLUDE

    request_id = fields.String(required=True, validate=validate.Length(min=1))
    profile = fields.String(required=True, validate=validate.OneOf(PROFILES))
    points = fields.List(
        fields.Nested(_AskedPoint), required=True, validate=validate.Length(min=LEAST_POINTS, max=MOST_POINTS)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RouteRequest:
        return RouteRequest(data["request_id"], data["profile"], tuple(data["points"]))


ROUTE_REQUESTED = RouteRequested()


def read_request(envelope: Envelope) -> RouteRequest:
    """The request in ``envelope``; ``Unreadable`` when it does not fit, naming the fields."""
    try:
        request: RouteRequest = ROUTE_REQUESTED.load(envelope.data)
    except ValidationError as error:
        at_fault = ", ".join(sorted(map(str, error.messages_dict)))
        raise Unreadable("unreadable_data", f"{envelope.type} cannot be read: {at_fault}") from error
    return request
