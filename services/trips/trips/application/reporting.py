"""An employee reports a trip, or asks what one would come to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from chassis.errors import Rejected
from chassis.store import UnitOfWork
from trips.application.measuring import Subject, Unmeasured, measure
from trips.application.rules import Circumstances, Rules, circumstances, invalid
from trips.domain import trip as trips
from trips.domain.events import Quote, Report, RouteFailed, TripReported


@dataclass(frozen=True, slots=True)
class ReportTrip:
    """A trip under the id its client made."""

    trip_id: str
    person_id: str
    report: Report


def report_trip(uow: UnitOfWork, rules: Rules, command: ReportTrip) -> dict[str, str | int]:
    """Accept a trip: submitted at once when its distance is known, else measured first. The same trip twice is one.

    ``Rejected("trip_invalid")`` with the faults by field, ``Rejected("route_failed")`` for a route that was just
    found to be impossible, ``Conflict("trip_id_taken")``.
    """
    stream = trips.stream_of(command.trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    new = trips.report(
        loaded.state, trip_id=command.trip_id, person_id=command.person_id, content=command.report, now=uow.now
    )
    state = loaded.state
    if new:
        known = circumstances(uow, rules, command.person_id, command.report, uow.now)
        uow.append(stream, 0, new)
        state = reduce(trips.evolve, new, state)
        outcome = _measured(uow, rules, Subject(command.person_id, command.report, uow.now, command.trip_id), known)
        if outcome is not None:
            submitted = trips.submit(state, outcome, uow.now)
            uow.append(stream, len(new), submitted)
            state = reduce(trips.evolve, submitted, state)
    return {"trip_id": command.trip_id, "revision": state.revision, "status": state.status.value}


def preview_trip(uow: UnitOfWork, rules: Rules, person_id: str, report: Report) -> Quote | None:
    """What the trip would come to if it were reported now, by the same function; None while routing is measuring."""
    known = circumstances(uow, rules, person_id, report, uow.now)
    return _measured(uow, rules, Subject(person_id, report, uow.now, None), known)


def resume_trip(uow: UnitOfWork, rules: Rules, trip_id: str) -> None:
    """Go on with a trip that waited for an answer: submit it, give it up, or let it wait for what is still missing."""
    stream = trips.stream_of(trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    if loaded.state.status is not trips.Status.MEASURING or loaded.state.reported is None:
        return
    uow.append(stream, loaded.version, _next(uow, rules, loaded.state, loaded.state.reported))


def _next(uow: UnitOfWork, rules: Rules, trip: trips.Trip, told: TripReported) -> list[object]:
    subject = Subject(told.person_id, told.report, told.reported_at, told.trip_id)
    try:
        known = circumstances(uow, rules, told.person_id, told.report, told.reported_at)
        outcome = measure(uow, rules, subject, known)
    except Rejected as refusal:
        return [*trips.give_up(trip, _code(refusal), None, refusal.message)]
    if isinstance(outcome, Unmeasured):
        failure = outcome.failure
        return [*trips.give_up(trip, failure.code, failure.point_index, failure.detail)]
    return [] if outcome is None else [*trips.submit(trip, outcome, uow.now)]


def _measured(uow: UnitOfWork, rules: Rules, subject: Subject, known: Circumstances) -> Quote | None:
    try:
        outcome = measure(uow, rules, subject, known)
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
