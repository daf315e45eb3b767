"""Finding the two distances a trip rests on, its own and the employee's commute: known, or asked of routing.

Nothing waits for routing: what is not known is asked by an event, and noted as awaited on the route's stream. The
answer is appended to the same stream, so of a trip that begins to wait and an answer that arrives at the same
moment, one always sees the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chassis.store import UnitOfWork
from trips.application.rules import Circumstances, Rules
from trips.domain import route as routes
from trips.domain.deduction import NEEDS_COMMUTE, Commute
from trips.domain.employees import Workplace
from trips.domain.events import Asked, Quote, Report, RouteFailed, RouteMeasured
from trips.domain.home import Position
from trips.domain.quoting import HomeAndWork, home_and_work, quote

Answer = RouteMeasured | RouteFailed


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Routing's answer to the trip's own route: no."""

    failure: RouteFailed


@dataclass(frozen=True, slots=True)
class Subject:
    """The trip being measured. ``waits`` is its id, or None for a preview, for which nothing needs to go on."""

    person_id: str
    report: Report
    since: datetime
    waits: str | None


def measure(uow: UnitOfWork, rules: Rules, subject: Subject, known: Circumstances) -> Quote | Unmeasured | None:
    """The trip's figures; None while routing has not answered, and then it has been asked.

    ``Rejected("round_trip_closed_path")`` for a round trip from home to home.
    """
    commute = home_work(uow, rules, subject, known.workplace)
    route = _trip_answer(uow, subject)
    if isinstance(route, RouteFailed):
        return Unmeasured(route)
    if route is None or commute is None:
        return None
    return quote(
        subject.report,
        route,
        trip_id=subject.waits or "",
        org_unit_id=known.workplace.org_unit_id,
        policy=rules.policy,
        known=commute,
        oere_per_km=known.rate.oere_per_km,
    )


def home_work(uow: UnitOfWork, rules: Rules, subject: Subject, place: Workplace) -> HomeAndWork | None:
    """The employee's commute on the driving date; None while it is being measured and the policy needs it."""
    if place.home is None:
        return HomeAndWork(None, Commute(None, "home_unknown"))
    if place.work is None:
        return HomeAndWork(None, Commute(None, "work_unknown"))
    points = (place.home, place.work)
    known = _load(uow, routes.commute_route(_alias(uow, subject.person_id, points)))
    if rules.policy in NEEDS_COMMUTE:
        answer = _commute_answer(uow, known, points, subject)
        return None if answer is None else home_and_work(answer).at_distance(place.home_work_m)
    first = known.route.first
    home = None if first is None else Position(first.points[0].lon_e6, first.points[0].lat_e6)
    return HomeAndWork(home, Commute(None))


def ask_ahead(uow: UnitOfWork, person_id: str, place: Workplace) -> None:
    """Have somebody's commute measured before a trip needs it."""
    if place.home is None or place.work is None:
        return
    points = (place.home, place.work)
    asked = _load(uow, routes.commute_route(_alias(uow, person_id, points)))
    if routes.commute_usable(asked.route, uow.now) is None:
        uow.append(asked.stream, asked.version, routes.ask(asked.route, asked.name, points, uow.now, person_id))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A route with the stream it stands on."""

    name: str
    stream: str
    route: routes.Route
    version: int


def _trip_answer(uow: UnitOfWork, subject: Subject) -> Answer | None:
    """The answer of the day, or a fresh one of the day before; else None, and the trip waits."""
    points, day = subject.report.points, subject.since.astimezone(UTC).date()
    alias = _alias(uow, subject.person_id, points)
    asked = _load(uow, routes.trip_route(alias, day))
    answer = routes.usable(asked.route, subject.since)
    if answer is None and asked.route == routes.NO_ROUTE:
        before = _load(uow, routes.trip_route(alias, day - timedelta(days=1)))
        answer = routes.usable(before.route, subject.since)
    if answer is None:
        _wait(uow, asked, points, subject)
    return answer


def _commute_answer(uow: UnitOfWork, asked: _Asked, points: Sequence[Asked], subject: Subject) -> Answer | None:
    answer = routes.commute_usable(asked.route, subject.since)
    if answer is None:
        _wait(uow, asked, points, subject)
    return answer


def _wait(uow: UnitOfWork, asked: _Asked, points: Sequence[Asked], subject: Subject) -> None:
    """Ask routing unless its answer may still come, and note the trip as waiting; a preview only asks."""
    events = routes.ask(asked.route, asked.name, points, uow.now, subject.person_id)
    if subject.waits is not None:
        events += routes.await_answer(asked.route, subject.waits)
    uow.append(asked.stream, asked.version, events)


def _load(uow: UnitOfWork, name: str) -> _Asked:
    loaded = uow.load(routes.stream_of(name), routes.evolve, routes.NO_ROUTE)
    return _Asked(name, routes.stream_of(name), loaded.state, loaded.version)


def _alias(uow: UnitOfWork, person_id: str, points: Sequence[Asked]) -> str:
    return uow.pseudonym(person_id, routes.digest(points))
