"""Opening a service's database, with one way to read and one way to write on both kinds.

SQLite: WAL, ``synchronous=FULL``, ``BEGIN IMMEDIATE`` for writing, and one lock per store, because a
green thread that waits inside SQLite's own busy handler stops the whole process.
PostgreSQL: READ COMMITTED; a statement that waits too long for a lock, or a transaction left open, is ended. No
statement is compiled: a page of the log was read in 18 ms, after 64 ms of compiling, because the planner took the one
row of ``log_head`` for hundreds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool, StaticPool

_write_locks: WeakKeyDictionary[Engine, threading.Semaphore] = WeakKeyDictionary()
_IDLE_S = 1.0
_POSTGRESQL_OPTIONS = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c timezone=UTC -c jit=off"


def open_engine(url: str) -> Engine:
    """An engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg2://…``), set up as the core needs it.

    Its errors do not hold the values of a statement: those are names and addresses, and errors are logged.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    options = {"options": _POSTGRESQL_OPTIONS, "connect_timeout": 5}
    engine = create_engine(url, pool_size=10, connect_args=options, hide_parameters=True)
    event.listen(engine, "reset", _end_reading)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", lambda *handed: _ping_after_rest(engine, *handed))
    return engine


def _end_reading(dbapi_connection: Any, _record: Any, _state: Any) -> None:
    """A connection comes back to the pool as it was; one for which this fails is thrown away."""
    if dbapi_connection.autocommit:
        dbapi_connection.autocommit = False


def _note_use(_dbapi_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _ping_after_rest(engine: Engine, dbapi_connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that lay idle is asked whether it still lives, and replaced when not; one in steady use is not: the
    question costs as much as a small transaction.
    """
    if time.monotonic() - record.info.get("used_at", math.inf) <= _IDLE_S:
        return
    try:
        engine.dialect.do_ping(dbapi_connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError("the connection died while it was idle") from error


def is_sqlite(engine: Engine) -> bool:
    """Whether the engine's database is SQLite."""
    return engine.dialect.name == "sqlite"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction: committed at the end of the block, rolled back when it raises."""
    lock = _write_locks.get(engine)
    if lock is None:
        with engine.begin() as conn:
            yield conn
        return
    with lock, engine.connect().execution_options(begin="IMMEDIATE") as conn, conn.begin():
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read transaction (on SQLite one snapshot; on PostgreSQL each statement has its own, without a transaction).

    The driver is told itself: SQLAlchemy's option for it names the isolation level at the end, which asks the server
    once more for every read.
    """
    with engine.connect() as conn:
        if not is_sqlite(engine):
            cast("Any", conn.connection.dbapi_connection).autocommit = True
        with conn.begin():
            yield conn


@contextmanager
def taking_turns(engine: Engine) -> Iterator[None]:
    """Among the threads of this process that write to a SQLite store, for one with a connection of its own."""
    with _write_locks[engine]:
        yield


def open_beside(file: Path, store: str, name: str) -> Connection:
    """A connection to the SQLite ``file``, made when it is missing and locked for this connection alone, on which the
    database ``store`` is attached as ``name``. What both have is found in ``file``; it is nothing that must last.

    Raises ``OperationalError`` when somebody else has locked it.
    """
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0}, poolclass=NullPool, hide_parameters=True)

    def prepare(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for statement in ("locking_mode=EXCLUSIVE", "journal_mode=MEMORY", "synchronous=OFF"):
            cursor.execute(f"PRAGMA main.{statement}")
        cursor.execute("BEGIN EXCLUSIVE")
        cursor.execute("CREATE TABLE IF NOT EXISTS locked (by TEXT)")
        cursor.execute("COMMIT")
        cursor.execute(f"ATTACH DATABASE ? AS {name}", (store,))
        for statement in (f"{name}.synchronous=FULL", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {statement}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_sqlite)
    return engine.connect()


def _open_sqlite(url: str) -> Engine:
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 10}, "hide_parameters": True}
    if make_url(url).database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _write_locks[engine] = threading.Semaphore()
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(conn: Connection) -> None:
    mode = conn.get_execution_options().get("begin", "DEFERRED")
    conn.exec_driver_sql(f"BEGIN {mode}")
