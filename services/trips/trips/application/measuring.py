"""Finding the distances a trip rests on, its own and the employee's commute: known, or asked of routing.

Nothing waits for routing: what is not known is asked by an event, and noted as awaited on the route's stream. The
answer is appended to the same stream, so of a trip that begins to wait and an answer that arrives at the same
moment, one always sees the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from chassis.store import UnitOfWork
from trips.application.rules import Circumstances
from trips.domain import route as routes
from trips.domain.deduction import NEEDS_WORK_ROUTE, Commute
from trips.domain.divergent import is_divergent
from trips.domain.employees import Workplace
from trips.domain.events import Asked, Quote, Report, RouteFailed, RouteMeasured
from trips.domain.home import Position
from trips.domain.protected import Secret, hidden_points
from trips.domain.quoting import NOT_MEASURED, Driven, HomeAndWork, draw, driven, home_and_work

Answer = RouteMeasured | RouteFailed
WAITING: Final = -1
"""No distance: routing has been asked for it."""


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


def measure(uow: UnitOfWork, subject: Subject, known: Circumstances) -> Quote | Unmeasured | None:
    """What was measured of the trip, nothing deducted yet; None while routing has not answered, and then it has been
    asked.

    ``Rejected("round_trip_closed_path")`` for a round trip from home to home.
    """
    commute = home_work(uow, subject, known.workplace)
    secret = None if commute is None else _secret(uow, subject, known.workplace, commute)
    route = _driven(uow, subject, None if commute is None else commute.home)
    if isinstance(route, RouteFailed):
        return Unmeasured(route)
    if route is None or commute is None or secret is None:
        return None
    work_route_m = _from_work(uow, subject, known, route)
    if work_route_m == WAITING:
        return None
    drawn = draw(
        subject.report,
        route,
        org_unit_id=known.workplace.org_unit_id,
        terms=known.terms,
        commute=commute.commute,
        border_m=known.workplace.border_m or 0,
        work_route_m=work_route_m,
        oere_per_km=known.rate.oere_per_km,
        name_of=lambda address_id: uow.pseudonym(subject.person_id, address_id),
    )
    ends = (drawn.starts_at_home, drawn.ends_at_home)
    return replace(
        drawn,
        divergent=is_divergent(known.workplace),
        alternative_home=known.workplace.alternative_home,
        hidden_points=hidden_points(subject.report.points, drawn.points, ends, secret),
    )


def home_work(uow: UnitOfWork, subject: Subject, place: Workplace) -> HomeAndWork | None:
    """The employee's commute on the driving date; None while it is being measured."""
    if place.home is None:
        return HomeAndWork(None, Commute(None, "home_unknown"))
    if place.work is None:
        return HomeAndWork(None, Commute(None, "work_unknown"))
    answer = _standing(uow, subject, (place.home, place.work))
    return None if answer is None else home_and_work(answer).at_distance(place.home_work_m)


def secret_now(uow: UnitOfWork, person_id: str, texts: Sequence[str], place: Workplace | None) -> Secret:
    """These protected homes and where they lie, as far as routing has said; it is not asked."""
    commute = _known_commute(uow, person_id, place)
    answers = (known_answer(uow, person_id, points) for points in _apart(texts, place, commute))
    return _placed(texts, commute, [answer for answer in answers if answer is not None])


def seek_homes(uow: UnitOfWork, person_id: str, texts: Sequence[str], place: Workplace | None) -> None:
    """Have these protected homes found on the map, where nobody has said where they lie."""
    seek(uow, person_id, _apart(texts, place, _known_commute(uow, person_id, place)))


def _secret(uow: UnitOfWork, subject: Subject, place: Workplace, commute: HomeAndWork) -> Secret | None:
    """The protected homes and where they lie; None while routing is to say where one does: a trip that passes it must
    not be sent before.
    """
    found = [_standing(uow, subject, points) for points in _apart(place.protected_homes, place, commute)]
    answers = [answer for answer in found if answer is not None]
    return _placed(place.protected_homes, commute, answers) if len(answers) == len(found) else None


def _placed(texts: Sequence[str], commute: HomeAndWork, answers: Sequence[Answer]) -> Secret:
    positions = (commute.home, *(home_and_work(answer).home for answer in answers))
    return Secret(tuple(texts), tuple(one for one in positions if one is not None))


def _apart(texts: Sequence[str], place: Workplace | None, commute: HomeAndWork) -> list[tuple[Asked, Asked]]:
    """What to ask about those homes of which the way to work does not say where they lie: each from itself to itself,
    as the municipality's addresses are asked for.
    """
    is_told = commute.home is not None or commute.commute.fault == "home_unknown"
    own = place.home.text if place is not None and place.home is not None and is_told else None
    return [(Asked(None, text), Asked(None, text)) for text in texts if text and text != own]


def _known_commute(uow: UnitOfWork, person_id: str, place: Workplace | None) -> HomeAndWork:
    """The way to work as routing has answered it; while it has not, it may still say where home is."""
    if place is None or place.home is None or place.work is None:
        return HomeAndWork(None, Commute(None, "work_unknown"))
    answer = known_answer(uow, person_id, (place.home, place.work))
    return HomeAndWork(None, Commute(None, "home_unknown")) if answer is None else home_and_work(answer)


