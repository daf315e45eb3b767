"""The event store of one service: commands in, an ordered log and a published feed out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Engine, and_, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import failpoints
from chassis.clock import Clock, utc_now
from chassis.errors import Rejected, Unavailable
from chassis.store import feed as feed_module
from chassis.store import tables as t
from chassis.store.append import log_changed
from chassis.store.away import is_away
from chassis.store.codec import EventCodec
from chassis.store.engine import reading, writing
from chassis.store.model import Context, FeedPage, LogPage, Outcome, Publish, Recorded, VersionConflict
from chassis.store.sealing import Sealer
from chassis.store.unit_of_work import STORED, Setting, UnitOfWork, decode_all, read_stream
from chassis.store.verify import Verification, verify
from chassis.wake import Signal

_TRIES = 4
Work = Callable[[UnitOfWork], Any]


class _Repeated(Exception):
    """The command id is already there."""


class EventStore:
    """Guarantees: an event once appended is never lost, moved or changed; positions and sequences are dense and in
    the order of commit; a command id is carried out once.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        service: str,
        codec: EventCodec,
        publish: Publish,
        clock: Clock = utc_now,
        sealer: Sealer | None = None,
    ) -> None:
        self.engine = engine
        self.service = service
        self.wake = Signal()
        self._clock = clock
        self._parts = (codec, publish, sealer)
        self._setting: Setting | None = None
        self._opening = threading.Lock()

    @property
    def sealer(self) -> Sealer | None:
        """What seals the personal fields of this store's events; None where there are none."""
        return self._parts[2]

    @property
    def logid(self) -> str:
        """The log's incarnation: a database restored from a backup gets a new one."""
        return self._opened.logid

    def execute(self, context: Context, work: Work) -> Outcome:
        """Run ``work`` in one transaction, its events appended last.

        ``work`` gives a JSON value and may run again: up to four times on a version conflict, so it must do nothing
        that a rollback does not undo. Raises ``VersionConflict`` when the conflicts do not end, ``Unavailable`` when
        the database is away or too busy, ``Rejected("idempotency_key_reused")`` when the command id stands for another
        request, and whatever ``work`` raises; then nothing is stored.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                return self._attempt(context, work)
            except VersionConflict:
                if attempt == _TRIES:
                    raise
            except _Repeated:
                continue
        raise VersionConflict("version_conflict", "the command kept meeting itself")

    def look[T](self, work: Callable[[UnitOfWork], T]) -> T:
        """What ``work`` gives in a transaction that only reads; nothing of what it appends is kept. For whoever must
        know whether there is anything to write before making others wait for it.
        """
        setting = self._opened
        with _naming_errors(), reading(self.engine) as conn:
            return work(UnitOfWork(conn, setting, Context(self.service), self._clock()))

    def read_stream(self, stream: str, *, upto_version: int | None = None) -> list[Recorded]:
        """The events of ``stream``, in order; empty when there is no such stream."""
        with reading(self.engine) as conn:
            return read_stream(conn, self._opened, stream, upto_version)

    def read_log(self, after: int, limit: int, conn: Connection | None = None) -> LogPage:
        """Up to ``limit`` own events after position ``after``; inside the transaction ``conn`` where one is given."""
        following = and_(t.events.c.position > after, t.events.c.position <= after + limit)
        head = t.log_head.c.position.label("head")
        joined = t.log_head.outerjoin(t.events, following)
        query = select(head, *STORED).select_from(joined).order_by(t.events.c.position)
        if conn is not None:
            rows = conn.execute(query).all()
        else:
            with reading(self.engine) as own:
                rows = own.execute(query).all()
        return LogPage(rows[0][0], decode_all(self._opened, [row[1:] for row in rows if row[1] is not None]))

    def read_feed(self, after: int, limit: int) -> FeedPage:
        """The feed's head and up to ``limit`` published events after sequence ``after``."""
        with reading(self.engine) as conn:
            return feed_module.read_page(conn, after, limit, self.sealer)

    def verify(self) -> Verification:
        """Walk both chains from the first row; see :mod:`chassis.store.verify`."""
        return verify(self.engine)

    @property
    def _opened(self) -> Setting:
        with self._opening:
            if self._setting is None:
                codec, publish, sealer = self._parts
                with reading(self.engine) as conn:
                    logid = conn.execute(select(t.log_head.c.logid)).scalar_one()
                self._setting = Setting(self.service, logid, codec, publish, sealer)
            return self._setting

    def _attempt(self, context: Context, work: Work) -> Outcome:
        command_id = _command_key(context)
        setting = self._opened
        with _naming_errors(), writing(self.engine) as conn:
            first = None if command_id is None else _first_outcome(conn, command_id, context.fingerprint or "")
            if first is not None:
                return first
            uow = UnitOfWork(conn, setting, context, self._clock())
            value = work(uow)
            outcome = self._finish(uow, command_id, value)
            failpoints.reach("store.before_commit")
        failpoints.reach("store.after_commit")
        if not uow.empty:
            self.wake.set()
        return outcome

    def _finish(self, uow: UnitOfWork, command_id: str | None, value: Any) -> Outcome:
        if uow.empty and command_id is None:
            head = uow.conn.execute(select(t.log_head.c.position, t.log_head.c.sequence)).one()
            return Outcome(value, head.position, head.sequence)
        return Outcome(value, *uow.flush(command_id, value))


def _command_key(context: Context) -> str | None:
    """Command ids are the caller's own: two people may use the same one."""
    if context.command_id is None:
        return None
    return str(uuid5(NAMESPACE_URL, f"{context.actor}:{context.command_id}"))


def _first_outcome(conn: Connection, command_id: str, fingerprint: str) -> Outcome | None:
    row = conn.execute(select(t.commands).where(t.commands.c.command_id == command_id)).one_or_none()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise Rejected("idempotency_key_reused", "this key was already used for another request")
    return Outcome(json.loads(row.value), row.position, row.sequence, repeated=True)


@contextmanager
def _naming_errors() -> Iterator[None]:
    """Gives database errors the names of this library."""
    try:
        yield
    except IntegrityError as error:
        raise _named(error) from error
    except DBAPIError as error:
        if "core_log_changed" in str(error.orig):
            raise log_changed() from error
        if is_away(error):
            raise Unavailable("database_unavailable", "the database is away or too busy") from error
        raise


def _named(error: IntegrityError) -> Exception:
    text = str(error.orig)
    if "commands" in text:
        return _Repeated()
    if "events_stream_version" in text or "events.stream" in text or "events_event_id" in text:
        return VersionConflict("version_conflict", "somebody else changed this since it was loaded")
    return error
