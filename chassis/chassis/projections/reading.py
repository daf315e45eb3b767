"""The events a set of a projection's tables is built from: those of the own log, or those taken in from a source.

Held events are left out. One that was left out and is replayed while the set is built is applied before anything that
came after its replay, so that each subject's events keep their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, and_, select

from chassis.errors import Conflict
from chassis.projections.model import Feed
from chassis.store import tables as t
from chassis.store.decisions import without_decisions
from chassis.store.engine import reading
from chassis.store.event_store import EventStore

LOG_PAGE = 5000
FEED_PAGE = 500


class Behind(Exception):
    """More has come in than was read ahead: read on, then switch."""


class Events(Protocol):
    """The events of one set, in order; ``held`` are the positions that were left out so far."""

    held: set[int]

    def goal(self) -> int:
        """How far there is something to read now."""

    def page(self, after: int) -> list[Any]:
        """The next events after ``after``, up to the goal; empty when there are none."""

    def read_ahead(self, after: int) -> None:
        """Read what may still be missing when the locks are taken."""

    def rest(self, conn: Connection, after: int) -> list[Any]:
        """What is missing after ``after``, now that ``conn`` holds everything still; ``Behind`` when it is too much."""

    def applicable(self, conn: Connection, events: Sequence[Any]) -> list[Any]:
        """What of ``events`` may be applied, after what was replayed meanwhile."""

    def position(self, event: Any) -> int:
        """Where an event stands."""


class OwnEvents:
    """The service's own log."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.held: set[int] = set()

    def goal(self) -> int:
        """See :class:`Events`."""
        with reading(self._store.engine) as conn:
            return int(conn.execute(select(t.log_head.c.position)).scalar_one())

    def page(self, after: int) -> list[Any]:
        """See :class:`Events`."""
        return list(self._store.read_log(after, LOG_PAGE).events)

    def read_ahead(self, after: int) -> None:
        """The rest is read from the same database."""

    def rest(self, conn: Connection, after: int) -> list[Any]:
        """See :class:`Events`."""
        page = self._store.read_log(after, LOG_PAGE, conn)
        if page.head > after + LOG_PAGE:
            raise Behind
        return list(page.events)

    def applicable(self, _conn: Connection, events: Sequence[Any]) -> list[Any]:
        """See :class:`Events`; nothing of the own log is ever held."""
        return without_decisions(events)

    def position(self, event: Any) -> int:
        """See :class:`Events`."""
        return int(event.position)


class FollowedEvents:
    """What was taken in from ``source``, read again from its feed."""

    def __init__(self, store: EventStore, source: str, feed: Feed, parse: Callable[[bytes], Any]) -> None:
        self._store = store
        self._source = source
        self._feed = feed
        self._parse = parse
        self._ahead: list[Any] = []
        self._logid: str | None = None
        self.held: set[int] = set()

    def goal(self) -> int:
        """See :class:`Events`."""
        with reading(self._store.engine) as conn:
            position, logid = _followed(conn, self._source)
        self._logid = self._logid or logid
        return position

    def page(self, after: int) -> list[Any]:
        """See :class:`Events`."""
        return self._read(after, min(FEED_PAGE, self.goal() - after))

    def read_ahead(self, after: int) -> None:
        """See :class:`Events`; past the inbox too, because it goes on."""
        self._ahead = self._read(after, FEED_PAGE)

    def rest(self, conn: Connection, after: int) -> list[Any]:
        """See :class:`Events`. Raises ``Conflict`` when the source's history has become another one meanwhile."""
        upto, logid = _followed(conn, self._source)
        if upto < after or logid != (self._logid or logid):
            raise Conflict("source_changed", f"{self._source} was brought back in step meanwhile; start again")
        if upto > (self._ahead[-1].sequence if self._ahead else after):
            raise Behind
        return [one for one in self._ahead if one.sequence <= upto]

    def applicable(self, conn: Connection, events: Sequence[Any]) -> list[Any]:
        """See :class:`Events`."""
        found = without_held(conn, self._source, events) if events else []
        late = self._replayed(conn)
        self.held |= {one.sequence for one in events} - {one.sequence for one in found}
        return late + found

    def position(self, event: Any) -> int:
        """See :class:`Events`."""
        return int(event.sequence)

    def _read(self, after: int, limit: int) -> list[Any]:
        return [] if limit <= 0 else [self._parse(one.wire) for one in self._feed.read(after, limit).entries]

    def _replayed(self, conn: Connection) -> list[Any]:
        """Events that were left out and have been replayed since, in order."""
        if not self.held:
            return []
        letters = t.dead_letters.c
        query = select(letters.position).where(letters.source == self._source, letters.status == "replayed")
        now = self.held & set(conn.execute(query).scalars())
        self.held -= now
        return [self._parse(self._wire(conn, position)) for position in sorted(now)]

    def _wire(self, conn: Connection, position: int) -> bytes:
        letters = t.dead_letters.c
        query = select(letters.wire).where(letters.source == self._source, letters.position == position)
        return str(conn.execute(query).scalar_one()).encode()


def without_held(conn: Connection, source: str, envelopes: Sequence[Any]) -> list[Any]:
    """The envelopes that may be projected: what a person has to decide about waits, what they discarded is out."""
    letters = t.dead_letters.c
    held = and_(letters.source == source, letters.status != "replayed")
    within = letters.position.between(envelopes[0].sequence, envelopes[-1].sequence)
    positions = set(conn.execute(select(letters.position).where(held, within)).scalars())
    return [envelope for envelope in envelopes if envelope.sequence not in positions]


def held_now(conn: Connection, source: str) -> Iterable[int]:
    """The positions of ``source`` that wait for a decision."""
    letters = t.dead_letters.c
    query = select(letters.position).where(letters.source == source, letters.status == "open")
    return conn.execute(query.order_by(letters.position)).scalars()


def _followed(conn: Connection, source: str) -> tuple[int, str | None]:
    """How far the inbox has followed ``source``, and its log."""
    row = conn.execute(select(t.inbox.c.position, t.inbox.c.logid).where(t.inbox.c.source == source)).one_or_none()
    return (0, None) if row is None else (row.position, row.logid)
