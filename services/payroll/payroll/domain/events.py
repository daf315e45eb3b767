"""Everything that can be on payroll's own log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chassis.store.sealing import ERASED, Personal, PersonalFields
from payroll.domain.organisation import NO_ADDRESS, Address, OrgUnit, Person
from payroll.domain.period import FileExported, PeriodClosed
from payroll.domain.rates import RateSet
from payroll.domain.settlement import TripSettled


@dataclass(frozen=True)
class OrgUnitChanged:
    """The unit as it is from `valid_from`; `changes` says in words what is different."""

    unit: OrgUnit
    changes: tuple[str, ...]
    valid_from: date


@dataclass(frozen=True)
class PersonJoined:
    """A person is known from now on. The CPR number stands here, sealed, and nowhere else."""

    cpr: Personal
    person: Person
    active: bool


@dataclass(frozen=True)
class PersonChanged:
    """The person as of the snapshot; `changes` says in words what is different."""

    person: Person
    active: bool
    changes: tuple[str, ...]


@dataclass(frozen=True)
class HomeAddressChanged:
    person_id: str
    valid_from: date
    address: Address


@dataclass(frozen=True)
class PersonErased:
    """From here on the person's keys are destroyed and nothing sealed about them can be read, here or elsewhere."""

    person_id: str
    erased_at: datetime
    why: str


@dataclass(frozen=True)
class ErasureConfirmed:
    """Another service has forgotten the person."""

    person_id: str
    service: str
    confirmed_at: datetime


@dataclass(frozen=True)
class SnapshotApplied:
    """A snapshot that changed something was taken in; the order of snapshots is the order of these."""

    unit_count: int
    person_count: int
    change_count: int


EVENTS: dict[str, type] = {
    "org-unit-changed": OrgUnitChanged,
    "person-joined": PersonJoined,
    "person-changed": PersonChanged,
    "home-address-changed": HomeAddressChanged,
    "person-erased": PersonErased,
    "erasure-confirmed": ErasureConfirmed,
    "snapshot-applied": SnapshotApplied,
    "rate-set": RateSet,
    "trip-settled": TripSettled,
    "period-closed": PeriodClosed,
    "file-exported": FileExported,
}

_RECORD = PersonalFields(
    "person/person_id",
    {"person/name": ERASED, "person/email": None, "person/initials": None, "person/address": None},
)
PERSONAL: dict[str, PersonalFields] = {
    "person-joined": _RECORD,
    "person-changed": _RECORD,
    "home-address-changed": PersonalFields("person_id", {"address": NO_ADDRESS}),
}
"""What is sealed on the log, and reads so once the person is erased."""
