"""The organisation as the personnel system sends it: exactly the shape of OS2indberetning's organisation API.

PascalCase names, `FromDate` and `ToDate` inclusive, an empty `ParentId` for the top. Numbers may come as text and dates
with a time of day, as the predecessor's clients send them. What is wrong is named by its path; no value is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, NoReturn

from marshmallow import Schema, ValidationError, fields, post_load, validate

from chassis.clock import local_date
from payroll.application.organisation import Entry
from payroll.domain.cpr import Cpr, masked
from payroll.domain.errors import InvalidCpr
from payroll.domain.organisation import (
    NO_POSITION,
    Address,
    OrgUnit,
    PayrollFacts,
    SnapshotEmployment,
    SnapshotPerson,
)

LONGEST = 200
MOST_FAULTS = 50
LONGEST_DATE = len("2026-11-23")


class Text(fields.String):
    """Text or a whole number, trimmed; nothing else. No line breaks or other control characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        if len(text) > LONGEST or not text.isprintable():
            raise ValidationError(f"At most {LONGEST} printable characters.")
        return text


class CprField(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            return Cpr(super()._deserialize(value, attr, data, **kwargs))
        except InvalidCpr as error:
            raise ValidationError(error.message) from None


class Day(fields.Date):
    """A date, or a date with a time of day; with an offset it is the date in Denmark. Empty is null."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value == "":
            return None
        if isinstance(value, str) and len(value) > LONGEST_DATE:
            return _date_of(value)
        return super()._deserialize(value, attr, data, **kwargs)


def _date_of(text: str) -> date:
    try:
        instant = datetime.fromisoformat(text)
        return instant.date() if instant.tzinfo is None else local_date(instant)
    except (ValueError, OverflowError):
        raise ValidationError("Not a valid date.") from None


def _optional(key: str) -> Text:
    return Text(load_default=None, allow_none=True, data_key=key)


def _needed(key: str) -> Text:
    return Text(required=True, validate=validate.Length(min=1), data_key=key)


def _digit(key: str) -> fields.Integer:
    return fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 9), data_key=key)


class AddressSchema(Schema):
    street = _optional("Street")
    postal_code = _optional("PostalCode")
    city = _optional("City")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Address | None:
        """Without a street there is no address."""
        return Address(data["street"], data["postal_code"] or "", data["city"] or "") if data["street"] else None


class HomeSchema(AddressSchema):
    """``Protected`` homes are shown to nobody but who lives there."""

    protected = fields.Boolean(load_default=False, allow_none=True, truthy={True}, falsy={False}, data_key="Protected")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Address | None:
        protected = bool(data.pop("protected"))
        address = super().make(data)
        return None if address is None else replace(address, protected=protected)


class OrgUnitSchema(Schema):
    """`CostCenter` is taken for the shape's sake; the employment's is the one that counts."""

    org_unit_id = _needed("Id")
    parent_id = _optional("ParentId")
    name = _needed("Name")
    address = fields.Nested(AddressSchema, load_default=None, allow_none=True, data_key="Address")
    cost_centre = _optional("CostCenter")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OrgUnit:
        return OrgUnit(data["org_unit_id"], data["parent_id"] or None, data["name"], data["address"])


class EmploymentSchema(Schema):
    employee_number = _needed("EmployeeNumber")
    valid_from = Day(load_default=None, allow_none=True, data_key="FromDate")
    last_day = Day(load_default=None, allow_none=True, data_key="ToDate")
    org_unit_id = _needed("OrgUnitId")
    position = _optional("Position")
    cost_centre = _optional("CostCenter")
    leader = fields.Boolean(load_default=False, allow_none=True, truthy={True}, falsy={False}, data_key="Manager")
    extra_digit = _digit("ExtraNumber")
    employment_type = _digit("EmploymentType")
    institute_code = _optional("InstituteCode")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SnapshotEmployment:
        facts = PayrollFacts(
            data["employment_type"] or 0,
            data["extra_digit"] or 0,
            data["cost_centre"] or None,
            data["institute_code"] or None,
        )
        return SnapshotEmployment(
            employee_number=data["employee_number"],
            org_unit_id=data["org_unit_id"],
            position=data["position"] or NO_POSITION,
            leader=bool(data["leader"]),
            valid_from=data["valid_from"],
            last_day=None if data["last_day"] == date.max else data["last_day"],
            facts=facts,
        )


class PersonSchema(Schema):
    cpr = CprField(required=True, data_key="CPR")
    first_name = _optional("FirstName")
    last_name = _optional("LastName")
    email = _optional("Email")
    initials = _optional("Initials")
    address = fields.Nested(HomeSchema, load_default=None, allow_none=True, data_key="Address")
    employments = fields.List(fields.Nested(EmploymentSchema), required=True, data_key="Employments")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Entry:
        name = " ".join(filter(None, (data["first_name"], data["last_name"])))
        seen = SnapshotPerson(
            person_id="",
            name=name or None,
            email=data["email"] or None,
            initials=data["initials"] or None,
            address=data["address"],
            employments=tuple(data["employments"]),
        )
        return Entry(data["cpr"], seen)


class OrganisationSchema(Schema):
    """A full snapshot: whoever is missing leaves."""

    units = fields.List(fields.Nested(OrgUnitSchema), required=True, data_key="OrgUnits")
    people = fields.List(fields.Nested(PersonSchema), required=True, data_key="Persons")

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> NoReturn:
        """Faults by their path, `Persons.12.Employments.0.FromDate`; a CPR number given as a name is masked."""
        raise ValidationError(_named(error.messages)) from None


def _named(messages: Any) -> Any:
    """The messages with every name masked, at most so many on each level."""
    if not isinstance(messages, Mapping):
        return messages
    return {masked(str(name)): _named(inner) for name, inner in islice(messages.items(), MOST_FAULTS)}
