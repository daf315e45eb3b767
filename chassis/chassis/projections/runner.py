"""Keeping one service's projections up to date, and making them again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, update

from chassis.clock import Clock, iso_utc, utc_now
from chassis.errors import NotFound, ServiceError
from chassis.projections import sets
from chassis.projections.model import OWN_LOG, Feed, Projection, ProjectionSet, ProjectionStatus, row_of, rows_of
from chassis.projections.places import place_of
from chassis.projections.reading import Events, FollowedEvents, OwnEvents
from chassis.projections.rebuilding import Progress, Rebuilding
from chassis.store import tables as t
from chassis.store.decisions import without_decisions
from chassis.store.engine import is_sqlite, reading, writing
from chassis.store.event_store import EventStore
from chassis.store.upsert import put_missing
from chassis.wake import Signal

_PAGE = 500
_log = logging.getLogger(__name__)


class ProjectionRunner:
    """Keeps one service's projections up to date."""

    def __init__(
        self,
        store: EventStore,
        projections: Sequence[Projection],
        feeds: Mapping[str, Feed],
        parse: Callable[[bytes], Any],
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._all = {projection.name: projection for projection in projections}
        self._feeds = feeds
        self._parse = parse
        self._clock = clock
        self.advanced = Signal()
        self.wanted = Signal()

    def prepare(self) -> None:
        """Give each projection its checkpoint row, at nothing; called once before the first run."""
        with writing(self._store.engine) as conn:
            first = {"position": 0, "updated_at": iso_utc(self._clock())}
            rows = [{"name": one.name, "version": one.version, **first} for one in self._all.values()]
            put_missing(conn, t.projections, rows)

    def run_once(self) -> int:
        """Apply the next page to every projection of the own log; gives how many events were applied.

        Those of another service's feed move with its inbox (see the bus). A projection that fails keeps its place,
        stores why, and holds up no other.
        """
        behind = self._behind()
        applied = self._together(behind) if len(behind) > 1 else 0
        applied = applied or sum(self._guarded(projection) for projection in behind)
        if applied:
            self.advanced.set()
        return applied

    def run_to_head(self) -> None:
        """Apply everything there is now; for commands and tests."""
        while self.run_once():
            pass

    def rebuild(self, name: str, progress: Progress = lambda _position, _goal: None) -> int:
        """Fold the projection again beside the live one, and switch in one transaction; gives the position reached.

        Everybody goes on reading and writing meanwhile; what was live is kept for `roll_back`. Raises ``NotFound`` for
        a name that is no projection, ``Conflict`` when it is being rebuilt already, and whatever the fold raises.
        """
        return self._switched(self._rebuilding(name, progress).from_nothing)

    def roll_back(self, name: str, progress: Progress = lambda _position, _goal: None) -> int:
        """Bring the tables that were live before the last switch up to date, and switch back to them in one
        transaction; gives the position reached. What was live is kept in turn.

        Raises ``NotFound`` when there are none and ``Rejected`` when the code's tables are others now.
        """
        return self._switched(self._rebuilding(name, progress).from_former)

    def drop_previous(self, name: str) -> None:
        """Free the tables that were live before the last switch; there is nothing to go back to then."""
        projection = self._named(name)
        with writing(self._store.engine) as conn:
            place_of(self._store.engine, projection).drop_former(conn)
            sets.remove(conn, projection, "previous")

    def sets(self) -> list[ProjectionSet]:
        """Every set of every projection's tables, the live ones first."""
        found = []
        for status in self.status():
            projection = self._all[status.name]
            goal = self._events(projection).goal()
            with reading(self._store.engine) as conn:
                beside = [sets.find(conn, projection, role) for role in ("building", "previous")]
            found.append(_set(projection, "live", status.position, goal, status.failure))
            found += [_set(projection, self._role(row, projection), row.position, goal) for row in beside if row]
        return found

    def status(self) -> list[ProjectionStatus]:
        """Every projection, by name."""
        with reading(self._store.engine) as conn:
            rows = {(row.name, row.version): row for row in conn.execute(select(t.projections))}
        found = []
        for _, projection in sorted(self._all.items()):
            row = rows.get((projection.name, projection.version))
            position, failure = (0, None) if row is None else (row.position, row.failure)
            found.append(ProjectionStatus(projection.name, projection.version, projection.source, position, failure))
        return found

    def wait_for(self, position: int, timeout_s: float) -> bool:
        """Wait until every projection of the own log has reached ``position``; False when time ran out."""
        deadline = time.monotonic() + timeout_s
        while True:
            seen = self.advanced.generation
            if all(one.position >= position for one in self.status() if one.source == OWN_LOG):
                return True
            self.wanted.set()
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.advanced.wait(seen, min(left, 0.05))

    def _behind(self) -> list[Projection]:
        """Those of the own log that lack something. A look without the write lock: an idle service writes nothing."""
        own = [projection for projection in self._all.values() if projection.source == OWN_LOG]
        lacking = t.projections.c.position < t.log_head.c.position
        with reading(self._store.engine) as conn:
            rows = conn.execute(select(t.projections.c.name, t.projections.c.version).where(lacking)).all()
        found = {(row.name, row.version) for row in rows}
        return [projection for projection in own if (projection.name, projection.version) in found]

    def _together(self, projections: Sequence[Projection]) -> int:
        """The next page to all of them in one transaction, read and decoded once; 0 where that cannot be: they are not
        at one place, or one fails. Then each goes alone.
        """
        try:
            return self._advance(projections)
        except Exception:  # noqa: BLE001 alone, the one that fails says so
            return 0

    def _guarded(self, projection: Projection) -> int:
        try:
            return self._advance([projection])
        except Exception as error:  # noqa: BLE001 whatever it is, the others go on
            self._fail(projection, error)
            return 0

    def _advance(self, projections: Sequence[Projection]) -> int:
        """Apply the next page; nothing when they are at several places."""
        with writing(self._store.engine) as conn:
            places = self._checkpoints(conn, projections)
            if len(places) != 1:
                return 0
            page = self._store.read_log(places.pop(), _PAGE, conn)
            events = without_decisions(page.events)
            for projection in projections:
                if events:
                    projection.apply(conn, events)
            if page.events:
                self._move(conn, projections, page.events[-1].position)
            return len(page.events)

    def _fail(self, projection: Projection, error: Exception) -> None:
        code = error.code if isinstance(error, ServiceError) else type(error).__name__
        fresh = or_(t.projections.c.failure.is_(None), t.projections.c.failure != code)
        with writing(self._store.engine) as conn:
            noted = conn.execute(update(t.projections).where(row_of(projection), fresh).values(failure=code)).rowcount
        if noted:  # it is tried again and again; it is told once
            _log.exception("projection failed", exc_info=error, extra={"projection": projection.name, "code": code})

    def _checkpoints(self, conn: Connection, projections: Sequence[Projection]) -> set[int]:
        """Where they are, held until the end of the transaction."""
        query = select(t.projections.c.position).where(rows_of(projections)).order_by(t.projections.c.name)
        if not is_sqlite(self._store.engine):
            query = query.with_for_update()
        return set(conn.execute(query).scalars())

    def _move(self, conn: Connection, projections: Sequence[Projection], position: int) -> None:
        moved = {"position": position, "failure": None, "updated_at": iso_utc(self._clock())}
        conn.execute(update(t.projections).where(rows_of(projections)).values(moved))

    def _named(self, name: str) -> Projection:
        projection = self._all.get(name)
        if projection is None:
            raise NotFound("unknown_projection", f"there is no projection {name!r}")
        return projection

    def _rebuilding(self, name: str, progress: Progress) -> Rebuilding:
        projection = self._named(name)
        return Rebuilding(self._store, projection, self._events(projection), self._clock, progress)

    def _switched(self, build: Callable[[], int]) -> int:
        self.prepare()
        position = build()
        self.advanced.set()
        return position

    def _events(self, projection: Projection) -> Events:
        if projection.source == OWN_LOG:
            return OwnEvents(self._store)
        return FollowedEvents(self._store, projection.source, self._feeds[projection.source], self._parse)

    def _role(self, row: Any, projection: Projection) -> str:
        if row.role == "building" and not place_of(self._store.engine, projection).is_held():
            return "abandoned"
        return str(row.role)


def _set(projection: Projection, role: str, position: int, goal: int, failure: str | None = None) -> ProjectionSet:
    identity = (projection.name, projection.version, projection.source)
    return ProjectionSet(*identity, role, position, max(goal - position, 0), failure)
