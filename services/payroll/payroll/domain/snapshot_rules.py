"""The reasons for which a snapshot as a whole is refused: it would do more harm than a day's delay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from payroll.domain.errors import SnapshotRefused
from payroll.domain.organisation import OrgUnit, Snapshot


def check(snapshot: Snapshot) -> None:
    """SnapshotRefused unless the snapshot is complete and agrees with itself."""
    if not snapshot.units or not snapshot.people:
        raise SnapshotRefused("empty_snapshot", "A snapshot without units or without people is refused.")
    _each_once("duplicate_unit", "unit", (unit.org_unit_id for unit in snapshot.units))
    _each_once("duplicate_person", "person", (person.person_id for person in snapshot.people))
    _check_tree({unit.org_unit_id: unit for unit in snapshot.units})
    _check_employments(snapshot)


def check_leavers(active_before: int, leavers: int, max_percent: int) -> None:
    """Exactly `max_percent` of those active may leave at once, and not one more; in whole numbers."""
    if leavers * 100 > max_percent * active_before:
        raise SnapshotRefused(
            "too_many_leavers",
            f"{leavers} of {active_before} active people would leave; the limit is {max_percent} %.",
        )


def _each_once(code: str, noun: str, ids: Iterable[str]) -> None:
    repeated = [key for key, count in Counter(ids).items() if count > 1]
    if repeated:
        raise SnapshotRefused(code, f"{len(repeated)} times the same {noun} is in the snapshot more than once.")


def _check_tree(units: dict[str, OrgUnit]) -> None:
    for unit in units.values():
        if unit.parent_id is not None and unit.parent_id not in units:
            raise SnapshotRefused(
                "unknown_parent", f"Unit {unit.org_unit_id} names a parent that is not in the snapshot."
            )
    sound: set[str] = set()
    for start in units:
        sound |= _path_to_sound(start, units, sound)


def _path_to_sound(start: str, units: dict[str, OrgUnit], sound: set[str]) -> set[str]:
    """The units from `start` up to the top, or up to one that is known to reach it."""
    path: set[str] = set()
    at: str | None = start
    while at is not None and at not in sound:
        if at in path:
            raise SnapshotRefused("cycle", f"Unit {at} is above itself.")
        path.add(at)
        at = units[at].parent_id
    return path


def _check_employments(snapshot: Snapshot) -> None:
    known = {unit.org_unit_id for unit in snapshot.units}
    employments = [item for person in snapshot.people for item in person.employments]
    _each_once("duplicate_employment_number", "employment number", (item.employee_number for item in employments))
    for item in employments:
        if item.org_unit_id not in known:
            raise SnapshotRefused(
                "unknown_unit", f"Employment {item.employee_number} is in a unit that is not in the snapshot."
            )
        if item.valid_from and item.last_day and item.last_day < item.valid_from:
            raise SnapshotRefused("ends_before_it_begins", f"Employment {item.employee_number} ends before it begins.")
