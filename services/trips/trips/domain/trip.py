"""One trip from report to payment: what it is (``evolve``) and what may happen to it (the functions that decide).

reported (measuring) → submitted → approved → settled, or → rejected, or not measurable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import Conflict, Unreadable
from trips.domain.events import (
    Quote,
    Report,
    TripApproved,
    TripEvent,
    TripNotMeasurable,
    TripRejected,
    TripReported,
    TripSettled,
    TripSubmitted,
)


class Status(StrEnum):
    """Where a trip is; the words are what the API answers."""

    NONE = "none"
    MEASURING = "measuring"
    NOT_MEASURABLE = "not_measurable"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip's state; the empty one (status none) has not been reported."""

    status: Status = Status.NONE
    reported: TripReported | None = None
    submitted: TripSubmitted | None = None
    fault: TripNotMeasurable | None = None
    decision: TripApproved | TripRejected | None = None
    settlement: TripSettled | None = None

    @property
    def revision(self) -> int:
        """The revision in force, 0 before the first report."""
        return self.reported.revision if self.reported else 0


NO_TRIP = Trip()


def stream_of(trip_id: str) -> str:
    """The stream that holds the trip."""
    return f"trip-{trip_id}"


def evolve(trip: Trip, event: TripEvent) -> Trip:
    """The trip after ``event``. A settled trip stays settled: the two services that decide and pay are
    heard independently, so an approval may arrive after the payment that rests on it.
    """
    match event:
        case TripReported():
            return Trip(Status.MEASURING, reported=event)
        case TripSubmitted():
            return replace(trip, status=Status.SUBMITTED, submitted=event)
        case TripNotMeasurable():
            return replace(trip, status=Status.NOT_MEASURABLE, fault=event)
        case TripApproved() | TripRejected():
            status = Status.APPROVED if isinstance(event, TripApproved) else Status.REJECTED
            settled = trip.status is Status.SETTLED
            return replace(trip, status=trip.status if settled else status, decision=event)
        case TripSettled():
            return replace(trip, status=Status.SETTLED, settlement=event)


def report(trip: Trip, *, trip_id: str, person_id: str, content: Report, now: datetime) -> list[TripReported]:
    """Report a trip under an id the client made. The same report again is the same trip: nothing happens.

    ``Conflict("trip_id_taken")`` when the id stands for another trip, whoever it belongs to.
    """
    if trip.reported is None:
        return [TripReported(trip_id, 1, person_id, content, now)]
    if trip.reported.person_id != person_id or trip.reported.report != content:
        raise Conflict("trip_id_taken", "this trip id is already used for another trip")
    return []


def submit(trip: Trip, quote: Quote, now: datetime) -> list[TripSubmitted]:
    """The measured trip is sent for decision, once."""
    if trip.status is not Status.MEASURING or trip.reported is None:
        return []
    told = trip.reported
    return [TripSubmitted(told.trip_id, told.revision, told.person_id, told.report, quote, now)]


def give_up(trip: Trip, code: str, point_index: int | None, detail: str) -> list[TripNotMeasurable]:
    """The trip cannot be measured as reported."""
    if trip.status is not Status.MEASURING:
        return []
    whose = None if trip.reported is None else trip.reported.person_id
    return [TripNotMeasurable(trip.revision, code, point_index, detail, whose)]


def decided(trip: Trip, decision: TripApproved | TripRejected) -> list[TripApproved | TripRejected]:
    """The approver's decision, once; one on an older revision is passed over.

    ``Unreadable("unknown_trip")`` for a revision that was never submitted: a person must look at it.
    """
    if _outdated(trip, decision.revision):
        return []
    known = replace(decision, person_id=None if trip.reported is None else trip.reported.person_id)
    return [] if trip.decision == known else [known]


def settled(trip: Trip, settlement: TripSettled) -> list[TripSettled]:
    """The payment, once; one of an older revision is passed over, and so is the same payment said again.

    ``Unreadable("unknown_trip")`` for a revision that was never submitted; ``Unreadable("settled_otherwise")`` when
    the trip is paid already, in another period or with other figures: somebody may be paid twice, so a person looks.
    """
    if _outdated(trip, settlement.revision):
        return []
    if trip.settlement is None:
        return [settlement]
    if replace(settlement, settled_at=trip.settlement.settled_at) != trip.settlement:
        raise Unreadable("settled_otherwise", f"the trip was already paid in {trip.settlement.period}")
    return []


def _outdated(trip: Trip, revision: int) -> bool:
    """Whether the trip has been reported anew since; the message was on its way meanwhile."""
    if revision < trip.revision:
        return True
    if trip.submitted is None or trip.submitted.revision != revision:
        raise Unreadable("unknown_trip", "the message is about a trip or revision that was never submitted here")
    return False
