"""How payroll reads other services' events: what it needs of them, checked; everything else is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from chassis.reading import Tolerant, read_data
from payroll.domain.erasing import LISTENERS
from payroll.domain.events import ErasureConfirmed

_ID = validate.Length(min=1, max=200)


@dataclass(frozen=True)
class SubmittedTrip:
    trip_id: str
    revision: int
    person_id: str
    employment_id: str
    driving_date: date
    rate_type: str
    net_m: int
    taxable_m: int = 0
    trailer: bool = False


@dataclass(frozen=True)
class ApprovedTrip:
    trip_id: str
    revision: int
    decided_at: datetime
    account: str | None


class Reading(Tolerant):
    """An event about one revision of a trip."""

    trip_id = fields.String(required=True, validate=_ID)
    revision = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class SubmittedTripSchema(Reading):
    """trip-submitted v1 of trips."""

    person_id = fields.String(required=True, validate=_ID)
    employment_id = fields.String(required=True, validate=_ID)
    driving_date = fields.Date(required=True)
    rate_type = fields.String(required=True, validate=_ID)
    net_m = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=2**31 - 1))
    taxable_m = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=2**31 - 1))
    trailer = fields.Boolean(load_default=False, truthy={True}, falsy={False})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SubmittedTrip:
        return SubmittedTrip(**data)


class ApprovedTripSchema(Reading):
    """trip-approved v1 of approval."""

    decided_at = fields.AwareDateTime(required=True, format="iso")
    account = fields.String(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ApprovedTrip:
        return ApprovedTrip(**data)


class ErasureConfirmedSchema(Tolerant):
    """person-erasure-confirmed v1 of every service that holds something about people."""

    person_id = fields.String(required=True, validate=_ID)
    service = fields.String(required=True, validate=_ID)
    confirmed_at = fields.AwareDateTime(required=True, format="iso")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ErasureConfirmed:
        return ErasureConfirmed(**data)


class WithdrawnTripSchema(Reading):
    """trip-withdrawn v1 of trips."""


SCHEMAS: Mapping[tuple[str, str], Schema] = {
    ("trips", "trip-submitted"): SubmittedTripSchema(),
    ("trips", "trip-withdrawn"): WithdrawnTripSchema(),
    ("approval", "trip-approved"): ApprovedTripSchema(),
    **{(service, "person-erasure-confirmed"): ErasureConfirmedSchema() for service in LISTENERS},
}
"""Everything payroll listens to, by publisher and event type."""


def read(source: str, type_: str, data: Mapping[str, Any]) -> Any:
    """The event as payroll's own value; Unreadable (naming the fields, not their values) when it does not fit."""
    return read_data(SCHEMAS[source, type_], type_, data)