def seek(uow: UnitOfWork, person_id: str, ways: Iterable[Sequence[Asked]]) -> None:
    """Have routing say of each of these ways what it knows of it, before a trip needs it."""
    for points in ways:
        asked = _load(uow, routes.commute_route(_alias(uow, person_id, points)))
        if routes.commute_usable(asked.route, uow.now) is None:
            uow.append(asked.stream, asked.version, routes.ask(asked.route, asked.name, points, uow.now, person_id))


def sought(uow: UnitOfWork, person_id: str, ways: Sequence[Sequence[Asked]]) -> list[routes.Route]:
    """What routing was asked of each of these ways, and has said."""
    names = [routes.commute_route(_alias(uow, person_id, points)) for points in ways]
    uow.prefetch([routes.stream_of(name) for name in names])
    return [_load(uow, name).route for name in names]


def known_answer(uow: UnitOfWork, person_id: str, points: tuple[Asked, Asked]) -> Answer | None:
    """What routing has said of the way between home and work, the first measurement for good; it is not asked."""
    alias = _alias(uow, person_id, points)
    route: routes.Route = uow.once(("commute", alias), lambda: _load(uow, routes.commute_route(alias)).route)
    return route.answer


def _standing(uow: UnitOfWork, subject: Subject, points: tuple[Asked, Asked]) -> Answer | None:
    """The answer that holds for good; None while it is being measured."""
    known = _load(uow, routes.commute_route(_alias(uow, subject.person_id, points)))
    answer = routes.commute_usable(known.route, subject.since)
    if answer is None:
        _wait(uow, known, points, subject)
    return answer


def streams_of(uow: UnitOfWork, subject: Subject, place: Workplace | None) -> list[str]:
    """The streams that :func:`measure` reads in most cases, so that they can be read together."""
    names = []
    if place is not None and place.home is not None and place.work is not None:
        names.append(routes.commute_route(_alias(uow, subject.person_id, (place.home, place.work))))
    if subject.report.odometer is None:
        alias, day = _alias(uow, subject.person_id, subject.report.points), subject.since.astimezone(UTC).date()
        names += [routes.trip_route(alias, day), routes.trip_route(alias, day - timedelta(days=1))]
    return [routes.stream_of(name) for name in names]


def _driven(uow: UnitOfWork, subject: Subject, home: Position | None) -> Driven | RouteFailed | None:
    """The trip's own way; a typed one is what was typed."""
    typed = subject.report.odometer
    if typed is not None:
        ends = (typed.starts_at_home, typed.ends_at_home)
        return Driven((), typed.distance_m, (typed.distance_m,), 0, *ends, NOT_MEASURED)
    answer = _answer(uow, subject, subject.report.points)
    return answer if answer is None or isinstance(answer, RouteFailed) else driven(answer, home)


def _from_work(uow: UnitOfWork, subject: Subject, known: Circumstances, way: Driven) -> int | None:
    """The same way with the workplace in the place of home, where the policy compares with it. None where it is not
    compared, or cannot be measured; ``WAITING`` while it is being measured.
    """
    compared = known.terms.deduction in NEEDS_WORK_ROUTE and (way.starts_at_home or way.ends_at_home)
    work, points = known.workplace.work, list(subject.report.points)
    if not compared or work is None or not way.points:
        return None
    if way.starts_at_home:
        points[0] = work
    if way.ends_at_home:
        points[-1] = work
    moving = [point for index, point in enumerate(points) if index == 0 or not _same(point, points[index - 1])]
    if len(moving) == 1:
        return 0
    answer = _answer(uow, subject, moving)
    if answer is None:
        return WAITING
    return answer.driven_m if isinstance(answer, RouteMeasured) else None


def _same(one: Asked, other: Asked) -> bool:
    return routes.digest([one]) == routes.digest([other])


def ask_ahead(uow: UnitOfWork, person_id: str, place: Workplace) -> None:
    """Have somebody's commute measured before a trip needs it."""
    if place.home is not None and place.work is not None:
        seek(uow, person_id, [(place.home, place.work)])


@dataclass(frozen=True, slots=True)
class _Asked:
    """A route with the stream it stands on."""

    name: str
    stream: str
    route: routes.Route
    version: int


def _answer(uow: UnitOfWork, subject: Subject, points: Sequence[Asked]) -> Answer | None:
    """The answer of the day, or a fresh one of the day before; else None, and the trip waits."""
    day = subject.since.astimezone(UTC).date()
    alias = _alias(uow, subject.person_id, points)
    asked = _load(uow, routes.trip_route(alias, day))
    answer = routes.usable(asked.route, subject.since)
    if answer is None and asked.route == routes.NO_ROUTE:
        before = _load(uow, routes.trip_route(alias, day - timedelta(days=1)))
        answer = routes.usable(before.route, subject.since)
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
