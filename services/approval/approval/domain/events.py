"""What happens to the decision on one trip: the stream ``decision-<trip_id>``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DecisionRequested:
    """A revision of the trip waits for somebody to decide it."""

    trip_id: str
    revision: int
    person_id: str
    employment_id: str
    org_unit_id: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class TripApproved:
    """``decided_as`` is the capacity in which ``decided_by`` could act then (a value of ``Reason``)."""

    trip_id: str
    revision: int
    person_id: str
    decided_by: str
    decided_as: str
    decided_at: datetime
    comment: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class TripRejected:
    trip_id: str
    revision: int
    person_id: str
    decided_by: str
    decided_as: str
    decided_at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class DecisionClosed:
    """The trip is settled: from here on its decision stands."""

    trip_id: str
    revision: int
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionWithdrawn:
    """The revision no longer stands: its owner took it back. A later one may be submitted."""

    trip_id: str
    revision: int
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class PersonForgotten:
    """An erased person's keys are destroyed here; nothing about them can be read from now on."""

    person_id: str
    confirmed_at: datetime


STREAM_PREFIX = "decision-"


def stream_of(trip_id: str) -> str:
    """The name of the trip's stream."""
    return STREAM_PREFIX + trip_id


type DecisionEvent = DecisionRequested | TripApproved | TripRejected | DecisionClosed | DecisionWithdrawn
