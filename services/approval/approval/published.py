"""From approval's own events to what others may read: the only place that knows both shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approval.domain.events import DecisionClosed, DecisionRequested, TripApproved, TripRejected
from chassis.clock import iso_utc
from chassis.store import EventCodec, Published, Recorded

CODEC = EventCodec(
    {
        "decision-requested": DecisionRequested,
        "trip-approved": TripApproved,
        "trip-rejected": TripRejected,
        "decision-closed": DecisionClosed,
    }
)


def publish(recorded: Recorded) -> Sequence[Published]:
    """Approvals and rejections are told; what waits and what is closed is approval's own affair."""
    match recorded.event:
        case TripApproved() as event:
            data = {**_decision(event), "comment": event.comment, "account": event.account}
            return [Published("trip-approved", event.trip_id, data, event.trip_id)]
        case TripRejected() as event:
            data = {**_decision(event), "comment": event.comment}
            return [Published("trip-rejected", event.trip_id, data, event.trip_id)]
        case _:
            return []


def _decision(event: TripApproved | TripRejected) -> dict[str, Any]:
    return {
        "trip_id": event.trip_id,
        "revision": event.revision,
        "person_id": event.person_id,
        "decided_by": event.decided_by,
        "decided_at": iso_utc(event.decided_at),
        "decided_as": event.decided_as,
    }
