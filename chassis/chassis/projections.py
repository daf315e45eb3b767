"""Projections: read models folded from the own log, or from another service's feed.

A projection's rows and its checkpoint move in one transaction, so an event counts exactly once, however often the
process dies. It has no side effects and can be rebuilt from nothing at any time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Table, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import Clock, iso_utc, utc_now
from chassis.errors import NotFound, ServiceError
from chassis.store import tables as t
from chassis.store.engine import is_sqlite, reading, writing
from chassis.store.event_store import EventStore
from chassis.store.model import FeedPage
from chassis.wake import Signal

OWN_LOG = "log"
_PAGE = 500
_REBUILD_PAGE = 5000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model: its tables (named ``<name>_v<version>``), where its events come from, and how it folds them.

    ``apply(conn, events)`` gets ``Recorded`` events when ``source`` is the own log, envelopes when it is a service.
    """

    name: str
    version: int
    source: str
    tables: tuple[Table, ...]
    apply: Callable[[Connection, Sequence[Any]], None]


class Feed(Protocol):
    """Where another service's published events are read."""

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """The head, and up to ``limit`` entries after ``after``; waits up to ``wait_s`` when there are none."""


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """How far a projection is, and what stopped it (None when it runs)."""

    name: str
    version: int
    source: str
    position: int
    failure: str | None


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

    def prepare(self) -> None:
        """Give each projection its checkpoint row, at nothing; called once before the first run."""
        with writing(self._store.engine) as conn:
            insert = sqlite.insert if is_sqlite(self._store.engine) else postgresql.insert
            for projection in self._all.values():
                row: dict[str, Any] = {"name": projection.name, "version": projection.version, "position": 0}
                row["updated_at"] = iso_utc(self._clock())
                conn.execute(insert(t.projections).values(row).on_conflict_do_nothing())

    def run_once(self) -> int:
        """Apply the next page to every projection of the own log; gives how many events were applied.

        Those of another service's feed move with its inbox (see the bus). A projection that fails keeps its place,
        stores why, and holds up no other.
        """
        own = [projection for projection in self._all.values() if projection.source == OWN_LOG]
        applied = sum(self._guarded(projection) for projection in own)
        if applied:
            self.advanced.set()
        return applied

    def run_to_head(self) -> None:
        """Apply everything there is now; for commands and tests."""
        while self.run_once():
            pass

    def rebuild(self, name: str, progress: Callable[[int], None] = lambda _: None) -> int:
        """Empty the projection and fold it again, in one transaction: readers see the old rows until it is done.

        Gives the number of events read; raises ``NotFound`` for a name that is no projection.
        """
        projection = self._all.get(name)
        if projection is None:
            raise NotFound("unknown_projection", f"there is no projection {name!r}")
        with writing(self._store.engine) as conn:
            self._checkpoint(conn, projection)
            for table in reversed(projection.tables):
                conn.execute(delete(table))
            position = self._replay(conn, projection, progress)
            self._move(conn, projection, position)
        self.advanced.set()
        return position

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
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.advanced.wait(seen, min(left, 0.05))

    def _guarded(self, projection: Projection) -> int:
        try:
            return self._advance(projection) if self._is_behind(projection) else 0
        except Exception as error:  # noqa: BLE001 whatever it is, the others go on
            self._fail(projection, error)
            return 0

    def _is_behind(self, projection: Projection) -> bool:
        """A cheap look without the write lock: an idle service writes nothing."""
        with reading(self._store.engine) as conn:
            position = conn.execute(select(t.projections.c.position).where(_row_of(projection))).scalar_one()
            return bool(position < conn.execute(select(t.log_head.c.position)).scalar_one())

    def _advance(self, projection: Projection) -> int:
        with writing(self._store.engine) as conn:
            position = self._checkpoint(conn, projection)
            page = self._store.read_log(position, _PAGE, conn)
            if page.events:
                projection.apply(conn, page.events)
                self._move(conn, projection, page.events[-1].position)
            return len(page.events)

    def _fail(self, projection: Projection, error: Exception) -> None:
        code = error.code if isinstance(error, ServiceError) else type(error).__name__
        fresh = or_(t.projections.c.failure.is_(None), t.projections.c.failure != code)
        with writing(self._store.engine) as conn:
            noted = conn.execute(update(t.projections).where(_row_of(projection), fresh).values(failure=code)).rowcount
        if noted:  # it is tried again and again; it is told once
            _log.exception("projection failed", exc_info=error, extra={"projection": projection.name, "code": code})

    def _checkpoint(self, conn: Connection, projection: Projection) -> int:
        query = select(t.projections.c.position).where(_row_of(projection))
        if not is_sqlite(self._store.engine):
            query = query.with_for_update()
        return int(conn.execute(query).scalar_one())

    def _move(self, conn: Connection, projection: Projection, position: int) -> None:
        moved = {"position": position, "failure": None, "updated_at": iso_utc(self._clock())}
        conn.execute(update(t.projections).where(_row_of(projection)).values(moved))

    def _replay(self, conn: Connection, projection: Projection, progress: Callable[[int], None]) -> int:
        position = 0
        for events, end in self._pages(conn, projection):
            projection.apply(conn, events)
            position = end
            progress(position)
        return position

    def _pages(self, conn: Connection, projection: Projection) -> Iterator[tuple[Sequence[Any], int]]:
        if projection.source != OWN_LOG:
            for found in self._foreign_pages(projection.source, _followed(conn, projection.source)):
                yield without_held(conn, projection.source, found), found[-1].sequence
            return
        position = 0
        while (page := self._store.read_log(position, _REBUILD_PAGE, conn)).events:
            position = page.events[-1].position
            yield page.events, position

    def _foreign_pages(self, source: str, upto: int) -> Iterator[list[Any]]:
        after = 0
        while page := self._foreign_page(source, after, upto):
            after = page[-1].sequence
            yield page

    def _foreign_page(self, source: str, after: int, upto: int) -> list[Any]:
        if after >= upto:
            return []
        entries = self._feeds[source].read(after, min(_PAGE, upto - after)).entries
        return [self._parse(entry.wire) for entry in entries]


def without_held(conn: Connection, source: str, envelopes: Sequence[Any]) -> list[Any]:
    """The envelopes that may be projected: what a person has to decide about waits, what they discarded is out."""
    letters = t.dead_letters.c
    held = and_(letters.source == source, letters.status != "replayed")
    within = letters.position.between(envelopes[0].sequence, envelopes[-1].sequence)
    positions = set(conn.execute(select(letters.position).where(held, within)).scalars())
    return [envelope for envelope in envelopes if envelope.sequence not in positions]


def _followed(conn: Connection, source: str) -> int:
    """How far the inbox has followed ``source``."""
    query = select(t.inbox.c.position).where(t.inbox.c.source == source)
    return int(conn.execute(query).scalar_one_or_none() or 0)


def _row_of(projection: Projection) -> Any:
    return and_(t.projections.c.name == projection.name, t.projections.c.version == projection.version)
