"""One trip from report to payment: what it is (``evolve``) and what may happen to it (the functions that decide).

reported (measuring) → submitted → approved → settled; or → rejected → reported anew; or withdrawn; or not measurable.
Every time it is reported or its figures change it has a new revision, which awaits a decision of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chassis.errors import Conflict, NotFound, Unreadable
from trips.domain.driving_day import same_figures
from trips.domain.events import (
    HOME_PROTECTED,
    PaidRevisionStands,
    Quote,
    Report,
    SettledTripQuestioned,
    TripApproved,
    TripEvent,
    TripNotMeasurable,
    TripRejected,
    TripReported,
    TripSettled,
    TripSubmitted,
    TripWithdrawn,
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
    WITHDRAWN = "withdrawn"


OPEN = frozenset({Status.SUBMITTED, Status.APPROVED})
"""In these a trip's figures follow those of its day."""
AWAITING = frozenset({Status.MEASURING, Status.SUBMITTED})
"""In these the same report again is what is on its way already."""
AMENDABLE = frozenset({Status.MEASURING, Status.NOT_MEASURABLE, Status.SUBMITTED, Status.REJECTED})
"""In these its owner may report it anew or withdraw it."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip's state; the empty one (status none) has not been reported. ``revision`` is the one in force,
    ``submissions`` are all that were ever sent for a decision, ``since`` is when the trip was first reported.
    """

    status: Status = Status.NONE
    revision: int = 0
    reported: TripReported | None = None
    submitted: TripSubmitted | None = None
    fault: TripNotMeasurable | None = None
    decision: TripApproved | TripRejected | None = None
    settlement: TripSettled | None = None
    questioned: SettledTripQuestioned | None = None
    submissions: tuple[TripSubmitted, ...] = ()
    since: datetime | None = None


NO_TRIP = Trip()


def stream_of(trip_id: str) -> str:
    """The stream that holds the trip."""
    return f"trip-{trip_id}"


def evolve(trip: Trip, event: TripEvent) -> Trip:  # noqa: PLR0911 a case for each event
    """The trip after ``event``. A settled trip stays settled: the two services that decide and pay are
    heard independently, so an approval may arrive after the payment that rests on it.
    """
    match event:
        case TripReported():
            since = trip.since or event.reported_at
            return Trip(Status.MEASURING, event.revision, event, submissions=trip.submissions, since=since)
        case TripSubmitted():
            changed = replace(trip, status=Status.SUBMITTED, revision=event.revision, submitted=event, decision=None)
            return replace(changed, submissions=(*trip.submissions, event))
        case TripNotMeasurable():
            return replace(trip, status=Status.NOT_MEASURABLE, fault=event)
        case TripApproved() | TripRejected():
            status = Status.APPROVED if isinstance(event, TripApproved) else Status.REJECTED
            settled = trip.status is Status.SETTLED
            return replace(trip, status=trip.status if settled else status, decision=event)
        case TripWithdrawn():
            return replace(trip, status=Status.WITHDRAWN)
        case TripSettled():
            return _paid(trip, event)
        case SettledTripQuestioned():
            return replace(trip, questioned=event)
        case PaidRevisionStands():
            return trip


def _paid(trip: Trip, event: TripSettled) -> Trip:
    """The revision that was paid is the trip, whatever was made of it meanwhile."""
    paid = _submission(trip, event.revision) or trip.submitted
    told = trip.reported
    if paid is not None and told is not None:
        told = replace(told, revision=paid.revision, report=paid.report)
    settled = replace(trip, status=Status.SETTLED, revision=event.revision, settlement=event)
    return replace(settled, reported=told, submitted=paid)


def report(trip: Trip, *, trip_id: str, person_id: str, content: Report, now: datetime) -> list[TripReported]:
    """Report a trip under an id the client made. The same report again is the same trip: nothing happens.

    ``Conflict("trip_id_taken")`` when the id stands for another trip, whoever it belongs to.
    """
    if trip.reported is None:
        return [TripReported(trip_id, 1, person_id, content, now)]
    if trip.reported.person_id != person_id or trip.reported.report != content:
        raise Conflict("trip_id_taken", "this trip id is already used for another trip")
    return []


def amend(trip: Trip, *, person_id: str, content: Report, now: datetime, seen: int | None = None) -> list[TripReported]:
    """Report one's own trip anew, as the next revision. What is on its way already changes nothing; what was rejected
    or could not be measured is sent again, also unchanged.

    ``NotFound("unknown_trip")`` for anybody else's; ``Conflict("other_revision")`` when ``seen``, the revision its
    owner changed, is no longer in force; ``Conflict("trip_decided")`` once it is approved, paid or withdrawn.
    """
    told = _owned(trip, person_id)
    if told.report == content and trip.status in AWAITING:
        return []
    _refuse(trip, seen)
    return [TripReported(told.trip_id, trip.revision + 1, person_id, content, now)]


def withdraw(trip: Trip, *, person_id: str, now: datetime, seen: int | None = None) -> list[TripWithdrawn]:
    """Take one's own trip back, for good. One that is withdrawn already stays so. Refused as :func:`amend` is."""
    told = _owned(trip, person_id)
    if trip.status is Status.WITHDRAWN:
        return []
    _refuse(trip, seen)
    return [TripWithdrawn(told.trip_id, trip.revision, person_id, now)]


