"""What routing can be asked for; each function is one question or one command."""

from __future__ import annotations

from collections.abc import Sequence

from chassis import erasing
from chassis.store import EventStore, UnitOfWork
from routing.domain.address import Address
from routing.domain.events import PersonForgotten
from routing.domain.request import (
    AskedPoint,
    Measurement,
    RequestState,
    RouteRequest,
    answer,
    evolve,
    measure_points,
)
from routing.maps.shelf import MapShelf


def answer_request(uow: UnitOfWork, shelf: MapShelf, request: RouteRequest) -> None:
    """Appends the answer to ``request``, once however often it is asked; ``Unavailable`` while there is no map."""
    stream = stream_of(request.request_id)
    loaded = uow.load(stream, evolve, RequestState())
    if loaded.state.answered:
        return
    current = shelf.current()
    events = answer(loaded.state, request, current.register, current.provider(request.profile), uow.now)
    uow.append(stream, loaded.version, events)


def forget_person(store: EventStore, uow: UnitOfWork, person_id: str) -> None:
    """The places of an erased person's drives become unreadable, once, and that is confirmed."""
    if erasing.forget(store, uow, person_id):
        uow.append(f"erasure-{person_id}", 0, [PersonForgotten(person_id, uow.now)])


def measure_now(shelf: MapShelf, profile: str, points: Sequence[AskedPoint]) -> Measurement:
    """The route as it is on the current map; stores nothing, because a question is not a fact."""
    current = shelf.current()
    return measure_points(points, current.register, current.provider(profile))


def find_addresses(shelf: MapShelf, text: str, limit: int) -> list[Address]:
    return shelf.current().register.search(text, limit)


def stream_of(request_id: str) -> str:
    return f"route-{request_id}"
