"""From approval's own events to what others may read: the only place that knows both shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approval.domain.events import (
    DecisionClosed,
    DecisionRequested,
    DecisionWithdrawn,
    PersonForgotten,
    TripApproved,
    TripRejected,
)
from chassis.clock import iso_utc
from chassis.store import ERASED, EventCodec, Personal, PersonalFields, Published, Recorded

_COMMENT = PersonalFields("person_id", {"comment": ERASED})
CODEC = EventCodec(
    {
        "decision-requested": DecisionRequested,
        "trip-approved": TripApproved,
        "trip-rejected": TripRejected,
        "decision-closed": DecisionClosed,
        "decision-withdrawn": DecisionWithdrawn,
        "person-forgotten": PersonForgotten,
    },
    personal={"trip-approved": _COMMENT, "trip-rejected": _COMMENT},
)


def publish(recorded: Recorded) -> Sequence[Published]:
    """Approvals and rejections are told, and that an erased person is forgotten; what waits and what is closed is
    approval's own affair.
    """
    match recorded.event:
        case TripApproved() as event:
            data = {**_decision(event), "comment": _about(event), "account": event.account}
            return [Published("trip-approved", event.trip_id, data, event.trip_id)]
        case TripRejected() as event:
            data = {**_decision(event), "comment": _about(event)}
            return [Published("trip-rejected", event.trip_id, data, event.trip_id)]
        case PersonForgotten() as event:
            said = {"person_id": event.person_id, "service": "approval", "confirmed_at": iso_utc(event.confirmed_at)}
            return [Published("person-erasure-confirmed", event.person_id, said, event.person_id)]
        case _:
            return []


def _about(event: TripApproved | TripRejected) -> Personal | None:
    """What the approver wrote is about who drove."""
    return None if event.comment is None else Personal(event.person_id, event.comment)


def _decision(event: TripApproved | TripRejected) -> dict[str, Any]:
    return {
        "trip_id": event.trip_id,
        "revision": event.revision,
        "person_id": event.person_id,
        "decided_by": event.decided_by,
        "decided_at": iso_utc(event.decided_at),
        "decided_as": event.decided_as,
    }
