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


def trip_data(trip_id=TRIP, person_id="bent", revision=1, org_unit_id="school", **over):
    """trip-submitted as trips publishes it, with something approval has never heard of."""
    data = {
        "trip_id": trip_id,
        "revision": revision,
        "person_id": person_id,
        "employment_id": f"e-{person_id}-0",
        "org_unit_id": org_unit_id,
        "driving_date": "2026-03-09",
        "purpose": "Hjemmebesøg",
        "rate_type": "car_high",
        "distance_source": "measured",
        "points": [
            {"address_id": "a-1", "text": "Hjemvej 1, 8900 Randers C", "lon_e6": 10035000, "lat_e6": 56460000},
            {"address_id": "a-7", "text": "Skolegade 7, 8900 Randers C", "lon_e6": 10200000, "lat_e6": 56500000},
            {"address_id": "a-9", "text": "Torvet 9, 8900 Randers C", "lon_e6": 10210000, "lat_e6": 56510000},
        ],
        "stops": ["Hjemvej 1, 8900 Randers C", "Skolegade 7, 8900 Randers C", "Torvet 9, 8900 Randers C"],
        "round_trip": False,
        "without_extra": False,
        "four_km": False,
        "starts_at_home": True,
        "ends_at_home": False,
        "gross_m": 24690,
        "ferry_m": 0,
        "deductions": [
            {"name": "commute", "metres": 9000, "reason": {"da": "Starter hjemme.", "en": "Starts at home."}}
        ],
        "net_m": 15690,
        "deduction_policy": "per_trip",
        "home_work_m": 9000,
        "flags": [],
        "licence_plate": "AB12345",
        "remark": None,
        "graph": {"graph_id": "0c1d2e3f4a5b"},
        "submitted_at": "2026-03-09T14:05:12.000000Z",
        "something_new": {"from": "a later release"},
    }
    return {**data, **over}
