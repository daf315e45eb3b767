"""What the profile's API and pages do alike: one command on the caller's own profile, or on the municipality's list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from chassis.store import Outcome, UnitOfWork
from trips.application import profile, standard
from trips.domain.profile import favourites
from trips.domain.profile.driver import Entry, EntryKind
from trips.domain.profile.events import FavouriteEvent
from trips.domain.profile.favourites import Favourites, SavedPlace, SavedRoute
from trips.http.actions import TripsCall

Given = dict[str, Any]


def add_entry(call: TripsCall, entry_id: str, given: Given) -> Outcome:
    """A new address or distance that decides; ``given`` as ``EntryIn`` loads it."""
    entry = Entry(entry_id, **{**given, "kind": EntryKind(given["kind"])})
    return _execute(call, lambda uow: profile.add_entry(uow, call.person_id, entry))


def end_entry(call: TripsCall, entry_id: str, ends: date) -> Outcome:
    return _execute(call, lambda uow: profile.end_entry(uow, call.person_id, entry_id, ends))


def remove_entry(call: TripsCall, entry_id: str) -> Outcome:
    return _execute(call, lambda uow: profile.remove_entry(uow, call.person_id, entry_id))


def add_plate(call: TripsCall, plate_id: str, given: Given) -> Outcome:
    return _favourite(call, lambda known: favourites.new_plate(known, call.person_id, plate_id, **_plate(given)))


def choose_plate(call: TripsCall, plate_id: str) -> Outcome:
    return _favourite(call, lambda known: favourites.choose_plate(known, call.person_id, plate_id))


def delete_plate(call: TripsCall, plate_id: str) -> Outcome:
    return _favourite(call, lambda known: favourites.drop_plate(known, call.person_id, plate_id))


def save_address(call: TripsCall, place_id: str, given: Given) -> Outcome:
    place = _place(place_id, given)
    return _favourite(call, lambda known: favourites.save_place(known, call.person_id, place))


def delete_address(call: TripsCall, place_id: str) -> Outcome:
    return _favourite(call, lambda known: favourites.drop_place(known, call.person_id, place_id))


def save_route(call: TripsCall, route_id: str, given: Given) -> Outcome:
    route = SavedRoute(route_id, **{**given, "name": given["name"].strip()})
    return _favourite(call, lambda known: favourites.save_route(known, call.person_id, route))


def delete_route(call: TripsCall, route_id: str) -> Outcome:
    return _favourite(call, lambda known: favourites.drop_route(known, call.person_id, route_id))


def save_standard(call: TripsCall, place_id: str, given: Given) -> Outcome:
    place = _place(place_id, given)
    return _execute(call, lambda uow: standard.save(uow, place))


def delete_standard(call: TripsCall, place_id: str) -> Outcome:
    return _execute(call, lambda uow: standard.delete(uow, place_id))


def _plate(given: Given) -> Given:
    return {"typed": given["plate"], "description": given["description"]}


def _place(place_id: str, given: Given) -> SavedPlace:
    return SavedPlace(place_id, given["name"].strip(), given["address"])


def _favourite(call: TripsCall, decide: Callable[[Favourites], list[FavouriteEvent]]) -> Outcome:
    return _execute(call, lambda uow: profile.change_favourites(uow, call.person_id, decide))


def _execute(call: TripsCall, command: Callable[[UnitOfWork], None]) -> Outcome:
    outcome: Outcome = call.app.store.execute(call.context(), command)
    return outcome
