"""What a snapshot changes: the difference between the organisation as stored and as the personnel system sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from payroll.domain import snapshot_people, snapshot_rules
from payroll.domain.organisation import Organisation, OrgUnit, Person, Snapshot

NO_FIELDS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Change:
    """One difference in words: its kind, whom or what it is about, and the new values."""

    kind: str
    subject: str
    employee_number: str | None = None
    fields: Mapping[str, Any] = field(default=NO_FIELDS)


@dataclass(frozen=True)
class UnitDifference:
    unit: OrgUnit
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class PersonDifference:
    """`person` is what is stored from now on; `new` when nobody by this id was known."""

    person: Person
    new: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    units: tuple[UnitDifference, ...]
    people: tuple[PersonDifference, ...]

    def changes(self) -> Iterator[Change]:
        for unit in self.units:
            yield from unit.changes
        for person in self.people:
            yield from person.changes


def compare(current: Organisation, snapshot: Snapshot, today: date, max_leavers_percent: int) -> Difference:
    """Only what is different, whatever the order of the snapshot; comparing the result again gives nothing.

    Raises SnapshotRefused (see snapshot_rules) when the snapshot cannot be true as a whole.
    """
    snapshot_rules.check(snapshot)
    people = tuple(_people(current, snapshot, today))
    _check_leavers(current, people, today, max_leavers_percent)
    return Difference(tuple(_units(current, snapshot, today)), people)


def _check_leavers(current: Organisation, people: tuple[PersonDifference, ...], today: date, max_percent: int) -> None:
    active_before = sum(person.active_on(today) for person in current.people.values())
    leavers = sum(change.kind == "person_left" for item in people for change in item.changes)
    snapshot_rules.check_leavers(active_before, leavers, max_percent)


def _units(current: Organisation, snapshot: Snapshot, today: date) -> Iterator[UnitDifference]:
    incoming = {unit.org_unit_id: unit for unit in snapshot.units}
    for unit_id, unit in incoming.items():
        changes = tuple(_unit_changes(current.units.get(unit_id), unit))
        if changes:
            yield UnitDifference(unit, changes)
    for unit_id, stored in current.units.items():
        if unit_id not in incoming and not stored.closed:
            closed = Change("unit_closed", unit_id, fields={"to": today})
            yield UnitDifference(replace(stored, closed=True), (closed,))


def _unit_changes(stored: OrgUnit | None, unit: OrgUnit) -> Iterator[Change]:
    if stored is None:
        yield Change("unit_opened", unit.org_unit_id, fields={"parent": unit.parent_id, "name": unit.name})
        return
    if stored.closed:
        yield Change("unit_reopened", unit.org_unit_id)
    fields: dict[str, Any] = {}
    if stored.parent_id != unit.parent_id:
        fields["parent"] = unit.parent_id
    if stored.name != unit.name:
        fields["name"] = unit.name
    if stored.address != unit.address:
        fields["address"] = unit.address
    if fields:
        yield Change("unit_changed", unit.org_unit_id, fields=fields)


def _people(current: Organisation, snapshot: Snapshot, today: date) -> Iterator[PersonDifference]:
    incoming = {person.person_id: person for person in snapshot.people}
    for person_id, seen in incoming.items():
        stored = current.people.get(person_id)
        stated = frozenset(item.employee_number for item in seen.employments)
        yield from _difference(stored, snapshot_people.merge(stored, seen, today), stated, today)
    for person_id, stored in current.people.items():
        if person_id not in incoming:
            yield from _difference(stored, snapshot_people.absent(stored, today), frozenset(), today)


def _difference(
    stored: Person | None, person: Person, stated: frozenset[str], today: date
) -> Iterator[PersonDifference]:
    changes = (*_person_changes(stored, person, today), *_employment_changes(stored, person, stated))
    if changes:
        yield PersonDifference(person, stored is None, changes)


def _person_changes(stored: Person | None, person: Person, today: date) -> Iterator[Change]:
    if stored is None:
        yield Change("person_joined", person.person_id, fields={"name": person.name, "address": person.address})
    else:
        yield from _known_person_changes(stored, person, today)


def _employment_changes(stored: Person | None, person: Person, stated: frozenset[str]) -> Iterator[Change]:
    before = {item.employee_number: item for item in stored.employments} if stored else {}
    for kind, number, fields in snapshot_people.employment_changes(before, person, stated):
        yield Change(kind, person.person_id, number, fields)


def _known_person_changes(stored: Person, person: Person, today: date) -> Iterator[Change]:
    fields = {
        name: getattr(person, name)
        for name in ("name", "email", "initials")
        if getattr(stored, name) != getattr(person, name)
    }
    if fields:
        yield Change("person_changed", person.person_id, fields=fields)
    if stored.address != person.address:
        yield Change("address_changed", person.person_id, fields={"from": today, "address": person.address})
    was_active, is_active = stored.active_on(today), person.active_on(today)
    if was_active and not is_active:
        yield Change("person_left", person.person_id)
    if is_active and not was_active:
        yield Change("person_rehired", person.person_id)
