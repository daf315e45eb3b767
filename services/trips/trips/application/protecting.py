"""A home becomes protected: trips that await a decision are published again without it (docs/adr/0016).

The message that brings the mark only stores it. The loop of :mod:`trips.patience` sees it there within seconds, and
publishes each trip in a transaction of its own: so neither a trip that cannot be read nor a great many of them keep the
mark itself from being stored, or one another from being published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, select

from chassis.store import Context, Recorded, UnitOfWork, reading
from trips import facts
from trips.application.later import left_for_later
from trips.application.measuring import secret_now, seek_homes
from trips.domain import trip as trips
from trips.domain.addresses import DatedAddress
from trips.domain.driving_record import TRIP
from trips.domain.employees import Workplace
from trips.domain.events import Asked, TripReported, TripSubmitted
from trips.domain.protected import (
    Secret,
    ever_protected,
    for_others,
    hidden_points,
    protected_homes,
    shown,
    without_addresses,
)
from trips.profiles import driver_of
from trips.projections.tables import driving_record, homes, trip_list

if TYPE_CHECKING:
    from trips.bootstrap import TripsApp

LOOKS_A_ROUND: Final = 60
"""One look in so many is at everybody with a protected home; the others at those whose home has just become one."""
_DECIDED = (trips.Status.APPROVED, trips.Status.SETTLED, trips.Status.WITHDRAWN, trips.Status.REJECTED)


class Watch:
    """Whose trips are to be looked at now, as the marks say that are stored, whatever process has stored them."""

    def __init__(self) -> None:
        self._marks: frozenset[tuple[str, ...]] = frozenset()
        self._new: frozenset[str] = frozenset()
        self._looks = 0

    def people(self, engine: Engine) -> list[str]:
        """Those with a mark that was not there at the last look, and once more at the next: a trip may have been on its
        way while it came. Everybody at the first look, and once in each round.
        """
        columns = (homes.c.person_id, homes.c.from_date, homes.c.address)
        with reading(engine) as conn:
            marks = frozenset(tuple(row) for row in conn.execute(select(*columns).where(homes.c.is_protected)))
        new = frozenset(person_id for person_id, *_ in marks - self._marks)
        everybody = frozenset(person_id for person_id, *_ in marks)
        whose = everybody if self._looks % LOOKS_A_ROUND == 0 else (new | self._new) & everybody
        self._marks, self._new, self._looks = marks, new, self._looks + 1
        return sorted(whose)


def publish_without_home(app: TripsApp, people: Iterable[str], each: Callable[[], None] = lambda: None) -> None:
    """Publish the trips of these people that await a decision again, where they name a home that is protected today,
    calling ``each`` before every trip. Reads first, and writes only what is to be published; a trip that cannot be
    read keeps none of the others back.
    """
    for person_id in people:
        with reading(app.store.engine) as conn:
            trip_ids = _undecided(conn, person_id)
        for trip_id in trip_ids:
            each()
            with left_for_later(f"trip {trip_id} cannot be published without its home now"):
                _publish(app, trip_id)


def shown_to_others(uow: UnitOfWork, trip: trips.Trip, events: list[Recorded]) -> tuple[trips.Trip, list[Recorded]]:
    """The trip and what has happened to it as anybody but its driver may see them: without what was left out when it
    was sent, and without a home that is protected today, whatever has become of the trip.
    """
    told, sent = trip.reported, trip.submitted
    left_out = () if sent is None else sent.quote.hidden_points
    if told is None or not (left_out or _has_protected_home(uow, told.person_id, events)):
        return trip, events
    return for_others(trip, () if sent is None else hidden_now(uow, sent)), list(map(_without_addresses, events))


def shown_address(uow: UnitOfWork, person_id: str, text: str) -> str:
    """An address where somebody has been, as anybody but them may read it."""
    secret = Secret(ever_protected(_homes(uow, person_id)))
    return shown([text], hidden_points([Asked(None, text)], (), (False, False), secret))[0]


def hidden_now(uow: UnitOfWork, sent: TripSubmitted) -> tuple[int, ...]:
    """The points of the trip at a home that is protected today, found as when it is drawn up."""
    person_id, told, quote = sent.person_id, sent.report, sent.quote
    texts = protected_homes(_homes(uow, person_id), told.driving_date)
    if not texts:
        return ()
    homes = secret_now(uow, person_id, texts, _workplace(uow, sent))
    return hidden_points(told.points, quote.points, (quote.starts_at_home, quote.ends_at_home), homes)


def _workplace(uow: UnitOfWork, sent: TripSubmitted) -> Workplace | None:
    person_id, told = sent.person_id, sent.report
    driver = uow.once(("driver", person_id), lambda: driver_of(uow, person_id))
    return facts.workplace(uow.conn, person_id, told.employment_id, told.driving_date, driver, uow.once)


def without_home(uow: UnitOfWork, sent: TripSubmitted) -> TripSubmitted:
    """The submission with today's protected home left out, also where the one before it named it."""
    left_out = tuple(sorted({*sent.quote.hidden_points, *hidden_now(uow, sent)}))
    return replace(sent, quote=replace(sent.quote, hidden_points=left_out))


def _has_protected_home(uow: UnitOfWork, person_id: str, events: Sequence[Recorded]) -> bool:
    """On a day that the trip was ever reported for."""
    days = {one.event.report.driving_date for one in events if isinstance(one.event, TripReported)}
    return any(protected_homes(_homes(uow, person_id), day) for day in days)


def _homes(uow: UnitOfWork, person_id: str) -> list[DatedAddress[Asked]]:
    return facts.homes_of(uow.conn, person_id, uow.once)


def _without_addresses(recorded: Recorded) -> Recorded:
    event = recorded.event
    return recorded._replace(event=without_addresses(event)) if isinstance(event, TripReported) else recorded


def _publish(app: TripsApp, trip_id: str) -> None:
    work = partial(_leave_home_out, trip_id=trip_id)
    if app.store.look(work):
        app.store.execute(Context(app.name), work)


def _leave_home_out(uow: UnitOfWork, trip_id: str) -> bool:
    stream = trips.stream_of(trip_id)
    loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
    sent = loaded.state.submitted
    if sent is None or loaded.state.status is not trips.Status.SUBMITTED:
        return False
    uow.append(stream, loaded.version, trips.leave_out(loaded.state, hidden_now(uow, sent)))
    texts = protected_homes(_homes(uow, sent.person_id), sent.report.driving_date)
    seek_homes(uow, sent.person_id, texts, _workplace(uow, sent))
    return not uow.empty


def _undecided(conn: Connection, person_id: str) -> list[str]:
    """Those that count on their day and are not known to be decided, the newest first. The record is written with the
    trips; the list may lag behind, and then names one too many.
    """
    decided = select(trip_list.c.trip_id).where(trip_list.c.person_id == person_id, trip_list.c.status.in_(_DECIDED))
    row = driving_record.c
    counting = (row.person_id == person_id) & (row.kind == TRIP) & row.entry_id.not_in(decided)
    return list(conn.execute(select(row.entry_id).where(counting).order_by(row.day.desc(), row.entry_id)).scalars())
