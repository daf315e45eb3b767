"""What routing can be asked for; each function is one question or one command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chassis import erasing
from chassis.store import EventStore, UnitOfWork
from routing.domain.address import Address
from routing.domain.events import PersonForgotten
from routing.domain.register import AddressBook, Suggestion
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


class Sources(Protocol):
    """What distances and addresses are taken from."""

    @property
    def shelf(self) -> MapShelf: ...

    @property
    def addresses(self) -> AddressBook: ...


def answer_request(uow: UnitOfWork, sources: Sources, request: RouteRequest) -> None:
    """Appends the answer to ``request``, once however often it is asked; ``Unavailable`` while there is no map."""
    stream = stream_of(request.request_id)
    loaded = uow.load(stream, evolve, RequestState())
    if loaded.state.answered:
        return
    provider = sources.shelf.current().provider(request.profile)
    events = answer(loaded.state, request, sources.addresses.current(), provider, uow.now)
    uow.append(stream, loaded.version, events)


def forget_person(store: EventStore, uow: UnitOfWork, person_id: str) -> None:
    """The places of an erased person's drives become unreadable, once, and that is confirmed."""
    if erasing.forget(store, uow, person_id):
        uow.append(f"erasure-{person_id}", 0, [PersonForgotten(person_id, uow.now)])


def measure_now(sources: Sources, profile: str, points: Sequence[AskedPoint]) -> Measurement:
    """The route as it is on the current map; stores nothing, because a question is not a fact."""
    provider = sources.shelf.current().provider(profile)
    return measure_points(points, sources.addresses.current(), provider)


def find_addresses(sources: Sources, text: str, limit: int) -> Sequence[Suggestion]:
    return sources.addresses.current().search(text, limit)


def wash_address(sources: Sources, text: str) -> Address:
    """The one address that ``text`` means, with its place; ``UnknownAddress`` or ``AmbiguousAddress`` otherwise."""
    return sources.addresses.current().wash(text)


def stream_of(request_id: str) -> str:
    return f"route-{request_id}"
