"""What trips does when it hears of others' events. Each function has the effect once, however often it is told."""

from __future__ import annotations

from functools import reduce

from chassis.clock import local_date
from chassis.store import UnitOfWork
from trips.application import standard
from trips.application.profile import measure_commutes
from trips.application.reckoning import leave, stand
from trips.application.reporting import resume_trip
from trips.application.rules import Rules
from trips.domain import route as routes
from trips.domain import trip as trips
from trips.domain.events import RouteFailed, RouteMeasured, TripApproved, TripRejected, TripSettled


def route_answered(uow: UnitOfWork, rules: Rules, answer: RouteMeasured | RouteFailed) -> None:
    """Note routing's answer and go on with every trip that waited for it, or with an address of the municipality's;
    answers to others are passed over.
    """
    stream = routes.stream_of(routes.name_of_request(answer.request_id))
    loaded = uow.load(stream, routes.evolve, routes.NO_ROUTE)
    events = routes.answer(loaded.state, answer)
    uow.append(stream, loaded.version, events)
    if events:
        standard.answered(uow, routes.name_of_request(answer.request_id), answer)
        uow.prefetch([trips.stream_of(trip_id) for trip_id in loaded.state.waiting])
        for trip_id in loaded.state.waiting:
            resume_trip(uow, rules, trip_id)


def trip_decided(uow: UnitOfWork, rules: Rules, trip_id: str, decision: TripApproved | TripRejected) -> None:
    """The approver's decision on a trip; one that is rejected counts no longer, and its day is reckoned without it."""
    stream = trips.stream_of(trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    events = trips.decided(loaded.state, decision)
    uow.append(stream, loaded.version, events)
    sent = loaded.state.submitted
    settled = loaded.state.status is trips.Status.SETTLED
    if events and sent is not None and isinstance(decision, TripRejected) and not settled:
        leave(uow, rules, trip_id, sent.person_id, sent.report.driving_date)


def trip_settled(uow: UnitOfWork, rules: Rules, trip_id: str, settlement: TripSettled) -> None:
    """Payroll pays a trip. The figures of the revision it paid hold again, should the trip have been changed since."""
    stream = trips.stream_of(trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    events = trips.settled(loaded.state, settlement)
    uow.append(stream, loaded.version, events)
    before, after = loaded.state, reduce(trips.evolve, events, loaded.state)
    if events and (before.revision != after.revision or before.status not in trips.OPEN):
        stand(uow, rules, after, before.submitted)


def person_moved(uow: UnitOfWork, person_id: str) -> None:
    """Somebody has a new home, unit or employment: have each commute measured before a trip needs it."""
    measure_commutes(uow, person_id, local_date(uow.now))
