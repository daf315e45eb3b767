"""The organisation as the rules of approval need it: who works where, who leads, who stands in for whom.

All periods are half-open: ``from_date`` belongs to the period, ``to_date`` does not; ``None`` is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the organisation; without a parent it is a top."""

    org_unit_id: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Employment:
    employment_id: str
    person_id: str
    org_unit_id: str
    leader: bool
    from_date: date
    to_date: date | None = None


@dataclass(frozen=True, slots=True)
class Substitute:
    """``substitute_id`` approves for ``leader_id`` in a unit and all below it; by taking over, alone."""

    row_id: str
    leader_id: str
    substitute_id: str
    org_unit_id: str
    from_date: date
    to_date: date | None = None
    takes_over: bool = False


@dataclass(frozen=True, slots=True)
class PersonalApprover:
    """``approver_id`` alone approves the trips of ``person_id``."""

    row_id: str
    person_id: str
    approver_id: str
    from_date: date
    to_date: date | None = None


type Dated = Employment | Substitute | PersonalApprover


def holds(row: Dated, day: date) -> bool:
    """Whether the row's period contains ``day``."""
    return row.from_date <= day and (row.to_date is None or day < row.to_date)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that is known, past and future; :meth:`on` gives what holds on a day."""

    units: tuple[Unit, ...]
    employments: tuple[Employment, ...]
    substitutes: tuple[Substitute, ...] = ()
    personal_approvers: tuple[PersonalApprover, ...] = ()

    def on(self, day: date) -> Staffing:
        employments = [row for row in self.employments if holds(row, day)]
        return Staffing(
            active=frozenset(row.person_id for row in employments),
            leaders=_grouped((row.org_unit_id, row.person_id) for row in employments if row.leader),
            substitutes=_grouped((row.leader_id, row) for row in self.substitutes if holds(row, day)),
            personal=_grouped((row.person_id, row) for row in self.personal_approvers if holds(row, day)),
            parents={unit.org_unit_id: unit.parent_id for unit in self.units},
            unit_of={row.employment_id: row.org_unit_id for row in self.employments},
        )


@dataclass(frozen=True, slots=True)
class Staffing:
    """The organisation on one day, arranged for climbing; also of ended employments the unit is known."""

    active: frozenset[str]
    leaders: Mapping[str, tuple[str, ...]]
    substitutes: Mapping[str, tuple[Substitute, ...]]
    personal: Mapping[str, tuple[PersonalApprover, ...]]
    parents: Mapping[str, str | None]
    unit_of: Mapping[str, str]

    def upwards(self, org_unit_id: str | None) -> Iterator[str]:
        """The unit and all above it. Each comes once, also in the circle of a half-told reorganisation."""
        seen: set[str] = set()
        while org_unit_id is not None and org_unit_id not in seen:
            yield org_unit_id
            seen.add(org_unit_id)
            org_unit_id = self.parents.get(org_unit_id)

    def reach_of(self, person_id: str) -> Reach:
        """Where ``person_id`` can be an approver at all: never too little, mostly too much."""
        stood_in_for = (row for rows in self.substitutes.values() for row in rows)
        looked_after = (row for rows in self.personal.values() for row in rows)
        tops = {unit for unit, leaders in self.leaders.items() if person_id in leaders}
        tops |= {row.org_unit_id for row in stood_in_for if row.substitute_id == person_id}
        return Reach(
            frozenset(self._below(tops)),
            frozenset(row.person_id for row in looked_after if row.approver_id == person_id),
        )

    def _below(self, tops: set[str]) -> set[str]:
        """``tops`` and all units under them."""
        if not tops:
            return set()
        return tops | {unit for unit in self.parents if not tops.isdisjoint(self.upwards(unit))}


@dataclass(frozen=True, slots=True)
class Reach:
    """Units (each by itself, those below are listed too) and single persons."""

    org_unit_ids: frozenset[str]
    person_ids: frozenset[str]


def _grouped[T](pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    groups: defaultdict[str, dict[T, None]] = defaultdict(dict)
    for key, value in pairs:
        groups[key][value] = None
    return {key: tuple(values) for key, values in groups.items()}
