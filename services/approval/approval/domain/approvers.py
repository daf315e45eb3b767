"""Who may approve a trip at a moment, and why: a pure function, computed whenever somebody asks.

Never the reporter, never somebody without an employment on the day. Nobody at all is an answer too: such
trips are shown to administrators.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from approval.domain.organisation import Organisation, Staffing, Substitute
from chassis.clock import local_date


class Reason(enum.Enum):
    """Why the approvers are who they are; also in what capacity one of them acts."""

    PERSONAL_APPROVER = "personal_approver"
    LEADER = "leader"
    LEADER_OF_PARENT = "leader_of_parent"
    SUBSTITUTE = "substitute"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whose trip it is. ``org_unit_id`` is the unit on the driving date; without it the employment tells."""

    person_id: str
    employment_id: str
    org_unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Approver:
    """One who may decide, in which capacity, for which unit, and in whose place."""

    person_id: str
    capacity: Reason
    org_unit_id: str | None = None
    in_place_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approvers:
    """All who may decide, by person id, and the reason they have in common."""

    people: tuple[Approver, ...]
    reason: Reason

    @property
    def ids(self) -> list[str]:
        return [approver.person_id for approver in self.people]

    def get(self, person_id: str) -> Approver | None:
        return next((approver for approver in self.people if approver.person_id == person_id), None)


NOBODY = Approvers((), Reason.NOBODY)


def approvers(organisation: Organisation, reporter: Reporter, at: datetime) -> Approvers:
    """Who may decide ``reporter``'s trip at the instant ``at``, by the rows that hold on its Danish date."""
    return approvers_among(organisation.on(local_date(at)), reporter)


def approvers_among(staffing: Staffing, reporter: Reporter) -> Approvers:
    """The same by a day's staffing: the personal approver, or else the nearest unit upwards with one."""
    personal = _personal(staffing, reporter.person_id)
    if personal:
        return Approvers(personal, Reason.PERSONAL_APPROVER)
    start = reporter.org_unit_id or staffing.unit_of.get(reporter.employment_id)
    path = list(staffing.upwards(start))
    for unit in path:
        found = _in_unit(staffing, reporter.person_id, unit, path)
        if found.people:
            return found
    return NOBODY


def _personal(staffing: Staffing, person_id: str) -> tuple[Approver, ...]:
    named = {row.approver_id for row in staffing.personal.get(person_id, ())} - {person_id}
    return tuple(Approver(id_, Reason.PERSONAL_APPROVER) for id_ in sorted(named & staffing.active))


def _in_unit(staffing: Staffing, reporter_id: str, unit: str, path: Sequence[str]) -> Approvers:
    """The unit's leaders who are not taken over, and the substitutes of all of them."""
    capacity = Reason.LEADER if unit == path[0] else Reason.LEADER_OF_PARENT
    leaders = [leader for leader in staffing.leaders.get(unit, ()) if leader != reporter_id]
    rows = {leader: _covering(staffing, leader, path) for leader in leaders}
    staying = [leader for leader in leaders if not any(row.takes_over for row in rows[leader])]
    found = {
        substitute.person_id: substitute
        for substitute in _substitutes([_nearest(rows[leader], reporter_id, path) for leader in leaders])
    }
    found |= {leader: Approver(leader, capacity, unit) for leader in staying}
    people = tuple(found[person_id] for person_id in sorted(found))
    return Approvers(people, capacity if staying else Reason.SUBSTITUTE)


def _covering(staffing: Staffing, leader: str, path: Sequence[str]) -> list[Substitute]:
    """The leader's rows whose substitute is active and whose unit is the reporter's or above it."""
    return [
        row
        for row in staffing.substitutes.get(leader, ())
        if row.substitute_id in staffing.active and row.org_unit_id in path
    ]


def _nearest(rows: Iterable[Substitute], reporter_id: str, path: Sequence[str]) -> list[Substitute]:
    """Of one leader's rows those of the unit nearest to the reporter, who is never his own substitute."""
    others = [row for row in rows if row.substitute_id != reporter_id]
    nearest = min((path.index(row.org_unit_id) for row in others), default=0)
    return [row for row in others if path.index(row.org_unit_id) == nearest]


def _substitutes(rows_by_leader: Iterable[Sequence[Substitute]]) -> list[Approver]:
    """One approver per substitute; who stands in for several leaders names them all."""
    rows = [row for of_one_leader in rows_by_leader for row in of_one_leader]
    return [
        Approver(
            person_id,
            Reason.SUBSTITUTE,
            min(row.org_unit_id for row in rows if row.substitute_id == person_id),
            tuple(sorted({row.leader_id for row in rows if row.substitute_id == person_id})),
        )
        for person_id in {row.substitute_id for row in rows}
    ]
