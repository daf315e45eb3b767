"""Others' published events as trips reads them: only the fields it uses, whatever else they hold."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from chassis.bus import Envelope
from chassis.reading import Tolerant, read_data


def _text() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1))


def _maybe_text() -> fields.String:
    return fields.String(load_default=None, allow_none=True)


def _metres() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0))


def _from() -> fields.Date:
    return fields.Date(required=True, data_key="from")


class Address(Tolerant):
    """A postal address in its parts."""

    street = _text()
    postal_code = fields.String(load_default="")
    city = fields.String(load_default="")


class EmploymentSchema(Tolerant):
    """One employment; ``ends`` is the first day after it."""

    employment_id = _text()
    org_unit_id = _text()
    position = fields.String(load_default="")
    starts = _from()
    ends = fields.Date(load_default=None, allow_none=True, data_key="to")


class EmployeeChanged(Tolerant):
    """A person with all employments as they are now."""

    person_id = _text()
    employments = fields.List(fields.Nested(EmploymentSchema), required=True)


class Home(Address):
    """``protected``: nobody but who lives there is shown it."""

    protected = fields.Boolean(load_default=False)


class HomeAddressChanged(Tolerant):
    """Where a person lives from a date."""

    person_id = _text()
    starts = _from()
    address = fields.Nested(Home, required=True)


class OrgUnitChanged(Tolerant):
    """A unit from a date; without an address it works at its parent's."""

    org_unit_id = _text()
    parent_id = _maybe_text()
    name = fields.String(required=True)
    address = fields.Nested(Address, load_default=None, allow_none=True)
    starts = _from()


class _Name(Tolerant):
    da = _text()
    en = _text()


class RateSet(Tolerant):
    """A rate type's price from a date, until ``ends`` (the first day after it) or the next price of the type."""

    rate_type = _text()
    name = fields.Nested(_Name, required=True)
    oere_per_km = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    requires_plate = fields.Boolean(load_default=False)
    starts = _from()
    ends = fields.Date(load_default=None, allow_none=True, data_key="to")


class _Place(Tolerant):
    address_id = _text()
    text = _text()
    lon_e6 = fields.Integer(required=True, strict=True)
    lat_e6 = fields.Integer(required=True, strict=True)


class _Graph(Tolerant):
    graph_id = _text()
    engine = _maybe_text()
    engine_version = _maybe_text()
    algorithm = _maybe_text()
    profile = _maybe_text()
    profile_sha256 = _maybe_text()
    map_sha256 = _maybe_text()
    map_data_date = _maybe_text()


class _Leg(Tolerant):
    driven_m = _metres()


class RouteMeasuredSchema(Tolerant):
    """A measured route; the geometry of its legs stays with routing."""

    request_id = _text()
    points = fields.List(fields.Nested(_Place), required=True, validate=validate.Length(min=2))
    legs = fields.List(fields.Nested(_Leg), load_default=list)
    driven_m = _metres()
    ferry_m = _metres()
    graph = fields.Nested(_Graph, required=True)
    measured_at = fields.AwareDateTime(required=True)


class RouteFailedSchema(Tolerant):
    """A route that cannot be measured."""

    request_id = _text()
    code = _text()
    point_index = fields.Integer(load_default=None, allow_none=True)
    detail = fields.String(load_default="")


class DecisionSchema(Tolerant):
    """An approver's decision on one revision."""

    trip_id = _text()
    revision = fields.Integer(required=True, strict=True)
    decided_by = _text()
    decided_at = fields.AwareDateTime(required=True)
    decided_as = _text()
    comment = _maybe_text()


class ApprovalSchema(DecisionSchema):
    """A yes, which may put the trip on an account."""

    account = _maybe_text()


class TripSettledSchema(Tolerant):
    """What payroll pays for a trip."""

    trip_id = _text()
    revision = fields.Integer(required=True, strict=True)
    period = _text()
    net_m = _metres()
    rate_type = _text()
    oere_per_km = _metres()
    amount_oere = _metres()
    pay_code = _text()
    settled_at = fields.AwareDateTime(required=True)


class PersonErased(Tolerant):
    """Somebody who is to be forgotten."""

    person_id = _text()


PERSON_ERASED = PersonErased()
EMPLOYEE_CHANGED = EmployeeChanged()
HOME_ADDRESS_CHANGED = HomeAddressChanged()
ORG_UNIT_CHANGED = OrgUnitChanged()
RATE_SET = RateSet()
ROUTE_MEASURED = RouteMeasuredSchema()
ROUTE_FAILED = RouteFailedSchema()
TRIP_APPROVED = ApprovalSchema()
TRIP_REJECTED = DecisionSchema()
TRIP_SETTLED = TripSettledSchema()


def read(schema: Tolerant, envelope: Envelope) -> dict[str, Any]:
    """The event's data as ``schema`` reads it; ``Unreadable`` when it does not fit, naming the fields."""
    said: dict[str, Any] = read_data(schema, envelope.type, envelope.data)
    return said
