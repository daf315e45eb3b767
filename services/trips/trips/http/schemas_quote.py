"""What a trip comes to, as the API gives it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


def _says(description: str) -> dict[str, str]:
    return {"description": description}


class Words(Schema):
    """A sentence in both languages."""

    da = fields.String(required=True)
    en = fields.String(required=True)


class Place(Schema):
    address_id = fields.String(required=True)
    text = fields.String(required=True)
    lon_e6 = fields.Integer(required=True)
    lat_e6 = fields.Integer(required=True)


class AskedPoint(Schema):
    address_id = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)


class DeductionLine(Schema):
    name = fields.String(required=True)
    metres = fields.Integer(required=True)
    reason = fields.Nested(Words, required=True)


class GraphOut(Schema):
    graph_id = fields.String(required=True)
    engine = fields.String(required=True, allow_none=True)
    engine_version = fields.String(required=True, allow_none=True)
    algorithm = fields.String(required=True, allow_none=True)
    profile = fields.String(required=True, allow_none=True)
    profile_sha256 = fields.String(required=True, allow_none=True)
    map_sha256 = fields.String(required=True, allow_none=True)
    map_data_date = fields.String(required=True, allow_none=True)


class CountOut(Schema):
    """Which of the 60 days between home and one workplace a trip is; ``private_m`` of it are not tax-free for that."""

    workplace = fields.String(required=True)
    day_number = fields.Integer(required=True)
    window_from = fields.String(required=True)
    private_m = fields.Integer(required=True)
    words = fields.Nested(Words, required=True)


class OdometerOut(Schema):
    distance_m = fields.Integer(required=True)
    starts_at_home = fields.Boolean(required=True)
    ends_at_home = fields.Boolean(required=True)


class QuoteOut(Schema):
    """What a trip comes to. Metres and øre; the amount is what is expected until payroll settles the trip."""

    org_unit_id = fields.String(required=True)
    points = fields.List(fields.Nested(Place), required=True)
    starts_at_home = fields.Boolean(required=True)
    ends_at_home = fields.Boolean(required=True)
    gross_m = fields.Integer(required=True)
    ferry_m = fields.Integer(required=True)
    deductions = fields.List(fields.Nested(DeductionLine), required=True)
    net_m = fields.Integer(required=True)
    taxable_m = fields.Integer(required=True, metadata=_says("Of net_m: paid as taxable wages."))
    sixty_day = fields.List(fields.Nested(CountOut), required=True)
    deduction_policy = fields.String(required=True)
    home_work_m = fields.Integer(required=True, allow_none=True)
    flags = fields.List(fields.String(), required=True)
    oere_per_km = fields.Integer(required=True)
    amount_oere = fields.Integer(required=True)
    graph = fields.Nested(GraphOut, required=True)


class WarningOut(Schema):
    """Another trip of the caller's that day looks like this one; nothing is refused for it."""

    code = fields.String(required=True, validate=validate.OneOf(["duplicate", "overlap"]))
    trip_id = fields.String(required=True)
    words = fields.Nested(Words, required=True)


class PreviewOut(Schema):
    """``status`` is ready with a quote, or measuring without one: ask again shortly."""

    status = fields.String(required=True)
    quote = fields.Nested(QuoteOut, required=True, allow_none=True)
    warnings = fields.List(fields.Nested(WarningOut), required=True)
