"""What payroll takes and gives over HTTP, apart from the organisation; the OpenAPI document is made from these."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from payroll.domain.rates import Label, Rate

MOST_RATES = 1_000
MOST_OERE_PER_KM = 100_000
MOST_PEOPLE = 500
RATE_TYPE = r"^[a-z][a-z0-9_]{0,39}\Z"
BIGGEST_POSITION = 2**53


def described(text: str) -> dict[str, str]:
    return {"description": text}


def _text() -> fields.String:
    return fields.String(required=True)


def _text_or_null() -> fields.String:
    return fields.String(required=True, allow_none=True)


def _whole() -> fields.Integer:
    return fields.Integer(required=True)


def _position() -> fields.Integer:
    return fields.Integer(required=True, metadata=described("Give it as `min_position` to see what was done."))


class MinPositionQuery(Schema):
    min_position = fields.Integer(
        load_default=0,
        validate=validate.Range(0, BIGGEST_POSITION),
        metadata=described("`position` of a command whose outcome the answer must show; waits up to two seconds."),
    )


class SnapshotTaken(Schema):
    changes = fields.Dict(
        fields.String(), fields.Integer(), required=True, metadata=described("How many changes of each kind.")
    )
    change_count = _whole()
    unit_count = fields.Integer(required=True, metadata=described("Units in the snapshot."))
    person_count = fields.Integer(required=True, metadata=described("People in the snapshot."))
    position = _position()


class PeopleQuery(MinPositionQuery):
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST_PEOPLE))
    cursor = fields.String(
        load_default="", validate=validate.Length(max=100), metadata=described("`next` of the page before.")
    )


class EmploymentOut(Schema):
    employment_id = _text()
    employee_number = _text()
    org_unit_id = _text()
    position = _text()
    leader = fields.Boolean(required=True)
    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = fields.String(required=True, allow_none=True, metadata=described("The first day after; null: open."))


class PersonOut(Schema):
    person_id = _text()
    name = _text()
    employments = fields.List(fields.Nested(EmploymentOut), required=True)


class PeopleOut(Schema):
    items = fields.List(fields.Nested(PersonOut), required=True)
    next = _text_or_null()


class LabelSchema(Schema):
    da = fields.String(required=True, validate=validate.Length(1, 100))
    en = fields.String(required=True, validate=validate.Length(1, 100))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Label:
        return Label(**data)


class RateSchema(Schema):
    """A rate holds from `from` up to, and not including, `to`; without `to`, until a later rate of the type begins."""

    rate_type = fields.String(required=True, validate=validate.Regexp(RATE_TYPE))
    name = fields.Nested(LabelSchema, required=True)
    oere_per_km = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_OERE_PER_KM))
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(load_default=None, allow_none=True)
    pay_code = fields.String(required=True, metadata=described("Four digits."))
    second_pay_code = fields.String(
        load_default=None,
        allow_none=True,
        metadata=described("Four digits; the metres of a trip with a trailer are paid under it too."),
    )
    requires_plate = fields.Boolean(required=True, truthy={True}, falsy={False})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Rate:
        return Rate(valid_from=data.pop("from_"), valid_to=data.pop("to"), **data)


class RatesIn(Schema):
    rates = fields.List(fields.Nested(RateSchema), required=True, validate=validate.Length(1, MOST_RATES))


class RatesTaken(Schema):
    changed = fields.Integer(required=True, metadata=described("How many of them were not so before."))
    position = _position()


class RateOut(Schema):
    rate_type = _text()
    name = fields.Nested(LabelSchema, required=True)
    oere_per_km = _whole()
    from_ = fields.String(required=True, data_key="from", attribute="from")
    to = _text_or_null()
    pay_code = _text()
    second_pay_code = _text_or_null()
    requires_plate = fields.Boolean(required=True)


class RatesOut(Schema):
    items = fields.List(fields.Nested(RateOut), required=True)
    next = _text_or_null()


def _is_an_instant(moment: datetime) -> None:
    """The first and last days of the calendar have hours that do not exist in UTC."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValidationError("Not a moment that exists in UTC.") from None


class ClosePeriodIn(Schema):
    cut_off = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        format="iso",
        metadata=described("Trips decided up to this instant are taken; now unless given."),
        validate=_is_an_instant,
    )
    accept_incomplete = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata=described("Close although a source is halted or events of it are held; see `warnings`."),
    )


class PayCodeSumOut(Schema):
    pay_code = _text()
    trip_count = _whole()
    net_m = _whole()
    amount_oere = _whole()


class ProblemOut(Schema):
    trip_id = _text()
    code = fields.String(required=True, metadata=described("no_rate, unknown_employment, bad_account or bad_pay_code."))


class WarningOut(Schema):
    source = fields.String(required=True, metadata=described("trips or approval."))
    kind = fields.String(
        required=True,
        validate=validate.OneOf(["halted", "held", "behind"]),
        metadata=described(
            "halted: nothing more of the source is taken in before a person decides; held: some of its events wait for "
            "a person; behind: some are on their way."
        ),
    )
    events = fields.Integer(
        required=True, allow_none=True, metadata=described("How many of its events; null where that is not known.")
    )


class PeriodOut(Schema):
    """An open period shows what would be paid if it were closed now; `problems` are the trips that stand in the way.

    `warnings` say what may be missing; those of a closed period are from its closing.
    """

    period = _text()
    status = fields.String(required=True, validate=validate.OneOf(["open", "closed"]))
    closed_at = _text_or_null()
    cut_off = _text_or_null()
    trip_count = _whole()
    line_count = fields.Integer(required=True, metadata=described("Lines of the payroll file, without header."))
    net_m = _whole()
    amount_oere = _whole()
    pay_codes = fields.List(fields.Nested(PayCodeSumOut), required=True)
    checksum = fields.String(required=True, metadata=described("SHA-256 over the lines; without CPR numbers."))
    problems = fields.List(fields.Nested(ProblemOut), required=True)
    warnings = fields.List(fields.Nested(WarningOut), required=True)


class PeriodClosedOut(PeriodOut):
    position = _position()


class PeriodsOut(Schema):
    items = fields.List(fields.Nested(PeriodOut), required=True)
    next = _text_or_null()
