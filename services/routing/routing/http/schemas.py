"""What routing takes and gives over HTTP; the OpenAPI document is made from these."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from routing.domain.request import LEAST_POINTS, MOST_POINTS
from routing.domain.route import PROFILES

MOST_ADDRESSES = 50
LONGEST_TEXT = 200


def _text() -> fields.String:
    return fields.String(required=True)


def _count() -> fields.Integer:
    return fields.Integer(required=True, validate=validate.Range(min=0))


class AddressQuery(Schema):
    q = fields.String(required=True, validate=validate.Length(max=LONGEST_TEXT), metadata={"example": "Skolevej 1"})
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=MOST_ADDRESSES))


class WashQuery(Schema):
    text = fields.String(
        required=True, validate=validate.Length(min=1, max=LONGEST_TEXT), metadata={"example": "Skolevej 1, 9990 Byen"}
    )


class SuggestionSchema(Schema):
    """Where it lies is left out by services that say it only of an address that was chosen."""

    address_id = _text()
    text = _text()
    lon_e6 = fields.Integer(metadata={"description": "Longitude in microdegrees, WGS 84."})
    lat_e6 = fields.Integer(metadata={"description": "Latitude in microdegrees, WGS 84."})


class PlaceSchema(Schema):
    address_id = _text()
    text = _text()
    lon_e6 = fields.Integer(required=True, metadata={"description": "Longitude in microdegrees, WGS 84."})
    lat_e6 = fields.Integer(required=True, metadata={"description": "Latitude in microdegrees, WGS 84."})


class AddressList(Schema):
    items = fields.List(fields.Nested(SuggestionSchema), required=True)


class AskedPointSchema(Schema):
    address_id = fields.String(validate=validate.Length(min=1, max=LONGEST_TEXT))
    text = fields.String(validate=validate.Length(min=1, max=LONGEST_TEXT))

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("Give either address_id or text.")


class RouteQuestion(Schema):
    profile = fields.String(load_default=PROFILES[0], validate=validate.OneOf(PROFILES))
    points = fields.List(
        fields.Nested(AskedPointSchema), required=True, validate=validate.Length(min=LEAST_POINTS, max=MOST_POINTS)
    )


class LegSchema(Schema):
    driven_m = _count()
    ferry_m = _count()
    duration_s = _count()
    snap_from_m = _count()
    snap_to_m = _count()
    polyline6 = _text()


class GraphSchema(Schema):
    graph_id = _text()
    engine = _text()
    engine_version = _text()
    algorithm = _text()
    profile = _text()
    profile_sha256 = _text()
    map_sha256 = _text()
    map_data_date = fields.String(required=True, allow_none=True)
    engine_data = fields.String(metadata={"description": "What the engine says of its data, beyond the map's hash."})


class AreaSchema(Schema):
    west_e6 = fields.Integer(required=True)
    south_e6 = fields.Integer(required=True)
    east_e6 = fields.Integer(required=True)
    north_e6 = fields.Integer(required=True)


class AddressSourceSchema(Schema):
    name = _text()
    edition = fields.String(required=True, allow_none=True)
    data_date = fields.String(required=True, allow_none=True)


class MeasuredWithSchema(Schema):
    """What is needed beside the graph to measure again."""

    adapter = fields.String(
        required=True, metadata={"description": "How the engine was asked, and the version of that."}
    )
    map_area = fields.Nested(AreaSchema, required=True)
    addresses = fields.Nested(AddressSourceSchema, required=True)


class RouteSchema(Schema):
    """A measured route; only ``driven_m`` is paid."""

    points = fields.List(fields.Nested(PlaceSchema), required=True)
    legs = fields.List(fields.Nested(LegSchema), required=True)
    driven_m = _count()
    ferry_m = _count()
    graph = fields.Nested(GraphSchema, required=True)
    measured_at = _text()
    measured_with = fields.Nested(MeasuredWithSchema)


class AnswerQuery(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    cursor = fields.Integer(load_default=None, validate=validate.Range(min=1))


class AnswerSchema(Schema):
    position = fields.Integer(required=True, metadata={"description": "In routing's log."})
    request_id = _text()
    answered_at = _text()
    outcome = fields.String(required=True, metadata={"description": "measured, or the code of why not."})
    driven_m = fields.Integer(allow_none=True)
    ferry_m = fields.Integer(allow_none=True)
    graph_id = fields.String(allow_none=True)
    profile = fields.String(allow_none=True)


class AnswerList(Schema):
    items = fields.List(fields.Nested(AnswerSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class AddressPageQuery(Schema):
    """``return`` carries a whole half-filled form in its query."""

    q = fields.String(load_default="", validate=validate.Length(max=2000))
    return_to = fields.String(data_key="return", load_default="", validate=validate.Length(max=16_000))
