"""A home becomes protected: open trips that are published with it are published again without (docs/adr/0016)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, select

from chassis.store import Context, UnitOfWork, reading
from chassis.store.tables import erasures
from trips import facts
from trips.application.measuring import home_position
from trips.domain import trip as trips
from trips.domain.driving_record import TRIP
from trips.domain.events import TripSubmitted
from trips.domain.protected import hidden_points
from trips.profiles import driver_of
from trips.projections.tables import driving_record, homes, trip_list

if TYPE_CHECKING:
    from trips.bootstrap import TripsApp

AT_ONCE: Final = 100
"""So many trips are published again in one transaction; the rest follow in others, minutes later."""
_ENDED = (trips.Status.SETTLED, trips.Status.WITHDRAWN, trips.Status.REJECTED)
_log = logging.getLogger(__name__)


def hide_home(uow: UnitOfWork, person_id: str) -> None:
    """Publish the person's newest open trips again without a home that nobody else may be shown, up to ``AT_ONCE``."""
    _hide(uow, _open_trips(uow.conn, person_id)[:AT_ONCE])


def hide_homes(app: TripsApp, each: Callable[[], None] = lambda: None) -> None:
    """The same for all who have a protected home and for all their open trips, calling ``each`` before a transaction:
    the many of one person, and those that were submitted in the very moment in which the home became protected.
    """
    for trip_ids in _published_of_protected(app.store.engine):
        each()
        try:
            app.store.execute(Context(app.name), partial(_hide, trip_ids=trip_ids))
        except Exception:  # noqa: BLE001 one trip that cannot be read keeps nobody else's back
            _log.exception("trips with a protected home cannot be published again now; it is tried again later")


def _hide(uow: UnitOfWork, trip_ids: list[str]) -> None:
    uow.prefetch([trips.stream_of(trip_id) for trip_id in trip_ids])
    for trip_id in trip_ids:
        stream = trips.stream_of(trip_id)
        loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
        sent = loaded.state.submitted
        if sent is not None:
            uow.append(stream, loaded.version, trips.hide(loaded.state, _at_home(uow, sent), uow.now))


def _at_home(uow: UnitOfWork, sent: TripSubmitted) -> tuple[int, ...]:
    """The points of the trip at a home that is protected today, found as when it is drawn up."""
    person_id, told, quote = sent.person_id, sent.report, sent.quote
    driver = uow.once(("driver", person_id), lambda: driver_of(uow, person_id))
    place = facts.workplace(uow.conn, person_id, told.employment_id, told.driving_date, driver, uow.once)
    if place is None or not place.protected_homes:
        return ()
    known = (place.protected_homes, home_position(uow, person_id, place))
    return hidden_points(told.points, quote.points, (quote.starts_at_home, quote.ends_at_home), known)


def _open_trips(conn: Connection, person_id: str) -> list[str]:
    """Those that count on their day and are not known to have ended, the newest first. The record is written with the
    trips; the list may lag behind, and then names one too many.
    """
    ended = select(trip_list.c.trip_id).where(trip_list.c.person_id == person_id, trip_list.c.status.in_(_ENDED))
    row = driving_record.c
    counting = (row.person_id == person_id) & (row.kind == TRIP) & row.entry_id.not_in(ended)
    return list(conn.execute(select(row.entry_id).where(counting).order_by(row.day.desc(), row.entry_id)).scalars())


def _published_of_protected(engine: Engine) -> Iterator[list[str]]:
    with reading(engine) as conn:
        gone = homes.c.person_id.in_(select(erasures.c.subject_id))
        protected = select(homes.c.person_id).where(homes.c.is_protected, ~gone).distinct()
        people = list(conn.execute(protected.order_by(homes.c.person_id)).scalars())
        found = [_open_trips(conn, person_id) for person_id in people]
    for trip_ids in found:
        yield from (list(some) for some in batched(trip_ids, AT_ONCE))
