"""A route request is answered exactly once, with a distance or with the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.domain.address import Address
from routing.domain.errors import AmbiguousAddress, EngineUnavailable, NotMeasurable, UnknownAddress
from routing.domain.events import MeasuredPoint, MeasuredWith, RouteFailed, RouteMeasured
from routing.domain.geography import Point
from routing.domain.register import Register
from routing.domain.route import GraphId, Leg, RouteProvider, measure

LEAST_POINTS = 2
MOST_POINTS = 50


@dataclass(frozen=True, slots=True)
class AskedPoint:
    """A point as asked for: by the register's id, or by a written address where the id is missing."""

    address_id: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RouteRequest:
    request_id: str
    profile: str
    points: tuple[AskedPoint, ...]
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured route before it is anybody's: the answer to a question asked in passing."""

    points: tuple[MeasuredPoint, ...]
    legs: tuple[Leg, ...]
    graph: GraphId
    measured_with: MeasuredWith


@dataclass(frozen=True, slots=True)
class RequestState:
    answered: bool = False


def evolve(state: RequestState, event: object) -> RequestState:
    return RequestState(answered=True)


def answer(
    state: RequestState, request: RouteRequest, register: Register, provider: RouteProvider, now: datetime
) -> list[RouteMeasured | RouteFailed]:
    """The event to append: none when the request already has its answer.

    ``EngineUnavailable`` passes through: the request waits for a map.
    """
    if state.answered:
        return []
    try:
        found = measure_points(request.points, register, provider)
    except NotMeasurable as error:
        return [RouteFailed(request.request_id, error.code, error.point_index, error.message, now, request.about)]
    return [
        RouteMeasured(
            request.request_id, found.points, found.legs, found.graph, now, request.about, found.measured_with
        )
    ]


def measure_points(points: Sequence[AskedPoint], register: Register, provider: RouteProvider) -> Measurement:
    """Resolves and measures; raises a ``NotMeasurable`` that names the point at fault.

    All legs are of one graph: when the engine's data changes between two of them, ``EngineUnavailable``, and asking
    again is right.
    """
    addresses = [_resolve(index, point, register) for index, point in enumerate(points)]
    graph = provider.graph
    legs = measure(provider, [address.point for address in addresses])
    if provider.graph != graph:
        raise EngineUnavailable("The engine's data was changed between two legs.")
    means = MeasuredWith(provider.adapter, provider.area, register.source)
    return Measurement(tuple(_measured(address) for address in addresses), legs, graph, means)


def _resolve(index: int, point: AskedPoint, register: Register) -> Address:
    try:
        return _found(point, register)
    except UnknownAddress as error:
        raise UnknownAddress(index) from error
    except AmbiguousAddress as error:
        raise AmbiguousAddress(error.candidates, index) from error


def _found(point: AskedPoint, register: Register) -> Address:
    """By id where the map knows it; else by the text that came with it (ids vanish when houses are renumbered)."""
    by_id = register.get(point.address_id) if point.address_id else None
    if by_id is not None:
        return by_id
    if not point.text:
        raise UnknownAddress
    return register.wash(point.text)


def _measured(address: Address) -> MeasuredPoint:
    place: Point = address.point
    return MeasuredPoint(address.address_id, address.text, place.lon_e6, place.lat_e6)
