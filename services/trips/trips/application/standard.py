"""The municipality keeps its list of addresses, and has routing look for each: by a question like that for a trip's
route, because that is how routing says what an address is. The way asked for leads from the address to itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from chassis.store import EventStore, UnitOfWork
from trips.domain import route as routes
from trips.domain.events import RouteFailed, RouteMeasured
from trips.domain.profile import standard
from trips.domain.profile.favourites import SavedPlace
from trips.domain.profile.standard import FOUND, SOUGHT, Standard
from trips.profiles import standard_addresses


def save(uow: UnitOfWork, place: SavedPlace) -> None:
    """A new address, a changed one, or one that is to be looked for once more."""
    loaded = uow.load(standard.STREAM, standard.evolve, standard.NONE)
    events = standard.save(loaded.state, place)
    uow.append(standard.STREAM, loaded.version, events)
    before = loaded.state.get(place.id)
    if before is None or before.place.address != place.address or before.state != FOUND:
        _seek(uow, place)


def delete(uow: UnitOfWork, place_id: str) -> None:
    """It is offered no longer."""
    loaded = uow.load(standard.STREAM, standard.evolve, standard.NONE)
    uow.append(standard.STREAM, loaded.version, standard.delete(loaded.state, place_id))


def still_sought(store: EventStore) -> list[str]:
    """The addresses of which routing has said nothing."""
    return [place_id for place_id, one in standard_addresses(store).items() if one.state == SOUGHT]


def seek_again(uow: UnitOfWork, place_ids: Sequence[str]) -> None:
    """Ask once more about those of these addresses of which routing has still said nothing; not while its answer may
    still come.
    """
    known: Standard = uow.load(standard.STREAM, standard.evolve, standard.NONE).state
    asked = [known[place_id] for place_id in place_ids if place_id in known]
    waiting = [one.place for one in asked if one.state == SOUGHT]
    uow.prefetch([routes.stream_of(_route(place)) for place in waiting])
    for place in waiting:
        _seek(uow, place)


def answered(uow: UnitOfWork, name: str, answer: RouteMeasured | RouteFailed) -> None:
    """Routing's answer about an address of the list; any other's is passed over."""
    place_id = routes.place_of(name)
    if place_id is None:
        return
    loaded = uow.load(standard.STREAM, standard.evolve, standard.NONE)
    here = loaded.state.get(place_id)
    if here is not None and _route(here.place) == name:
        code = answer.code if isinstance(answer, RouteFailed) else None
        uow.append(standard.STREAM, loaded.version, standard.answered(loaded.state, place_id, code))


def _seek(uow: UnitOfWork, place: SavedPlace) -> None:
    """Ask routing, unless what it said of that very address before still holds: nothing else would say it again."""
    name = _route(place)
    loaded = uow.load(routes.stream_of(name), routes.evolve, routes.NO_ROUTE)
    said = routes.usable(loaded.state, uow.now)
    if said is not None:
        answered(uow, name, said)
    else:
        points = (place.address, place.address)
        uow.append(routes.stream_of(name), loaded.version, routes.ask(loaded.state, name, points, uow.now, None))


def _route(place: SavedPlace) -> str:
    return routes.place_route(place.id, place.address)
