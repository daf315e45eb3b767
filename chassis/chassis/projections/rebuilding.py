"""Building a projection's tables beside the live ones, and switching, while events go on being written and applied.

The second set is folded in short transactions until little is missing. One last transaction then holds the live
projection still, applies the rest, switches the tables and moves the checkpoint. Dying anywhere leaves the live set as
it was; what stood beside it is thrown away by the next attempt.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError

from chassis import failpoints
from chassis.clock import Clock, iso_utc
from chassis.errors import NotFound, Rejected, Unavailable
from chassis.projections import sets
from chassis.projections.model import OWN_LOG, Projection, row_of
from chassis.projections.places import Place, gives_way, place_of
from chassis.projections.reading import Behind, Events, held_now
from chassis.store import tables as t
from chassis.store.engine import is_sqlite, reading, writing
from chassis.store.event_store import EventStore

Progress = Callable[[int, int], None]
"""Told the position reached and the position that is the goal at the moment."""

_TOLD_EVERY_S: Final = 1.0
_TRIES: Final = 60
_PAUSE_S: Final = 0.5


@dataclass
class Rebuilding:
    """One building of a second set of ``projection``."""

    store: EventStore
    projection: Projection
    events: Events
    clock: Clock
    progress: Progress
    _told_at: float = 0.0

    def from_nothing(self) -> int:
        """Fold everything again, and switch; gives the position reached.

        Raises ``Conflict`` when it is being rebuilt already, and what the fold raises; then the live set stays.
        """
        place = place_of(self.store.engine, self.projection)
        with place.held():
            return self._run(place, 0)

    def from_former(self) -> int:
        """Bring the former set up to date, and switch back to it; gives the position reached.

        Raises ``NotFound`` when there is none, ``Rejected`` when the code has other tables now.
        """
        place = place_of(self.store.engine, self.projection)
        with place.held():
            with reading(self.store.engine) as conn:
                former = sets.find(conn, self.projection, "previous")
                if former is None:
                    raise NotFound("nothing_previous", f"{self.projection.name} has no former tables")
                if not place.former_fits(conn):
                    raise Rejected("previous_differs", "the former tables are not those the code has now: rebuild")
            self.events.held |= sets.held_of(former)
            return self._run(place, former.position, former=True)

    def _run(self, place: Place, position: int, *, former: bool = False) -> int:
        with writing(self.store.engine) as conn:
            build_id = sets.begin(conn, self.projection, position, self.clock())
        place.clear(former=former)
        position = self._fold(place, build_id, position)
        place.settle()
        failpoints.reach("rebuild.before_switch")
        for _ in range(_TRIES):
            position = self._fold(place, build_id, position)
            self.events.read_ahead(position)
            held = set(self.events.held)
            try:
                return self._switch(place, build_id, position)
            except Behind:
                pass
            except OperationalError as error:
                if not gives_way(error):
                    raise
                time.sleep(_PAUSE_S)
            self.events.held = held
        raise Unavailable("not_switched", f"{self.projection.name} is in use all the time; the live tables stay")

    def _fold(self, place: Place, build_id: str, position: int) -> int:
        """Apply page after page; while the database takes one in, the next is read."""
        with _uncollected(), ThreadPoolExecutor(1, "reading ahead") as ahead:
            events = self.events.page(position)
            while events:
                position = self.events.position(events[-1])
                following = ahead.submit(self.events.page, position)
                with place.folding() as conn:
                    sets.stay(conn, self.projection, build_id)
                    applicable = self.events.applicable(conn, events)
                    if applicable:
                        self.projection.apply(conn, applicable)
                self._tell(build_id, position)
                failpoints.reach("rebuild.after_batch")
                events = following.result()
        return position

    def _tell(self, build_id: str, position: int) -> None:
        self.progress(position, max(position, self.events.goal()))
        now = time.monotonic()
        if now - self._told_at > _TOLD_EVERY_S:
            self._told_at = now
            sets.advance(self.store.engine, self.projection, build_id, position, self.clock())

    def _switch(self, place: Place, build_id: str, position: int) -> int:
        with place.switching() as conn:
            sets.stay(conn, self.projection, build_id)
            live = self._lock(conn)
            rest = self.events.rest(conn, position)
            applicable = self.events.applicable(conn, rest)
            if applicable:
                self.projection.apply(conn, applicable)
            position = self.events.position(rest[-1]) if rest else position
            if position < live:
                raise Behind
            place.switch(conn)
            held = [] if self.projection.source == OWN_LOG else list(held_now(conn, self.projection.source))
            sets.put_aside(conn, self.projection, build_id, live, held, self.clock())
            moved = {"position": position, "failure": None, "updated_at": iso_utc(self.clock())}
            conn.execute(update(t.projections).where(row_of(self.projection)).values(moved))
            failpoints.reach("rebuild.switching")
        failpoints.reach("rebuild.after_switch")
        return position

    def _lock(self, conn: Connection) -> int:
        """Hold the inbox, then the checkpoint, as whoever applies events does; gives the live position."""
        inbox = select(t.inbox.c.position).where(t.inbox.c.source == self.projection.source)
        checkpoint = select(t.projections.c.position).where(row_of(self.projection))
        if not is_sqlite(self.store.engine):
            inbox, checkpoint = inbox.with_for_update(), checkpoint.with_for_update()
        conn.execute(inbox)
        return int(conn.execute(checkpoint).scalar_one())


@contextmanager
def _uncollected() -> Iterator[None]:
    """No looking for cycles inside the block: a page of events has none, and looking took a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
