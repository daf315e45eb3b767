"""What API and pages do alike with a call: report, preview, find a trip one may see."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from chassis.errors import NotFound
from chassis.http import Call
from chassis.http.problems import problem_of
from chassis.store import Outcome, Recorded, UnitOfWork, reading
from trips import drafts
from trips.application.batch import Answer, report_trips
from trips.application.protecting import shown_to_others
from trips.application.reporting import ReportTrip, preview_trip, report_trip
from trips.bootstrap import TripsApp
from trips.domain import trip as trips
from trips.domain.events import Quote, Report, TripReported
from trips.sixty_days import numbered_now

PREVIEW_WAIT_S = 2.0
SHORTEST_PAUSE_S = 0.05
MAY_SEE_ALL = frozenset({"admin", "auditor"})

TripsCall = Call[Any]
"""Its ``app`` is a :class:`TripsApp`."""


def report(call: TripsCall, trip_id: str, content: Report) -> Outcome:
    """Report the caller's own trip."""
    app: TripsApp = call.app
    command = ReportTrip(trip_id, call.person_id, content)

    def work(uow: UnitOfWork) -> dict[str, str | int]:
        drafts.forget(uow.conn, call.person_id, trip_id)
        return report_trip(uow, app.rules, command)

    return app.store.execute(call.context(), work)


def report_all(call: TripsCall, trips_given: Sequence[tuple[str, Report]]) -> Outcome:
    """Report several of the caller's own trips; the value is an outcome for each, in their order."""
    app: TripsApp = call.app

    def work(uow: UnitOfWork) -> list[dict[str, Any]]:
        answers = report_trips(uow, app.rules, _commands(call, trips_given))
        drafts.forget(uow.conn, call.person_id, *[one.command.trip_id for one in answers if one.refused is None])
        return [_outcome(one) for one in answers]

    return app.store.execute(call.context(), work)


def foresee_all(call: TripsCall, trips_given: Sequence[tuple[str, Report]]) -> list[tuple[dict[str, Any], trips.Trip]]:
    """What :func:`report_all` would give for each, with the trip as it would be; nothing is stored."""
    app: TripsApp = call.app

    def work(uow: UnitOfWork) -> list[tuple[dict[str, Any], trips.Trip]]:
        answers = report_trips(uow, app.rules, _commands(call, trips_given))
        return [(_outcome(one), _trip(uow, one.command.trip_id)) for one in answers]

    return app.store.look(work)


def _commands(call: TripsCall, trips_given: Sequence[tuple[str, Report]]) -> list[ReportTrip]:
    return [ReportTrip(trip_id, call.person_id, content) for trip_id, content in trips_given]


def own_trips(call: TripsCall, trip_ids: Sequence[str]) -> dict[str, trips.Trip]:
    """Those of the caller's own trips, by id; what is not theirs is left out."""
    app: TripsApp = call.app

    def work(uow: UnitOfWork) -> dict[str, trips.Trip]:
        uow.prefetch([trips.stream_of(trip_id) for trip_id in trip_ids])
        return {trip_id: _trip(uow, trip_id) for trip_id in trip_ids}

    found = app.store.look(work)
    return {key: one for key, one in found.items() if one.reported and one.reported.person_id == call.person_id}


def _trip(uow: UnitOfWork, trip_id: str) -> trips.Trip:
    return uow.load(trips.stream_of(trip_id), trips.evolve, trips.NO_TRIP).state


def _outcome(answer: Answer) -> dict[str, Any]:
    trip_id = answer.command.trip_id
    if answer.refused is not None:
        refused = {"outcome": "refused", "revision": None, "status": None, "problem": problem_of(answer.refused)}
        return {"trip_id": trip_id, **refused}
    return {"outcome": "accepted", "problem": None, **answer.accepted}


def preview(call: TripsCall, content: Report, trip_id: str | None = None) -> Quote | None:
    """What the caller's trip would come to, a new one or that of ``trip_id`` changed so; waits up to two seconds for
    routing, then gives None.
    """
    return soon(call, lambda: _quoted(call, content, trip_id))


def soon[T](call: TripsCall, look: Callable[[], T | None]) -> T | None:
    """What ``look`` gives as soon as it gives something, looked for whenever something was stored; None after two
    seconds.
    """
    wake, deadline = call.app.store.wake, time.monotonic() + PREVIEW_WAIT_S
    while True:
        seen = wake.generation
        found = look()
        left_s = deadline - time.monotonic()
        if found is not None or left_s <= 0:
            return found
        time.sleep(SHORTEST_PAUSE_S)
        wake.wait(seen, min(left_s, PREVIEW_WAIT_S / 4))


def visible_trip(call: TripsCall) -> tuple[trips.Trip, list[Recorded]]:
    """The trip named in the path and its events, if the caller may see it; reading another's is recorded, and says
    nothing of where a protected home is.

    ``NotFound("unknown_trip")`` for everybody else's, as for a trip that does not exist.
    """
    trip_id = str(call.path["trip_id"])
    events = call.app.store.read_stream(trips.stream_of(trip_id))
    state = trips.NO_TRIP
    for recorded in events:
        state = trips.evolve(state, recorded.event)
    if state.reported is None or not _may_see(call, state.reported.person_id):
        raise NotFound("unknown_trip", "there is no such trip")
    owner = state.reported.person_id
    call.record_access(owner, "trip")
    with reading(call.app.store.engine) as conn:
        state = numbered_now(conn, state)
    if owner == call.person_id:
        return state, events
    app: TripsApp = call.app
    return app.store.look(lambda uow: shown_to_others(uow, state, events))


def own_trip(call: TripsCall, trip_id: str) -> TripReported:
    """The caller's own trip as reported last, in the revision that is in force. ``NotFound("unknown_trip")``."""
    state = own_trips(call, [trip_id]).get(trip_id)
    if state is None or state.reported is None:
        raise NotFound("unknown_trip", "there is no such trip")
    return replace(state.reported, revision=state.revision)


def _quoted(call: TripsCall, content: Report, trip_id: str | None) -> Quote | None:
    """A preview stores no outcome of its own, so no key makes it repeatable."""
    app: TripsApp = call.app
    found: list[Quote | None] = []

    def work(uow: UnitOfWork) -> None:
        found.append(preview_trip(uow, app.rules, call.person_id, content, trip_id))

    app.store.execute(replace(call.context(), command_id=None), work)
    return found[-1]


def _may_see(call: TripsCall, owner: str) -> bool:
    roles = frozenset() if call.identity is None else call.identity.roles
    return call.person_id == owner or bool(roles & MAY_SEE_ALL)
