"""One relay per service at a time, and its checkpoint.

PostgreSQL: a session's advisory lock, and the checkpoint is moved through that same session, so that whoever lost the
lock cannot move it. SQLite: a lock on a file beside the database; the system lets go of it when the process ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, select, text, update

from chassis.clock import Clock, iso_utc
from chassis.errors import Unavailable
from chassis.store import tables as t
from chassis.store.engine import is_sqlite, writing
from chassis.store.upsert import put_missing

CHANNEL: Final = "broker"
LOCK_KEY: Final = 0x72656C6179  # "relay"


class Leader(Protocol):
    """The right to publish, and how far that has come."""

    def acquire(self) -> bool:
        """Whether this process is (still, or now) the one that publishes."""

    def checkpoint(self) -> int:
        """The sequence up to which the broker has confirmed."""

    def move(self, before: int, after: int) -> None:
        """The broker has confirmed up to ``after``; ``Unavailable`` when somebody else moved the checkpoint."""

    def release(self) -> None:
        """Let another process publish."""


def leader_for(engine: Engine, clock: Clock) -> Leader:
    """The leader of whichever database ``engine`` is."""
    return FileLeader(engine, clock) if is_sqlite(engine) else SessionLeader(engine, clock)


class SessionLeader:
    """See the module; one PostgreSQL session, taken out of the pool, in autocommit."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._session: Connection | None = None

    def acquire(self) -> bool:
        """See :class:`Leader`."""
        if self._session is None:
            session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                session.detach()
                got = session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}).scalar_one()
                session.execute(text("SET synchronous_commit = off"))  # a late checkpoint only sends twice
            except BaseException:
                session.close()
                raise
            if not got:
                session.close()
                return False
            self._session = session
        return True

    def checkpoint(self) -> int:
        """See :class:`Leader`."""
        return _checkpoint(self._held(), self._clock)

    def move(self, before: int, after: int) -> None:
        """See :class:`Leader`."""
        _move(self._held(), self._clock, before, after)

    def release(self) -> None:
        """See :class:`Leader`; closing the session gives the lock back."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _held(self) -> Connection:
        if self._session is None:
            raise Unavailable("not_leader", "this process does not publish")
        return self._session


class FileLeader:
    """See the module. A database in memory has one process anyway."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._file: int | None = None

    def acquire(self) -> bool:
        """See :class:`Leader`."""
        name = self._engine.url.database
        if self._file is not None or name in (None, "", ":memory:"):
            return True
        file = os.open(Path(f"{name}.relay-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def checkpoint(self) -> int:
        """See :class:`Leader`."""
        with writing(self._engine) as conn:
            return _checkpoint(conn, self._clock)

    def move(self, before: int, after: int) -> None:
        """See :class:`Leader`."""
        with writing(self._engine) as conn:
            _move(conn, self._clock, before, after)

    def release(self) -> None:
        """See :class:`Leader`."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _checkpoint(conn: Connection, clock: Clock) -> int:
    first = {"channel": CHANNEL, "published_sequence": 0, "updated_at": iso_utc(clock())}
    put_missing(conn, t.relay_state, [first])
    query = select(t.relay_state.c.published_sequence).where(t.relay_state.c.channel == CHANNEL)
    return int(conn.execute(query).scalar_one())


def _move(conn: Connection, clock: Clock, before: int, after: int) -> None:
    state = t.relay_state.c
    row = (state.channel == CHANNEL) & (state.published_sequence == before)
    moved = {"published_sequence": after, "updated_at": iso_utc(clock()), "last_error": None}
    if conn.execute(update(t.relay_state).where(row).values(moved)).rowcount != 1:
        raise Unavailable("not_leader", "another process moved the checkpoint")
