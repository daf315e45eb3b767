"""An employee reports a trip, reports it anew, takes it back, or asks what one would come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce

from chassis.errors import Rejected
from chassis.store import Loaded, UnitOfWork
from trips.application.measuring import Subject, Unmeasured, measure, streams_of
from trips.application.reckoning import Entering, enter, foresee, leave
from trips.application.rules import Circumstances, Rules, Seen, circumstances, invalid, look
from trips.domain import trip as trips
from trips.domain.events import Quote, Report, RouteFailed, TripEvent, TripSubmitted
from trips.domain.profile import driver as drivers


@dataclass(frozen=True, slots=True)
class ReportTrip:
    """A trip under the id its client made; ``ahead`` is how long before the request's moment it counts as reported, so
    that trips of one request keep their order in their day.
    """

    trip_id: str
    person_id: str
    report: Report
    ahead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class AmendTrip:
    """A trip reported anew by its owner; ``seen`` is the revision they changed, None when they do not say."""

    trip_id: str
    person_id: str
    report: Report
    seen: int | None = None


def report_trip(uow: UnitOfWork, rules: Rules, command: ReportTrip) -> dict[str, str | int]:
    """Accept a trip: submitted at once when its distance is known, else measured first. The same trip twice is one.

    ``Rejected("trip_invalid")`` with the faults by field, ``Rejected("route_failed")`` for a route that was just
    found to be impossible, ``Conflict("trip_id_taken")``.
    """
    told_at = uow.now - command.ahead
    subject = Subject(command.person_id, command.report, told_at, command.trip_id)
    seen, loaded = _read(uow, command.trip_id, subject)
    new = trips.report(
        loaded.state, trip_id=command.trip_id, person_id=command.person_id, content=command.report, now=told_at
    )
    if not new:
        return _answer(command.trip_id, loaded.state)
    drawn = _measured(uow, subject, circumstances(seen, rules, command.report, told_at))
    return _told(uow, rules, loaded, [*new], drawn)


def amend_trip(uow: UnitOfWork, rules: Rules, command: AmendTrip) -> dict[str, str | int]:
    """The owner reports a trip anew: the next revision, measured and sent for decision as the first was.

    Refused as :func:`report_trip` and :func:`trips.domain.trip.amend` refuse.
    """
    subject = Subject(command.person_id, command.report, uow.now, command.trip_id)
    seen, loaded = _read(uow, command.trip_id, subject)
    trip = loaded.state
    new = trips.amend(trip, person_id=command.person_id, content=command.report, now=uow.now, seen=command.seen)
    if not new:
        return _answer(command.trip_id, trip)
    drawn = _measured(uow, subject, circumstances(seen, rules, command.report, uow.now))
    old = trip.submitted
    if old is not None and (drawn is None or old.report.driving_date != command.report.driving_date):
        leave(uow, rules, command.trip_id, command.person_id, old.report.driving_date)
    recalled = trips.recall(trip, uow.now) if drawn is None and trip.status is trips.Status.SUBMITTED else []
    return _told(uow, rules, loaded, [*recalled, *new], drawn)


def withdraw_trip(
    uow: UnitOfWork, rules: Rules, trip_id: str, person_id: str, seen: int | None
) -> dict[str, str | int]:
    """The owner takes a trip back; the day's other trips are reckoned without it."""
    stream = trips.stream_of(trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    events = trips.withdraw(loaded.state, person_id=person_id, now=uow.now, seen=seen)
    uow.append(stream, loaded.version, events)
    if events and loaded.state.submitted is not None:
        leave(uow, rules, trip_id, person_id, loaded.state.submitted.report.driving_date)
    return _answer(trip_id, reduce(trips.evolve, events, loaded.state))


def preview_trip(
    uow: UnitOfWork, rules: Rules, person_id: str, report: Report, trip_id: str | None = None
) -> Quote | None:
    """What the trip would come to if it were reported now, or if the trip of that id were amended so, by the same
    function; None while routing is measuring.
    """
    subject = Subject(person_id, report, uow.now, None)
    seen, loaded = _read(uow, trip_id or "", subject)
    drawn = _measured(uow, subject, circumstances(seen, rules, report, uow.now))
    if drawn is None:
        return None
    since = loaded.state.since or uow.now
    return foresee(uow, rules, Entering(trip_id or "", person_id, report, drawn, since))


def resume_trip(uow: UnitOfWork, rules: Rules, trip_id: str) -> None:
    """Go on with a trip that waited for an answer: submit it, give it up, or let it wait for what is still missing."""
    stream = trips.stream_of(trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    told = loaded.state.reported
    if loaded.state.status is not trips.Status.MEASURING or told is None:
        return
    subject = Subject(told.person_id, told.report, told.reported_at, told.trip_id)
    try:
        known = circumstances(look(uow, told.person_id, told.report), rules, told.report, told.reported_at)
        outcome = measure(uow, subject, known)
    except Rejected as refusal:
        uow.append(stream, loaded.version, trips.give_up(loaded.state, _code(refusal), None, refusal.message))
        return
    if isinstance(outcome, Unmeasured):
        fault = outcome.failure
        events = trips.give_up(loaded.state, fault.code, fault.point_index, fault.detail)
        uow.append(stream, loaded.version, events)
    elif outcome is not None:
        uow.append(stream, loaded.version, _submitted(uow, rules, loaded.state, outcome))


def _read(uow: UnitOfWork, trip_id: str, subject: Subject) -> tuple[Seen, Loaded[trips.Trip]]:
    """Everything a reported trip is decided by, in as few questions as can be."""
    stream = trips.stream_of(trip_id)
    uow.prefetch([stream, drivers.stream_of(subject.person_id)])
    seen = look(uow, subject.person_id, subject.report)
    uow.prefetch(streams_of(uow, subject, seen.place))
    return seen, uow.load(stream, trips.evolve, trips.NO_TRIP)


def _told(
    uow: UnitOfWork, rules: Rules, loaded: Loaded[trips.Trip], told: list[TripEvent], drawn: Quote | None
) -> dict[str, str | int]:
    """Store what was told, and the submission where the trip is measured already."""
    state = reduce(trips.evolve, told, loaded.state)
    submitted = [] if drawn is None else _submitted(uow, rules, state, drawn)
    trip_id = "" if state.reported is None else state.reported.trip_id
    uow.append(trips.stream_of(trip_id), loaded.version, [*told, *submitted])
    return _answer(trip_id, reduce(trips.evolve, submitted, state))


def _submitted(uow: UnitOfWork, rules: Rules, trip: trips.Trip, drawn: Quote) -> list[TripSubmitted]:
    """The trip takes its place in its day and is sent for decision."""
    told = trip.reported
    if told is None or trip.status is not trips.Status.MEASURING:
        return []
    since = trip.since or told.reported_at
    quote = enter(uow, rules, Entering(told.trip_id, told.person_id, told.report, drawn, since))
    return trips.submit(trip, quote, uow.now)


def _answer(trip_id: str, trip: trips.Trip) -> dict[str, str | int]:
    return {"trip_id": trip_id, "revision": trip.revision, "status": trip.status.value}


def _measured(uow: UnitOfWork, subject: Subject, known: Circumstances) -> Quote | None:
    try:
        outcome = measure(uow, subject, known)
    except Rejected as refusal:
        raise invalid([refusal.code]) from refusal
    if isinstance(outcome, Unmeasured):
        raise _impossible(outcome.failure)
    return outcome


def _impossible(failure: RouteFailed) -> Rejected:
    """The refusal of a trip whose route is known to be impossible, at the point at fault."""
    field = "points" if failure.point_index is None else f"points.{failure.point_index}"
    return Rejected("route_failed", "the route cannot be measured", errors={field: [failure.code]})


def _code(refusal: Rejected) -> str:
    """The first fault of a refusal that has several."""
    errors = refusal.details.get("errors", {})
    return next((codes[0] for codes in errors.values()), refusal.code)
