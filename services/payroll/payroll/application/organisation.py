"""Taking in a snapshot of the organisation: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from chassis.clock import local_date
from chassis.store import Context, Loaded, Outcome, Personal, UnitOfWork
from payroll.app import PayrollApp
from payroll.application.current import execute_on_current
from payroll.domain.cpr import Cpr
from payroll.domain.errors import SnapshotRefused
from payroll.domain.events import HomeAddressChanged, OrgUnitChanged, PersonChanged, PersonJoined, SnapshotApplied
from payroll.domain.organisation import Organisation, OrgUnit, Snapshot, SnapshotPerson
from payroll.domain.snapshot_diff import Difference, PersonDifference, compare
from payroll.projections.org_units import KnownUnit, all_units
from payroll.projections.people import Known, everybody

ORGANISATION = "organisation"


@dataclass(frozen=True)
class Entry:
    """One person of the snapshot as the personnel system names them; `seen` has no person id yet."""

    cpr: Cpr
    seen: SnapshotPerson


def apply_snapshot(app: PayrollApp, context: Context, units: Sequence[OrgUnit], entries: Sequence[Entry]) -> Outcome:
    """The value counts the changes by kind; the same snapshot again changes nothing. SnapshotRefused stores nothing."""
    if len({entry.cpr for entry in entries}) != len(entries):
        raise SnapshotRefused("duplicate_person", "The same CPR number is in the snapshot more than once.")

    def work(uow: UnitOfWork) -> dict[str, int]:
        taking = _Taking(app, uow, {entry.cpr: entry.seen for entry in entries})
        return taking.take(tuple(units))

    with app.people_keys.ready():
        return execute_on_current(app, context, work)


class _Taking:
    """One transaction's work with what it has looked up."""

    def __init__(self, app: PayrollApp, uow: UnitOfWork, entries: dict[Cpr, SnapshotPerson]) -> None:
        self._app, self._uow = app, uow
        self._today = local_date(uow.now)
        self._units: dict[str, KnownUnit] = all_units(uow.conn)
        self._people: dict[str, Known] = everybody(uow.conn)
        ids = app.cpr_index.person_ids(uow.conn, entries)
        self._cprs = {ids[cpr]: cpr for cpr in entries}
        self._seen = tuple(replace(seen, person_id=ids[cpr]) for cpr, seen in entries.items())

    def take(self, units: tuple[OrgUnit, ...]) -> dict[str, int]:
        difference = compare(
            Organisation(
                {key: known.unit for key, known in self._units.items()},
                {key: known.person for key, known in self._people.items()},
            ),
            Snapshot(units, self._seen),
            self._today,
            self._app.config.max_leavers_percent,
        )
        counts = Counter(change.kind for change in difference.changes())
        if counts:
            self._append(difference, SnapshotApplied(len(units), len(self._seen), counts.total()))
        return dict(counts)

    def _append(self, difference: Difference, applied: SnapshotApplied) -> None:
        for unit in difference.units:
            known = self._units.get(unit.unit.org_unit_id)
            kinds = tuple(change.kind for change in unit.changes)
            event = OrgUnitChanged(unit.unit, kinds, self._today)
            self._uow.append(f"org-unit-{unit.unit.org_unit_id}", known.version if known else 0, [event])
        self._app.people_keys.make_for(item.person.person_id for item in difference.people if item.new)
        for item in difference.people:
            person_id = item.person.person_id
            version = self._people[person_id].version if person_id in self._people else 0
            self._uow.append(f"person-{person_id}", version, self._person_events(item))
        loaded: Loaded[int] = self._uow.load(ORGANISATION, lambda count, _: count + 1, 0)
        self._uow.append(ORGANISATION, loaded.version, [applied])

    def _person_events(self, item: PersonDifference) -> list[object]:
        return [*_record_events(item, self._cprs.get(item.person.person_id), self._today), *_moves(item, self._today)]


def _record_events(item: PersonDifference, cpr: Cpr | None, today: date) -> list[object]:
    active = item.person.active_on(today)
    if item.new and cpr is not None:
        return [PersonJoined(Personal(item.person.person_id, cpr.digits, secret=True), item.person, active)]
    kinds = tuple(change.kind for change in item.changes if change.kind != "address_changed")
    return [PersonChanged(item.person, active, kinds)] if kinds else []


def _moves(item: PersonDifference, today: date) -> list[object]:
    address = item.person.address
    moved = item.new or any(change.kind == "address_changed" for change in item.changes)
    return [HomeAddressChanged(item.person.person_id, today, address)] if moved and address else []
