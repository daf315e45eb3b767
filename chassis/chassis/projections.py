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

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

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
            for projection in self._all.values():
                known = conn.execute(select(t.projections.c.position).where(_row_of(projection))).one_or_none()
                if known is None:
                    row = {"name": projection.name, "version": projection.version, "position": 0}
                    conn.execute(insert(t.projections).values(row, updated_at=iso_utc(self._clock())))

    def run_once(self) -> int:
        """Apply the next page to every projection of the own log; gives how many events were applied.

        A projection that fails keeps its place, stores why, and holds up no other.
        """
        applied = sum(self._advance(projection) for projection in self._own())
        if applied:
            self.advanced.set()
        return applied

    def run_to_head(self) -> None:
        """Apply everything there is now; for commands and tests."""
        while self.run_once():
            pass

    def apply_foreign(self, conn: Connection, source: str, envelopes: Sequence[Any]) -> None:
        """Apply another service's events inside the inbox transaction; a projection that is behind catches up first."""
        if not envelopes:
            return
        for projection in self._of(source):
            position = self._checkpoint(conn, projection)
            if position + 1 < envelopes[0].sequence:
                for page in self._foreign_pages(source, position, envelopes[0].sequence - 1):
                    projection.apply(conn, page)
            fresh = [envelope for envelope in envelopes if envelope.sequence > position]
            if fresh:
                projection.apply(conn, fresh)
                self._move(conn, projection, fresh[-1].sequence)

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

    def _own(self) -> list[Projection]:
        return self._of(OWN_LOG)

    def _of(self, source: str) -> list[Projection]:
        return [projection for projection in self._all.values() if projection.source == source]

    def _advance(self, projection: Projection) -> int:
        if not self._behind(projection):
            return 0
        try:
            with writing(self._store.engine) as conn:
                position = self._checkpoint(conn, projection)
                page = self._store.read_log(position, _PAGE, conn)
                if page.events:
                    projection.apply(conn, page.events)
                    self._move(conn, projection, page.events[-1].position)
                return len(page.events)
        except Exception as error:  # noqa: BLE001 whatever it is, the others go on
            self._fail(projection, error)
            return 0

    def _behind(self, projection: Projection) -> bool:
        """A cheap look without the write lock: an idle service writes nothing."""
        with reading(self._store.engine) as conn:
            head = conn.execute(select(t.log_head.c.position)).scalar_one()
            position = conn.execute(select(t.projections.c.position).where(_row_of(projection))).scalar_one()
        return bool(position < head)

    def _fail(self, projection: Projection, error: Exception) -> None:
        code = error.code if isinstance(error, ServiceError) else type(error).__name__
        _log.exception("projection failed", extra={"projection": projection.name, "code": code})
        with writing(self._store.engine) as conn:
            conn.execute(update(t.projections).where(_row_of(projection)).values(failure=code))

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
            inbox = select(t.inbox.c.position).where(t.inbox.c.source == projection.source)
            upto = conn.execute(inbox).scalar_one_or_none() or 0
            for envelopes in self._foreign_pages(projection.source, 0, upto):
                yield envelopes, envelopes[-1].sequence
            return
        position = 0
        while (page := self._store.read_log(position, _REBUILD_PAGE, conn)).events:
            position = page.events[-1].position
            yield page.events, position

    def _foreign_pages(self, source: str, after: int, upto: int) -> Iterator[list[Any]]:
        while after < upto:
            page = self._feeds[source].read(after, min(_PAGE, upto - after))
            envelopes = [self._parse(entry.wire) for entry in page.entries]
            if not envelopes:
                return
            after = envelopes[-1].sequence
            yield envelopes


def _row_of(projection: Projection) -> Any:
    return and_(t.projections.c.name == projection.name, t.projections.c.version == projection.version)
