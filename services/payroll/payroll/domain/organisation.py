"""The organisation as payroll knows it: units, people, employments, and the snapshot that may change them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from chassis.store.sealing import ERASED

EMPLOYMENT_NAMESPACE = uuid.UUID("6f0b0a3e-6c52-4b7e-9a53-0d2f6f7f5a10")
UNNAMED = "ikke opgivet"
NO_POSITION = "Ingen stillingsbetegnelse"
NO_ADDRESS = {"street": ERASED, "postal_code": "", "city": ""}
"""What an erased person's address reads as."""


@dataclass(frozen=True)
class Address:
    """``protected``: somebody's home, and the civil registry keeps it from others (navne- og adressebeskyttelse)."""

    street: str
    postal_code: str
    city: str
    protected: bool = False


@dataclass(frozen=True)
class OrgUnit:
    org_unit_id: str
    parent_id: str | None
    name: str
    address: Address | None = None
    closed: bool = False


@dataclass(frozen=True)
class PayrollFacts:
    """What the payroll file needs of an employment. It stays in this service."""

    employment_type: int = 0
    extra_digit: int = 0
    cost_centre: str | None = None
    institute_code: str | None = None


@dataclass(frozen=True)
class Employment:
    """A job in one org unit, from `valid_from` up to, and not including, `valid_to` (None: open)."""

    employment_id: str
    employee_number: str
    org_unit_id: str
    position: str
    leader: bool
    valid_from: date
    valid_to: date | None
    facts: PayrollFacts = field(default_factory=PayrollFacts)

    def ends_after(self, day: date) -> bool:
        return self.valid_to is None or self.valid_to > day


@dataclass(frozen=True)
class Person:
    person_id: str
    name: str
    email: str | None = None
    initials: str | None = None
    address: Address | None = None
    employments: tuple[Employment, ...] = ()

    def active_on(self, day: date) -> bool:
        """At least one employment is open or ends after `day`."""
        return any(employment.ends_after(day) for employment in self.employments)


@dataclass(frozen=True)
class Organisation:
    """All units and people by id, those that are closed or have left included."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True)
class SnapshotEmployment:
    """`valid_from` None: unknown, so the stored date is kept, or today for a new one. `last_day` is inclusive."""

    employee_number: str
    org_unit_id: str
    position: str
    leader: bool
    valid_from: date | None
    last_day: date | None
    facts: PayrollFacts = field(default_factory=PayrollFacts)


@dataclass(frozen=True)
class SnapshotPerson:
    """A missing address, e-mail or name says nothing about the stored one; it does not remove it."""

    person_id: str
    name: str | None
    email: str | None
    initials: str | None
    address: Address | None
    employments: tuple[SnapshotEmployment, ...]


@dataclass(frozen=True)
class Snapshot:
    """Everything the personnel system holds now. The order of units and people has no meaning."""

    units: tuple[OrgUnit, ...]
    people: tuple[SnapshotPerson, ...]


def employment_id(person_id: str, employee_number: str) -> str:
    """The opaque id of a person's employment; the same number of another person is another employment."""
    return str(uuid.uuid5(EMPLOYMENT_NAMESPACE, f"{person_id}/{employee_number}"))
