"""Short ways to say what a test is about; everything unsaid is ordinary."""

from __future__ import annotations

from datetime import UTC, date, datetime

from approval.domain.approvers import Approver, Approvers, Reason
from approval.domain.decision import Decide, Verdict
from approval.domain.events import DecisionClosed, DecisionRequested, TripApproved, TripRejected
from approval.domain.organisation import Employment, Organisation, Unit

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
TRIP = "5b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b10"


def organisation(units, leaders=(), others=(), **rows):
    """``units``: {unit: parent}; ``leaders`` and ``others``: (person, unit), employed since long."""
    since = date(2020, 1, 1)
    people = [(person, unit, True) for person, unit in leaders] + [(person, unit, False) for person, unit in others]
    return Organisation(
        tuple(Unit(unit, parent) for unit, parent in units.items()),
        tuple(Employment(f"e-{person}-{unit}", person, unit, leader, since) for person, unit, leader in people),
        **rows,
    )


def requested(revision=1, **over):
    fields = {"trip_id": TRIP, "person_id": "bent", "employment_id": "e-bent", "org_unit_id": "school"}
    return DecisionRequested(**{**fields, "revision": revision, "submitted_at": NOON, **over})


def approved(revision=1, by="anne", **over):
    return TripApproved(TRIP, revision, "bent", by, "leader", NOON, **over)


def rejected(revision=1, by="anne", comment="Forkert rute"):
    return TripRejected(TRIP, revision, "bent", by, "leader", NOON, comment)


def settled(revision=1):
    return DecisionClosed(TRIP, revision, NOON)


def approve(revision=1, by="anne", **over):
    return Decide(TRIP, revision, Verdict.APPROVE, by, **over)


def reject(revision=1, by="anne", comment="Forkert rute", **over):
    return Decide(TRIP, revision, Verdict.REJECT, by, comment, **over)


ANNE_DECIDES = Approvers((Approver("anne", Reason.LEADER, "school"),), Reason.LEADER)
ANNE_AND_CARL_DECIDE = Approvers(
    (*ANNE_DECIDES.people, Approver("carl", Reason.SUBSTITUTE, "school", ("anne",))), Reason.LEADER
)
