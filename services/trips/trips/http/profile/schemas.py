"""What the profile's API takes and gives. Periods are half-open: ``to`` is the first day that is not in them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from trips.domain.profile.driver import EntryKind
from trips.http.schemas import PointIn
from trips.http.schemas_quote import AskedPoint, Words
from trips.http.typed import MOST_STOPS

LONGEST_NAME = 100


def _says(description: str) -> dict[str, str]:
    return {"description": description}


def _name(description: str) -> fields.String:
    return fields.String(
        required=True, validate=[validate.Length(max=LONGEST_NAME), _not_blank], metadata=_says(description)
    )


def _not_blank(text: str) -> None:
    if not text.strip():
        raise ValidationError("Must not be blank.")


class EntryIn(Schema):
    """Something that decides distances from a date on. An open one ends the one of its kind that is open."""

    kind = fields.String(required=True, validate=validate.OneOf(list(EntryKind)))
    employment_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=100),
        metadata=_says("Of alternative_work and home_work_distance only."),
    )
    address = fields.Nested(PointIn, load_default=None, allow_none=True, metadata=_says("Of the two addresses only."))
    metres = fields.Integer(
        load_default=None, allow_none=True, strict=True, metadata=_says("Of the two distances only, one way.")
    )
    starts = fields.Date(required=True, data_key="from", metadata=_says("The first day on which it holds."))
    ends = fields.Date(
        load_default=None, allow_none=True, data_key="to", metadata=_says("The first day on which it no longer holds.")
    )


class EndIn(Schema):
    ends = fields.Date(required=True, data_key="to", metadata=_says("The first day on which it no longer holds."))


class PlateIn(Schema):
    """A vehicle of one's own; the first is the primary one."""

    plate = fields.String(required=True, validate=validate.Length(max=20))
    description = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_NAME))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "description": (data["description"] or "").strip() or None}


class PlaceIn(Schema):
    """An address under a name."""

    name = _name("What the address is called.")
    address = fields.Nested(PointIn, required=True)


class SavedRouteIn(Schema):
    """A route under a name."""

    name = _name("What the route is called.")
    points = fields.List(
        fields.Nested(PointIn),
        required=True,
        validate=validate.Length(min=2, max=MOST_STOPS),
        metadata=_says("Start, via points and end, in driving order."),
    )
    round_trip = fields.Boolean(load_default=False, truthy={True}, falsy={False}, metadata=_says("There and back."))
    purpose = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=500),
        metadata=_says("What it is usually driven for."),
    )

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "points": tuple(data["points"]), "purpose": (data["purpose"] or "").strip() or None}


class Stored(Schema):
    position = fields.Integer(required=True, metadata=_says("How far the log was after it."))


class HomeOut(Schema):
    address = fields.Nested(AskedPoint, required=True)
    starts = fields.String(required=True, data_key="from")
    ends = fields.String(required=True, allow_none=True, data_key="to")


class EntryOut(Schema):
    entry_id = fields.String(required=True)
    kind = fields.String(required=True)
    employment_id = fields.String(required=True, allow_none=True)
    address = fields.Nested(AskedPoint, required=True, allow_none=True)
    metres = fields.Integer(required=True, allow_none=True)
    starts = fields.String(required=True, data_key="from")
    ends = fields.String(required=True, allow_none=True, data_key="to")
    holds = fields.Boolean(required=True, metadata=_says("Whether it holds on the day asked for."))


class WayOut(Schema):
    """The way between home and work of an employment on the day asked for."""

    employment_id = fields.String(required=True)
    position = fields.String(required=True)
    unit = fields.String(required=True)
    home = fields.Nested(AskedPoint, required=True, allow_none=True)
    work = fields.Nested(AskedPoint, required=True, allow_none=True)
    alternative_home = fields.Boolean(required=True, metadata=_says("Whether home is one the person has set."))
    home_work_m = fields.Integer(required=True, allow_none=True, metadata=_says("What trips are reckoned with."))
    measured_m = fields.Integer(required=True, allow_none=True, metadata=_says("What routing found, once it has."))
    fault = fields.String(required=True, allow_none=True, metadata=_says("Why it cannot be measured, if so."))


class PlateOut(Schema):
    plate_id = fields.String(required=True)
    plate = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    primary = fields.Boolean(required=True)


class PlaceOut(Schema):
    place_id = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.Nested(AskedPoint, required=True)


class SavedRouteOut(Schema):
    route_id = fields.String(required=True)
    name = fields.String(required=True)
    points = fields.List(fields.Nested(AskedPoint), required=True)
    round_trip = fields.Boolean(required=True)
    purpose = fields.String(required=True, allow_none=True)


class ProfileOut(Schema):
    """Everything the caller's trips are reckoned and reported with. Nobody else is ever shown it."""

    homes = fields.List(fields.Nested(HomeOut), required=True, metadata=_says("As payroll has told it."))
    entries = fields.List(fields.Nested(EntryOut), required=True)
    ways_to_work = fields.List(fields.Nested(WayOut), required=True)
    plates = fields.List(fields.Nested(PlateOut), required=True)
    addresses = fields.List(fields.Nested(PlaceOut), required=True)
    routes = fields.List(fields.Nested(SavedRouteOut), required=True)


class ProfileQuery(Schema):
    on = fields.Date(load_default=None, metadata=_says("The day to show it as of; today without one."))


class HappenedOut(Schema):
    at = fields.String(required=True)
    type = fields.String(required=True)
    words = fields.Nested(Words, required=True)


class ProfileHistoryOut(Schema):
    items = fields.List(fields.Nested(HappenedOut), required=True)


class StandardPlaceOut(PlaceOut):
    state = fields.String(
        required=True,
        metadata=_says("`found`, `sought` while routing has not answered, or why it is not offered."),
    )


class StandardOut(Schema):
    items = fields.List(fields.Nested(StandardPlaceOut), required=True)
