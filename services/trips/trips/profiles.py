"""What drivers have set for themselves, read from its streams: what was just stored is seen at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chassis.store import EventStore, UnitOfWork
from trips.domain.profile import driver as drivers
from trips.domain.profile import favourites, standard
from trips.domain.profile.driver import Driver
from trips.domain.profile.favourites import Favourites
from trips.domain.profile.standard import Standard


@dataclass(frozen=True, slots=True)
class Profile:
    """All of one person's profile."""

    driver: Driver
    favourites: Favourites


def driver_of(uow: UnitOfWork, person_id: str) -> Driver:
    """What decides the person's distances, inside the transaction that uses it: one statement, none when prefetched."""
    return uow.load(drivers.stream_of(person_id), drivers.evolve, drivers.NEW_DRIVER).state


def profile_of(store: EventStore, person_id: str) -> Profile:
    """The person's profile as it is now."""
    return Profile(
        _folded(store, drivers.stream_of(person_id), drivers.evolve, drivers.NEW_DRIVER),
        _folded(store, favourites.stream_of(person_id), favourites.evolve, favourites.NO_FAVOURITES),
    )


def standard_addresses(store: EventStore) -> Standard:
    """The municipality's list."""
    return _folded(store, standard.STREAM, standard.evolve, standard.NONE)


def _folded[S](store: EventStore, stream: str, evolve: Callable[[S, Any], S], initial: S) -> S:
    state = initial
    for recorded in store.read_stream(stream):
        state = evolve(state, recorded.event)
    return state