def recall(trip: Trip, now: datetime) -> list[TripWithdrawn]:
    """The revision that awaits a decision must not be decided while the trip is measured anew."""
    if trip.reported is None or trip.submitted is None:
        return []
    return [TripWithdrawn(trip.reported.trip_id, trip.revision, trip.reported.person_id, now, amended=True)]


def submit(trip: Trip, quote: Quote, now: datetime) -> list[TripSubmitted]:
    """The measured trip is sent for decision, once."""
    if trip.status is not Status.MEASURING or trip.reported is None:
        return []
    told = trip.reported
    return [TripSubmitted(told.trip_id, told.revision, told.person_id, told.report, quote, now)]


def reckoned_anew(trip: Trip, quote: Quote, now: datetime, cause: str) -> list[TripSubmitted]:
    """An open trip whose figures changed without its doing: the next revision, to be decided by itself, also where an
    earlier one was approved. Nothing for any other trip, and for the same figures.
    """
    before = trip.submitted
    if trip.status not in OPEN or before is None or same_figures(before.quote, quote):
        return []
    return [replace(before, revision=trip.revision + 1, quote=quote, submitted_at=now, cause=cause)]


def leave_out(trip: Trip, points: Sequence[int]) -> list[TripSubmitted]:
    """A trip that awaits a decision passes at these points a home that nobody else may be shown any more: the next
    revision leaves it out, and is in all else what was submitted, and when it was. Nothing for any other trip: one that
    is decided stays as it was decided. Nothing where they are hidden already.
    """
    before = trip.submitted
    if trip.status is not Status.SUBMITTED or before is None or set(points) <= set(before.quote.hidden_points):
        return []
    quote = replace(before.quote, hidden_points=tuple(sorted({*points, *before.quote.hidden_points})))
    return [replace(before, revision=trip.revision + 1, quote=quote, cause=HOME_PROTECTED)]


def question(trip: Trip, code: str, now: datetime) -> list[SettledTripQuestioned]:
    """A paid trip is never changed: a person is told why it deserves a look, once for each reason."""
    if trip.status is not Status.SETTLED or (trip.questioned is not None and trip.questioned.code == code):
        return []
    return [SettledTripQuestioned(code, now)]


def give_up(trip: Trip, code: str, point_index: int | None, detail: str) -> list[TripNotMeasurable]:
    """The trip cannot be measured as reported."""
    if trip.status is not Status.MEASURING:
        return []
    whose = None if trip.reported is None else trip.reported.person_id
    return [TripNotMeasurable(trip.revision, code, point_index, detail, whose)]


def decided(trip: Trip, decision: TripApproved | TripRejected) -> list[TripApproved | TripRejected]:
    """The approver's decision, once; one on an older revision or a withdrawn trip is passed over.

    ``Unreadable("unknown_trip")`` for a revision that was never submitted: a person must look at it.
    """
    if _submission(trip, decision.revision) is None and decision.revision >= trip.revision:
        raise _unknown()
    if decision.revision < trip.revision or trip.status is Status.WITHDRAWN:
        return []
    known = replace(decision, person_id=None if trip.reported is None else trip.reported.person_id)
    return [] if trip.decision == known else [known]


def settled(trip: Trip, settlement: TripSettled) -> list[TripSettled | PaidRevisionStands]:
    """The payment, once; the same payment said again is passed over. What was paid stands, also when the trip has been
    changed or withdrawn since: payroll could not know. Of another revision than the one in force, that is said too.

    ``Unreadable("unknown_trip")`` for a revision that was never submitted; ``Unreadable("settled_otherwise")`` when
    the trip is paid already, in another period or with other figures: somebody may be paid twice, so a person looks.
    """
    paid = _submission(trip, settlement.revision)
    if paid is None:
        raise _unknown()
    if trip.settlement is None:
        stands = PaidRevisionStands(paid.trip_id, paid.revision, paid.person_id, paid.report, paid.quote)
        return [settlement, *([stands] if paid.revision != trip.revision else [])]
    if replace(settlement, settled_at=trip.settlement.settled_at) != trip.settlement:
        raise Unreadable("settled_otherwise", f"the trip was already paid in {trip.settlement.period}")
    return []


def _owned(trip: Trip, person_id: str) -> TripReported:
    if trip.reported is None or trip.reported.person_id != person_id:
        raise NotFound("unknown_trip", "there is no such trip")
    return trip.reported


def _refuse(trip: Trip, seen: int | None) -> None:
    if trip.status not in AMENDABLE:
        raise Conflict("trip_decided", f"the trip is {trip.status.value}; it can no longer be changed")
    if seen is not None and seen != trip.revision:
        raise Conflict("other_revision", "the trip has changed since it was looked at", revision=trip.revision)


def _submission(trip: Trip, revision: int) -> TripSubmitted | None:
    return next((one for one in reversed(trip.submissions) if one.revision == revision), None)


def _unknown() -> Unreadable:
    return Unreadable("unknown_trip", "the message is about a trip or revision that was never submitted here")
