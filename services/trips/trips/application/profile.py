"""A driver keeps their profile. Each function carries out one command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from chassis.clock import local_date
from chassis.errors import NotFound
from chassis.store import UnitOfWork
from trips import facts
from trips.application.measuring import ask_ahead, seek
from trips.domain.profile import driver as drivers
from trips.domain.profile import favourites
from trips.domain.profile.driver import Driver, Entry
from trips.domain.profile.events import DriverEvent, FavouriteEvent
from trips.domain.profile.favourites import Favourites
from trips.profiles import driver_of


def add_entry(uow: UnitOfWork, person_id: str, entry: Entry) -> None:
    """A new entry of the profile; where it can change a commute, that is measured at once.

    ``NotFound("employment_unknown")``, and what :func:`trips.domain.profile.driver.add_entry` raises.
    """
    if entry.employment_id is not None and facts.employment(uow.conn, person_id, entry.employment_id) is None:
        raise NotFound("employment_unknown", "the person has no such employment")
    _change_driver(uow, person_id, lambda known: drivers.add_entry(known, person_id, entry))
    measure_commutes(uow, person_id, max(local_date(uow.now), entry.starts))


def end_entry(uow: UnitOfWork, person_id: str, entry_id: str, ends: date) -> None:
    """The entry holds until the day before ``ends``; what holds instead is measured at once."""
    _change_driver(uow, person_id, lambda known: drivers.end_entry(known, person_id, entry_id, ends))
    measure_commutes(uow, person_id, max(local_date(uow.now), ends))


def remove_entry(uow: UnitOfWork, person_id: str, entry_id: str) -> None:
    """The entry never held."""
    _change_driver(uow, person_id, lambda known: drivers.remove_entry(known, person_id, entry_id))
    measure_commutes(uow, person_id, local_date(uow.now))


def change_favourites(
    uow: UnitOfWork, person_id: str, decide: Callable[[Favourites], Sequence[FavouriteEvent]]
) -> None:
    """Whatever ``decide`` makes of the person's plates, addresses and routes; a new address or route is sought on the
    map at once, so that the profile can say where it is not found.
    """
    loaded = uow.load(favourites.stream_of(person_id), favourites.evolve, favourites.NO_FAVOURITES)
    events = decide(loaded.state)
    uow.append(favourites.stream_of(person_id), loaded.version, events)
    seek(uow, person_id, filter(None, map(favourites.way_of, events)))


def measure_commutes(uow: UnitOfWork, person_id: str, day: date) -> None:
    """Have each commute of ``day`` measured before a trip needs it."""
    driver = driver_of(uow, person_id)
    for employment in facts.employments_of(uow.conn, person_id):
        place = facts.workplace(uow.conn, person_id, employment.employment_id, day, driver)
        if place is not None:
            ask_ahead(uow, person_id, place)


def _change_driver(uow: UnitOfWork, person_id: str, decide: Callable[[Driver], Sequence[DriverEvent]]) -> None:
    loaded = uow.load(drivers.stream_of(person_id), drivers.evolve, drivers.NEW_DRIVER)
    uow.append(drivers.stream_of(person_id), loaded.version, decide(loaded.state))
