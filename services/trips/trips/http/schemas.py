"""What trips' API takes and gives. Unknown fields of a request are errors."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.errors import Rejected
from trips.domain.events import Asked, Odometer, Report
from trips.domain.plates import normal_plate
from trips.http.schemas_quote import AskedPoint, OdometerOut, QuoteOut, Words

MOST_POINTS = 50
MOST_TRIPS = 100
"""Reported in one request."""
_ID = validate.Length(min=1, max=100)


def _says(description: str) -> dict[str, str]:
    return {"description": description}


def _text(description: str, longest: int) -> fields.String:
    return fields.String(required=True, validate=validate.Length(max=longest), metadata=_says(description))


def _id(description: str) -> fields.String:
    return fields.String(required=True, validate=_ID, metadata=_says(description))


class PointIn(Schema):
    """One address of the trip: routing's id for it, or text; with both, the text is only shown."""

    address_id = fields.String(
        load_default=None, validate=_ID, metadata=_says("An id that GET /routing/api/v1/addresses gave.")
    )
    text = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=200),
        metadata=_says("Street, number, postal code and town."),
    )

    @validates_schema
    def _one_at_least(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("address_id") is None and not (data.get("text") or "").strip():
            raise ValidationError("Give address_id, or text, or both: then the id decides.")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Asked:
        text = data["text"]
        return Asked(data["address_id"], None if text is None else " ".join(text.split()))


class OdometerIn(Schema):
    """A distance read from the odometer or taken by a phone, one way; it is not measured, and needs a remark."""

    distance_m = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10_000_000))
    starts_at_home = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    ends_at_home = fields.Boolean(load_default=False, truthy={True}, falsy={False})

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Odometer:
        return Odometer(**data)


class ReportIn(Schema):
    """A trip as its driver reports it. Distance, rate, price and home ends come from the server."""

    employment_id = _id("The employment the trip was driven for.")
    driving_date = fields.Date(required=True, metadata=_says("Local date in Denmark."))
    purpose = _text("Why the trip was driven.", 500)
    rate_type = _id("The kind of vehicle, such as car_high.")
    points = fields.List(
        fields.Nested(PointIn),
        required=True,
        validate=validate.Length(max=MOST_POINTS),
        metadata=_says("The addresses in driving order, at least two."),
    )
    round_trip = fields.Boolean(load_default=False, truthy={True}, falsy={False}, metadata=_says("There and back."))
    without_extra = fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, metadata=_says("Without extra distance, where allowed.")
    )
    four_km = fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, metadata=_says("By the four-km rule, where allowed.")
    )
    odometer = fields.Nested(OdometerIn, load_default=None, allow_none=True)
    passengers = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(min=0, max=50),
        metadata=_says("Colleagues along."),
    )
    trailer = fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, metadata=_says("With a trailer: the second pay code too.")
    )
    licence_plate = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    remark = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=2000))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        trip_id = data.pop("trip_id", None)
        data["purpose"] = data["purpose"].strip()
        data["remark"] = (data["remark"] or "").strip() or None
        data["licence_plate"] = _plate(data["licence_plate"])
        return {"trip_id": trip_id, "report": Report(**{**data, "points": tuple(data["points"])})}


class TripIn(ReportIn):
    """A trip under the id its client made, so that sending it twice is one trip."""

    trip_id = fields.UUID(required=True, metadata=_says("A UUID made by the client, kept for the trip's whole life."))


def _plate(typed: str | None) -> str | None:
    if not (typed or "").strip():
        return None
    try:
        return normal_plate(typed or "")
    except Rejected as error:
        raise ValidationError(error.message, "licence_plate") from error


class TripAccepted(Schema):
    """``status`` is submitted, or measuring while the distance is not known yet."""

    trip_id = fields.String(required=True)
    revision = fields.Integer(required=True)
    status = fields.String(required=True)
    position = fields.Integer(required=True, metadata=_says("Give it as min_position to read what was just written."))


class BatchIn(Schema):
    """Several trips of the caller, in the order in which they are to be reported."""

    trips = fields.List(fields.Nested(TripIn), required=True, validate=validate.Length(min=1, max=MOST_TRIPS))

    @validates_schema(skip_on_field_errors=True)
    def _each_once(self, data: dict[str, Any], **_: Any) -> None:
        trip_ids = [one["trip_id"] for one in data["trips"]]
        if len(set(trip_ids)) < len(trip_ids):
            raise ValidationError("A trip is named twice.", "trips")


class BatchOutcome(Schema):
    """What became of one trip: accepted with its status, or refused with the reason."""

    trip_id = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["accepted", "refused"]))
    revision = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, allow_none=True)
    problem = fields.Dict(required=True, allow_none=True, metadata=_says("Why it was refused, as problem+json."))


class BatchOut(Schema):
    """An outcome for each trip, in the order in which they were given."""

    items = fields.List(fields.Nested(BatchOutcome), required=True)
    position = fields.Integer(required=True, metadata=_says("Give it as min_position to read what was just written."))


