"""What approval takes and gives over HTTP; the OpenAPI document is made from these."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from approval.domain.decision import Verdict

MOST_TRIPS = 200
LONGEST_ID = 100
LONGEST_COMMENT = 2000
LONGEST_ACCOUNT = 40
MOST_REVISIONS = 2**31 - 1


def described(text: str) -> dict[str, str]:
    return {"description": text}


def _text() -> fields.String:
    return fields.String(required=True)


def _whole() -> fields.Integer:
    return fields.Integer(required=True)


class PageQuery(Schema):
    cursor = fields.String(
        load_default="", validate=validate.Length(max=200), metadata=described("`next` of the page before.")
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MOST_TRIPS))
    min_position = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0),
        metadata=described("`position` of an own decision that the answer must know of; waits up to two seconds."),
    )


class InboxPageQuery(Schema):
    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    checked = fields.String(load_default="", validate=validate.OneOf(["", "all"]))


class PersonSchema(Schema):
    person_id = _text()
    name = fields.String(required=True, metadata=described("The id where no name has been heard of yet."))


class ReasonSchema(Schema):
    da = _text()
    en = _text()


class DeductionSchema(Schema):
    name = _text()
    metres = _whole()
    reason = fields.Nested(ReasonSchema, required=True)


class WaitingTripSchema(Schema):
    """A trip as whoever decides it needs to see it. Distances are in metres."""

    trip_id = _text()
    revision = fields.Integer(required=True, metadata=described("A decision must name it."))
    person = fields.Nested(PersonSchema, required=True)
    org_unit_id = _text()
    org_unit_name = _text()
    driving_date = _text()
    purpose = _text()
    rate_type = _text()
    from_ = fields.String(
        required=True, data_key="from", attribute="from", metadata=described("Empty where nobody told of any place.")
    )
    via = fields.List(fields.String(), required=True)
    to = fields.String(required=True, metadata=described("As `from` where only one place is known."))
    round_trip = fields.Boolean(required=True)
    distance_source = fields.String(
        required=True, metadata=described("`measured`, or `typed`: read from the odometer or taken by a phone.")
    )
    without_extra = fields.Boolean(required=True)
    four_km = fields.Boolean(required=True, metadata=described("By the four-kilometre rule."))
    gross_m = _whole()
    ferry_m = _whole()
    deductions = fields.List(fields.Nested(DeductionSchema), required=True)
    net_m = _whole()
    licence_plate = fields.String(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    waiting_since = _text()
    decided_as = fields.String(required=True, metadata=described("The capacity in which the caller may decide it."))
    warnings = fields.List(fields.String(), required=True, metadata=described("Codes; none of them forbids anything."))


class WaitingTripsSchema(Schema):
    items = fields.List(fields.Nested(WaitingTripSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True, metadata=described("All that wait, on every page."))


class DecisionSchema(Schema):
    trip_id = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_ID))
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST_REVISIONS))
    decision = fields.Enum(Verdict, required=True, by_value=True)
    comment = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=LONGEST_COMMENT),
        metadata=described("A rejection needs one."),
    )
    account = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=LONGEST_ACCOUNT),
        metadata=described("Ten digits to book the trip on; only with an approval."),
    )


class DecisionsSchema(Schema):
    decisions = fields.List(
        fields.Nested(DecisionSchema), required=True, validate=validate.Length(min=1, max=MOST_TRIPS)
    )

    @validates_schema(skip_on_field_errors=True)
    def each_trip_once(self, data: dict[str, Any], **_: Any) -> None:
        trip_ids = [one["trip_id"] for one in data["decisions"]]
        if len(set(trip_ids)) < len(trip_ids):
            raise ValidationError("A trip is named twice.", "decisions")


class OutcomeSchema(Schema):
    trip_id = _text()
    outcome = fields.String(required=True, validate=validate.OneOf(["approved", "rejected", "refused"]))
    problem = fields.Dict(allow_none=True, metadata=described("Why it was refused, as problem+json."))


class OutcomesSchema(Schema):
    items = fields.List(fields.Nested(OutcomeSchema), required=True)
    position = fields.Integer(required=True, metadata=described("Give it as `min_position` to see what was decided."))


class ApproverSchema(Schema):
    person_id = _text()
    name = _text()
    capacity = _text()
    org_unit_id = fields.String(required=True, allow_none=True)
    in_place_of = fields.List(fields.String(), required=True, metadata=described("Leaders, for a substitute."))


class ApproversSchema(Schema):
    """Who may decide the trip at this moment, and why they."""

    trip_id = _text()
    revision = _whole()
    status = _text()
    reason = _text()
    approvers = fields.List(fields.Nested(ApproverSchema), required=True)
