"""One person of a snapshot against the same person as stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from payroll.domain.organisation import (
    UNNAMED,
    Employment,
    Person,
    SnapshotEmployment,
    SnapshotPerson,
    employment_id,
)

ONE_DAY = timedelta(days=1)
COMPARED = {
    "unit": "org_unit_id",
    "from": "valid_from",
    "to": "valid_to",
    "leader": "leader",
    "position": "position",
    "payroll": "facts",
}


def merge(stored: Person | None, seen: SnapshotPerson, today: date) -> Person:
    """The person as of the snapshot: what it says, and what was stored where it says nothing."""
    known = stored or Person(seen.person_id, UNNAMED)
    before = {item.employee_number: item for item in known.employments}
    incoming = {item.employee_number: item for item in seen.employments}
    kept = [_end(item, today) for number, item in before.items() if number not in incoming]
    stated = [_employment(seen.person_id, before.get(number), item, today) for number, item in incoming.items()]
    return replace(
        known,
        name=seen.name or known.name,
        email=seen.email or known.email,
        initials=seen.initials or known.initials,
        address=seen.address or known.address,
        employments=tuple(sorted((*kept, *stated), key=lambda item: item.employee_number)),
    )


def absent(stored: Person, today: date) -> Person:
    """Whoever is missing leaves: what has not ended ends today."""
    return replace(stored, employments=tuple(_end(item, today) for item in stored.employments))


def employment_changes(
    before: Mapping[str, Employment], person: Person, stated: frozenset[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(kind, employee number, new values) for each employment that is not as it was.

    `stated` are the numbers the snapshot names; one that it does not name any more has ended.
    """
    for item in person.employments:
        stored = before.get(item.employee_number)
        if stored is None:
            yield "employment_started", item.employee_number, _values(item, ("unit", "from", "to", "leader"))
        elif item != stored:
            kind = "employment_changed" if item.employee_number in stated else "employment_ended"
            yield kind, item.employee_number, _values(item, _different(stored, item))


def _different(stored: Employment, item: Employment) -> list[str]:
    return [name for name, attr in COMPARED.items() if getattr(stored, attr) != getattr(item, attr)]


def _values(item: Employment, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(item, COMPARED[name]) for name in names}


def _end(item: Employment, today: date) -> Employment:
    return replace(item, valid_to=today) if item.ends_after(today) else item


def _employment(person_id: str, stored: Employment | None, seen: SnapshotEmployment, today: date) -> Employment:
    return Employment(
        employment_id=employment_id(person_id, seen.employee_number),
        employee_number=seen.employee_number,
        org_unit_id=seen.org_unit_id,
        position=seen.position,
        leader=seen.leader,
        valid_from=seen.valid_from or (stored.valid_from if stored else today),
        valid_to=seen.last_day + ONE_DAY if seen.last_day else None,
        facts=seen.facts,
    )
