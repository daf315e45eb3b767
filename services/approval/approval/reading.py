"""How approval reads other services' events: what it needs of them, checked; everything else is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, post_load, validate

from approval.domain.organisation import Employment, Unit
from approval.domain.trip import MEASURED, Deduction, SubmittedTrip
from chassis.reading import Tolerant, read_data
from chassis.store import ERASED

if TYPE_CHECKING:
    from chassis.bus.envelope import Envelope

_ID = validate.Length(min=1)


def text() -> fields.String:
    """An id or a sentence: never empty."""
    return fields.String(required=True, validate=_ID)


def metres() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=0))


class PointsField(fields.List[Any]):
    """The points of a trip; of somebody who is erased, two that say so."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value == ERASED:
            return [{"text": ERASED}, {"text": ERASED}]
        return super()._deserialize(value, attr, data, **kwargs)


class StopsField(fields.List[Any]):
    """The stops of a trip as its driver named them; of somebody who is erased, two that say so."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return [ERASED, ERASED] if value == ERASED else super()._deserialize(value, attr, data, **kwargs)


class PointSchema(Tolerant):
    text = text()


class ReasonSchema(Tolerant):
    da = text()
    en = text()


class DeductionSchema(Tolerant):
    name = text()
    metres = metres()
    reason = fields.Nested(ReasonSchema, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Deduction:
        return Deduction(data["name"], data["metres"], data["reason"]["da"], data["reason"]["en"])


class SubmittedTripSchema(Tolerant):
    """trip-submitted v1 of trips."""

    trip_id = text()
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    person_id = text()
    employment_id = text()
    org_unit_id = text()
    driving_date = fields.Date(required=True)
    purpose = text()
    rate_type = text()
    distance_source = fields.String(load_default=MEASURED)
    points = PointsField(fields.Nested(PointSchema), required=True)
    stops = StopsField(fields.String(), load_default=list)
    round_trip = fields.Boolean(required=True, truthy={True}, falsy={False})
    without_extra = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    four_km = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    starts_at_home = fields.Boolean(required=True, truthy={True}, falsy={False})
    ends_at_home = fields.Boolean(required=True, truthy={True}, falsy={False})
    gross_m = metres()
    ferry_m = metres()
    deductions = fields.List(fields.Nested(DeductionSchema), required=True)
    net_m = metres()
    flags = fields.List(text(), load_default=list)
    licence_plate = fields.String(load_default=None, allow_none=True)
    remark = fields.String(load_default=None, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True, format="iso")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SubmittedTrip:
        lists = {
            "points": tuple(point["text"] for point in data["points"]),
            "stops": tuple(data["stops"]),
            "deductions": tuple(data["deductions"]),
            "flags": tuple(data["flags"]),
        }
        return SubmittedTrip(**{**data, **lists})


class KeptTripSchema(SubmittedTripSchema):
    """The same as it is kept here, with what approval knows of the revisions before."""

    first_submitted_at = fields.AwareDateTime(load_default=None, allow_none=True, format="iso")


class OrgUnitSchema(Tolerant):
    """org-unit-changed v1 of payroll."""

    org_unit_id = text()
    parent_id = fields.String(required=True, allow_none=True, validate=_ID)
    name = text()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NamedUnit:
        return NamedUnit(Unit(data["org_unit_id"], data["parent_id"]), data["name"])


class EmploymentSchema(Tolerant):
    employment_id = text()
    org_unit_id = text()
    leader = fields.Boolean(required=True, truthy={True}, falsy={False})
    from_date = fields.Date(required=True, data_key="from")
    to_date = fields.Date(required=True, allow_none=True, data_key="to")


class EmployeeSchema(Tolerant):
    """employee-changed v1 of payroll."""

    person_id = text()
    name = text()
    active = fields.Boolean(required=True, truthy={True}, falsy={False})
    employments = fields.List(fields.Nested(EmploymentSchema), required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Employee:
        person_id = data["person_id"]
        rows = tuple(Employment(person_id=person_id, **row) for row in data["employments"])
        return Employee(person_id, data["name"], data["active"], rows)


class ErasedPersonSchema(Tolerant):
    """person-erased v1 of payroll, and person-erasure-confirmed v1 of trips."""

    person_id = text()


class SettledTripSchema(Tolerant):
    """trip-settled v1 of payroll."""

    trip_id = text()
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    settled_at = fields.AwareDateTime(required=True, format="iso")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SettledTrip:
        return SettledTrip(**data)


class WithdrawnTripSchema(Tolerant):
    """trip-withdrawn v1 of trips."""

    trip_id = text()
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    withdrawn_at = fields.AwareDateTime(required=True, format="iso")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> WithdrawnTrip:
        return WithdrawnTrip(**data)


@dataclass(frozen=True, slots=True)
class NamedUnit:
    unit: Unit
    name: str


@dataclass(frozen=True, slots=True)
class Employee:
    """A person as payroll last described them; not ``active`` whatever the employments say: has left."""

    person_id: str
    name: str
    active: bool
    employments: tuple[Employment, ...]


@dataclass(frozen=True, slots=True)
class SettledTrip:
    trip_id: str
    revision: int
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawnTrip:
    trip_id: str
    revision: int
    withdrawn_at: datetime


SCHEMAS: Mapping[tuple[str, str], Schema] = {
    ("trips", "trip-submitted"): SubmittedTripSchema(),
    ("trips", "trip-withdrawn"): WithdrawnTripSchema(),
    ("trips", "person-erasure-confirmed"): ErasedPersonSchema(),
    ("payroll", "person-erased"): ErasedPersonSchema(),
    ("payroll", "org-unit-changed"): OrgUnitSchema(),
    ("payroll", "employee-changed"): EmployeeSchema(),
    ("payroll", "trip-settled"): SettledTripSchema(),
}
"""Everything approval listens to, by publisher and event type."""


def read(source: str, event: Envelope) -> Any:
    """The event as approval's own value, made once for all who read it; ``Unreadable`` as for :func:`value_of`."""
    return event.once(value_of, lambda: value_of(source, event.type, event.data))


def value_of(source: str, type_: str, data: Mapping[str, Any]) -> Any:
    """Approval's own value; ``Unreadable`` (naming the fields, not their values) when the data does not fit."""
    return read_data(SCHEMAS[source, type_], type_, data)


def read_kept(data: Mapping[str, Any]) -> SubmittedTrip:
    """A submitted trip as approval keeps it; ``Unreadable`` as for :func:`value_of`."""
    trip: SubmittedTrip = read_data(_KEPT, "trip-submitted", data)
    return trip


_KEPT = KeptTripSchema()
