"""Everything that can be on payroll's own log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chassis.store.sealing import Personal
from payroll.domain.organisation import Address, OrgUnit, Person
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
    "snapshot-applied": SnapshotApplied,
    "rate-set": RateSet,
    "trip-settled": TripSettled,
    "period-closed": PeriodClosed,
    "file-exported": FileExported,
}