class FaultOut(Schema):
    code = fields.String(required=True)
    point_index = fields.Integer(required=True, allow_none=True)
    words = fields.Nested(Words, required=True)


class DecisionOut(Schema):
    outcome = fields.String(required=True)
    decided_by = fields.String(required=True)
    decided_at = fields.String(required=True)
    decided_as = fields.String(required=True)
    comment = fields.String(required=True, allow_none=True)


class SettlementOut(Schema):
    revision = fields.Integer(required=True)
    period = fields.String(required=True)
    net_m = fields.Integer(required=True)
    rate_type = fields.String(required=True)
    oere_per_km = fields.Integer(required=True)
    amount_oere = fields.Integer(required=True)
    pay_code = fields.String(required=True)
    settled_at = fields.String(required=True)


class TripOut(Schema):
    """A trip. ``status``: measuring, not_measurable, submitted, approved, rejected, settled or withdrawn;
    ``may_change``: its owner may report it anew or withdraw it; ``questioned`` says why a paid trip deserves a look.
    """

    trip_id = fields.String(required=True)
    revision = fields.Integer(required=True)
    person_id = fields.String(required=True)
    status = fields.String(required=True)
    reported_at = fields.String(required=True)
    employment_id = fields.String(required=True)
    driving_date = fields.String(required=True)
    purpose = fields.String(required=True)
    rate_type = fields.String(required=True)
    asked_points = fields.List(fields.Nested(AskedPoint), required=True)
    round_trip = fields.Boolean(required=True)
    without_extra = fields.Boolean(required=True)
    four_km = fields.Boolean(required=True)
    odometer = fields.Nested(OdometerOut, required=True, allow_none=True)
    passengers = fields.Integer(required=True)
    trailer = fields.Boolean(required=True)
    licence_plate = fields.String(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    quote = fields.Nested(QuoteOut, required=True, allow_none=True)
    submitted_at = fields.String(required=True, allow_none=True)
    fault = fields.Nested(FaultOut, required=True, allow_none=True)
    decision = fields.Nested(DecisionOut, required=True, allow_none=True)
    settlement = fields.Nested(SettlementOut, required=True, allow_none=True)
    questioned = fields.Nested(Words, required=True, allow_none=True)
    may_change = fields.Boolean(required=True)


class HistoryEntry(Schema):
    version = fields.Integer(required=True)
    type = fields.String(required=True)
    at = fields.String(required=True)
    actor = fields.String(required=True)
    words = fields.Nested(Words, required=True)


class HistoryOut(Schema):
    items = fields.List(fields.Nested(HistoryEntry), required=True)


class OneQuery(Schema):
    """One trip is read from its own stream, which lacks nothing that was ever answered."""

    min_position = fields.Integer(
        validate=validate.Range(min=0), metadata=_says("Accepted as everywhere; there is nothing to wait for.")
    )


class ChoicesQuery(Schema):
    on = fields.Date(load_default=None, metadata=_says("The driving date; today without one."))


class EmploymentChoice(Schema):
    employment_id = fields.String(required=True)
    label = fields.String(required=True, metadata=_says("Position and unit."))


class RateChoice(Schema):
    rate_type = fields.String(required=True)
    name = fields.Nested(Words, required=True)
    oere_per_km = fields.Integer(required=True)
    requires_plate = fields.Boolean(required=True)


class ChoicesOut(Schema):
    """What the caller can report a trip with. ``commute_fault`` says why commuting cannot be deducted, if so."""

    employments = fields.List(fields.Nested(EmploymentChoice), required=True)
    rates = fields.List(fields.Nested(RateChoice), required=True)
    commute_fault = fields.String(required=True, allow_none=True)


class ListQuery(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=100))
    cursor = fields.String(load_default=None, validate=validate.Length(max=100))
    min_position = fields.Integer(
        load_default=0, validate=validate.Range(min=0), metadata=_says("Wait up to two seconds for this position.")
    )


class TripRow(Schema):
    """A trip in a list; ``amount_oere`` is what is expected until the trip is settled."""

    trip_id = fields.String(required=True)
    driving_date = fields.String(required=True)
    purpose = fields.String(required=True)
    rate_type = fields.String(required=True)
    status = fields.String(required=True)
    from_text = fields.String(required=True)
    to_text = fields.String(required=True)
    round_trip = fields.Boolean(required=True)
    gross_m = fields.Integer(required=True, allow_none=True)
    deducted_m = fields.Integer(required=True, allow_none=True)
    net_m = fields.Integer(required=True, allow_none=True)
    amount_oere = fields.Integer(required=True, allow_none=True)
    period = fields.String(required=True, allow_none=True)


class TripList(Schema):
    items = fields.List(fields.Nested(TripRow), required=True)
    next = fields.String(required=True, allow_none=True)
