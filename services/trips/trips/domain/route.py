"""A route asked of routing: one stream with every question, answer and trip that waits.

One question is asked at a time, and again under a new id when no answer comes. The first answer serves all who wait,
and later trips between the same points while it is fresh. A trip's route has a stream per day, so that a route driven
every day for years stays quick to look up; a commute has one for good, because it stays as it was first measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chassis.canonical import canonical
from trips.domain.events import (
    Asked,
    RouteAwaited,
    RouteEvent,
    RouteFailed,
    RouteMeasured,
    RouteRequested,
)

PROFILE = "car-fastest"
FRESH = timedelta(hours=24)
"""A measured route serves trips reported at most this long after it was heard."""
FAILED_FRESH = timedelta(minutes=10)
"""A failure is believed this long; after that routing is asked again, because its map may have been mended."""
PATIENCE = timedelta(minutes=10)
"""How long a question's answer is waited for before routing is asked again; twice as long each time after that, so that
routing that was away for long does not return to a heap of the same question.
"""
LONGEST_PATIENCE = timedelta(hours=24)
DIGEST_LENGTH = 32
_PLACE = "standard-"


@dataclass(frozen=True, slots=True)
class Route:
    """What is known of a route. ``out`` are the questions asked since the last answer, the latest at ``asked_at``;
    ``first`` is the first measurement ever: what home-work distances are kept by. ``person_id`` is whose route it is.
    """

    out: tuple[str, ...] = ()
    asked_at: datetime | None = None
    asked: int = 0
    waiting: tuple[str, ...] = ()
    first: RouteMeasured | None = None
    latest: RouteMeasured | None = None
    failure: RouteFailed | None = None
    person_id: str | None = None

    @property
    def answer(self) -> RouteMeasured | RouteFailed | None:
        """What routing has said for good: the first measurement, and until there is one, why there is none."""
        return self.first or self.failure

    @property
    def is_sought(self) -> bool:
        """Whether routing is asked and has said nothing yet."""
        return bool(self.out) and self.answer is None


NO_ROUTE = Route()


def trip_route(alias: str, day: date) -> str:
    """The name of a trip's route as it is asked for on ``day``. ``alias`` stands for the points, and for one person
    alone: it is made of their digest by a key of the person's, so that nobody who has the addresses finds who drove.
    """
    return f"{alias}-{day:%Y%m%d}"


def commute_route(alias: str) -> str:
    """The name of the route from a home to a workplace; see :func:`trip_route`."""
    return f"{alias}-commute"


def place_route(place_id: str, address: Asked) -> str:
    """The name of the route by which an address of the municipality's list is looked for."""
    return f"{_PLACE}{place_id}-{digest([address])}"


def place_of(name: str) -> str | None:
    """The address of the list that a route of that name is about; None for any other route."""
    return name.removeprefix(_PLACE).rpartition("-")[0] if name.startswith(_PLACE) else None


def digest(points: Sequence[Asked]) -> str:
    """The same for the same points in the same order, whatever the blanks in their text; an id needs no text."""
    named = [[point.address_id, None if point.address_id else " ".join((point.text or "").split())] for point in points]
    return hashlib.sha256(canonical([PROFILE, named]).encode()).hexdigest()[:DIGEST_LENGTH]


def stream_of(name: str) -> str:
    """The stream that holds the route of that name."""
    return f"route-request-{name}"


def name_of_request(request_id: str) -> str:
    """The name of the route a request was made for; some other text for a request that is not ours."""
    return request_id.rpartition("-")[0]


def evolve(route: Route, event: RouteEvent) -> Route:
    """The route after ``event``; an answer ends the waiting."""
    match event:
        case RouteRequested():
            out = (*route.out, event.request_id)
            whose = event.person_id or route.person_id
            return replace(route, out=out, asked_at=event.requested_at, asked=route.asked + 1, person_id=whose)
        case RouteAwaited():
            return replace(route, waiting=(*route.waiting, event.trip_id))
        case RouteMeasured():
            first = route.first or event
            return replace(route, out=(), waiting=(), first=first, latest=event, failure=None)
        case RouteFailed():
            return replace(route, out=(), waiting=(), failure=event)


def ask(route: Route, name: str, points: Sequence[Asked], now: datetime, person_id: str | None) -> list[RouteEvent]:
    """Ask routing for somebody, or for the municipality, unless a question is out whose answer may still come."""
    if route.out and not _overdue(route, now):
        return []
    return [RouteRequested(f"{name}-{route.asked + 1}", PROFILE, tuple(points), now, person_id)]


def _overdue(route: Route, now: datetime) -> bool:
    patience = min(PATIENCE * 2 ** (len(route.out) - 1), LONGEST_PATIENCE)
    return route.asked_at is None or now - route.asked_at > patience


def await_answer(route: Route, trip_id: str) -> list[RouteEvent]:
    """The trip goes on when the answer comes; noted once."""
    return [] if trip_id in route.waiting else [RouteAwaited(trip_id)]


def answer(route: Route, event: RouteMeasured | RouteFailed) -> list[RouteEvent]:
    """Routing's answer to a question that is out; an answer to any other question changes nothing."""
    return [replace(event, person_id=route.person_id)] if event.request_id in route.out else []


def usable(route: Route, reported_at: datetime) -> RouteMeasured | RouteFailed | None:
    """The answer that holds for a trip reported at ``reported_at``, or None when routing must be asked."""
    if route.failure is not None:
        return route.failure if route.failure.failed_at >= reported_at - FAILED_FRESH else None
    if route.latest is not None and route.latest.received_at >= reported_at - FRESH:
        return route.latest
    return None


def commute_usable(route: Route, reported_at: datetime) -> RouteMeasured | RouteFailed | None:
    """The home-work answer for a trip reported at ``reported_at``: once measured, it stays as it was."""
    if route.first is not None:
        return route.first
    if route.failure is not None and route.failure.failed_at >= reported_at - FRESH:
        return route.failure
    return None
