"""Where a second set of a projection's tables is built, so that the same names in the same code stand for it.

PostgreSQL: the schema ``rebuilding`` comes first in the search path of the building transactions; sets change places
by changing their schema. SQLite: a file of its own is ``main`` and the service's database is attached, so that names
found in the file win, and folding never takes the lock that writers need; to switch, the rows are copied.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

from chassis.errors import Conflict, Rejected
from chassis.projections.model import Projection
from chassis.store.engine import is_sqlite, open_beside, taking_turns

REBUILDING = "rebuilding"
PREVIOUS = "previous"
FORMER = "__previous"
_LIVE = "live"
_LOCK_SPACE = 0x70726F6A
_LOCK_WAIT = "500ms"
"""Shorter than PostgreSQL takes to look for deadlocks: who switches gives way to who reads."""


class Place(Protocol):
    """One projection's second set of tables."""

    def held(self) -> AbstractContextManager[None]:
        """The place is this process's own inside the block, and free again when the process dies.

        Raises ``Conflict`` when somebody else has it.
        """

    def is_held(self) -> bool:
        """Whether somebody is at it."""

    def clear(self, *, former: bool) -> None:
        """Make the tables, empty or with the rows of the former set."""

    def folding(self) -> AbstractContextManager[Connection]:
        """A transaction in which the tables' names stand for the second set, and which holds up nobody."""

    def switching(self) -> AbstractContextManager[Connection]:
        """A transaction in which they do, too, and which may switch."""

    def settle(self) -> None:
        """Get the set ready to be read."""

    def switch(self, conn: Connection) -> None:
        """Make it the live one, and the live one the former."""

    def former_fits(self, conn: Connection) -> bool:
        """Whether there is a former set whose columns are those the code knows."""

    def drop_former(self, conn: Connection) -> None:
        """Free the former set."""


def place_of(engine: Engine, projection: Projection) -> Place:
    """Where ``projection`` is rebuilt."""
    return SqlitePlace(engine, projection) if is_sqlite(engine) else PostgresqlPlace(engine, projection)


def is_abandoned(conn: Connection, name: str, version: int) -> bool:
    """Whether nobody is at a building of the projection; on PostgreSQL nobody will be until the transaction ends."""
    if conn.dialect.name == "sqlite":
        return not _is_locked(_file_beside(conn.engine, name), str(conn.engine.url.database))
    return bool(conn.execute(select(func.pg_try_advisory_xact_lock(*_key_of(name, version)))).scalar_one())


def drop_abandoned(conn: Connection, name: str, tables: Iterable[str]) -> None:
    """Free what a building of the projection left when it died."""
    if conn.dialect.name == "sqlite":
        _file_beside(conn.engine, name).unlink(missing_ok=True)
        return
    for table in tables:
        Table(table, MetaData(), schema=REBUILDING).drop(conn, checkfirst=True)


def _key_of(name: str, version: int) -> tuple[int, int]:
    return _LOCK_SPACE, zlib.crc32(f"{name} {version}".encode()) - 2**31


def _file_beside(engine: Engine, name: str) -> Path:
    return Path(f"{engine.url.database}.{REBUILDING}-{name}")


def _is_locked(file: Path, live: str) -> bool:
    if not file.exists():
        return False
    try:
        open_beside(file, live, _LIVE).close()
    except OperationalError:
        return True
    return False


def gives_way(error: OperationalError) -> bool:
    """Whether a switch failed only because somebody was reading or writing."""
    code = getattr(error.orig, "pgcode", None)
    return code in {"55P03", "40P01"} or "locked" in str(error.orig)


class PostgresqlPlace:
    """See the module."""

    def __init__(self, engine: Engine, projection: Projection) -> None:
        self._engine = engine
        self._projection = projection
        self._key = _key_of(projection.name, projection.version)

    @contextmanager
    def held(self) -> Iterator[None]:
        """See :class:`Place`."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            if not conn.execute(select(func.pg_try_advisory_lock(*self._key))).scalar_one():
                raise _already(self._projection)
            try:
                yield
            finally:
                if not conn.invalidated:
                    conn.execute(select(func.pg_advisory_unlock(*self._key)))

    def is_held(self) -> bool:
        """See :class:`Place`."""
        with self._engine.begin() as conn:
            return not conn.execute(select(func.pg_try_advisory_xact_lock(*self._key))).scalar_one()

    def clear(self, *, former: bool) -> None:
        """See :class:`Place`."""
        with self._engine.begin() as conn:
            for table in self._projection.tables:
                copy = table.to_metadata(MetaData(), schema=REBUILDING)
                copy.drop(conn, checkfirst=True)
                copy.create(conn)
                if former:
                    _copy(conn, table, f"{PREVIOUS}.{_quoted(conn, table.name)}", str(_qualified(conn, copy)))

    @contextmanager
    def folding(self) -> Iterator[Connection]:
        """See :class:`Place`."""
        with self._engine.begin() as conn:
            conn.execute(text(f"SELECT set_config('search_path', '{REBUILDING},' || current_schema(), true)"))
            yield conn

    def switching(self) -> AbstractContextManager[Connection]:
        """See :class:`Place`."""
        return self.folding()

    def settle(self) -> None:
        """See :class:`Place`: the planner must not take the new tables for empty ones."""
        with self._engine.begin() as conn:
            for table in self._projection.tables:
                conn.exec_driver_sql(f"ANALYZE {REBUILDING}.{_quoted(conn, table.name)}")

    def switch(self, conn: Connection) -> None:
        """See :class:`Place`."""
        live = conn.execute(text("SELECT (current_schemas(false))[2]")).scalar_one()
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
        self.drop_former(conn)
        for table in self._projection.tables:
            name = _quoted(conn, table.name)
            conn.exec_driver_sql(f"ALTER TABLE {_quoted(conn, live)}.{name} SET SCHEMA {PREVIOUS}")
            conn.exec_driver_sql(f"ALTER TABLE {REBUILDING}.{name} SET SCHEMA {_quoted(conn, live)}")

    def former_fits(self, conn: Connection) -> bool:
        """See :class:`Place`."""
        return all(_columns(conn, table.name, PREVIOUS) == set(table.c.keys()) for table in self._projection.tables)

    def drop_former(self, conn: Connection) -> None:
        """See :class:`Place`."""
        for table in self._projection.tables:
            table.to_metadata(MetaData(), schema=PREVIOUS).drop(conn, checkfirst=True)


class SqlitePlace:
    """See the module."""

    _conn: Connection

    def __init__(self, engine: Engine, projection: Projection) -> None:
        if engine.url.database in (None, "", ":memory:"):
            raise Rejected("database_in_memory", "a projection can only be rebuilt in a database that is a file")
        self._engine = engine
        self._projection = projection
        self._file = _file_beside(engine, projection.name)

    @contextmanager
    def held(self) -> Iterator[None]:
        """See :class:`Place`."""
        try:
            self._conn = open_beside(self._file, str(self._engine.url.database), _LIVE)
        except OperationalError as error:
            raise _already(self._projection) from error
        with self._conn:
            try:
                yield
            finally:
                self._file.unlink(missing_ok=True)

    def is_held(self) -> bool:
        """See :class:`Place`."""
        return _is_locked(self._file, str(self._engine.url.database))

    def clear(self, *, former: bool) -> None:
        """See :class:`Place`."""
        with self._conn.begin():
            for table in self._projection.tables:
                self._conn.exec_driver_sql(f"DROP TABLE IF EXISTS main.{_quoted(self._conn, table.name)}")
                copy = table.to_metadata(MetaData(), schema="main")
                copy.create(self._conn, checkfirst=False)
                if former:
                    _copy(self._conn, table, self._former(table), str(_qualified(self._conn, copy)))

    @contextmanager
    def folding(self) -> Iterator[Connection]:
        """See :class:`Place`."""
        self._conn.execution_options(begin="DEFERRED")
        with self._conn.begin():
            yield self._conn

    @contextmanager
    def switching(self) -> Iterator[Connection]:
        """See :class:`Place`."""
        with taking_turns(self._engine):
            self._conn.execution_options(begin="IMMEDIATE")
            with self._conn.begin():
                yield self._conn

    def settle(self) -> None:
        """See :class:`Place`; nothing to do."""

    def switch(self, conn: Connection) -> None:
        """See :class:`Place`."""
        self.drop_former(conn)
        for table in self._projection.tables:
            name = _quoted(conn, table.name)
            conn.exec_driver_sql(f"ALTER TABLE {_LIVE}.{name} RENAME TO {_quoted(conn, table.name + FORMER)}")
            for index in table.indexes:
                conn.exec_driver_sql(f"DROP INDEX {_LIVE}.{_quoted(conn, str(index.name))}")
            copy = table.to_metadata(MetaData(), schema=_LIVE)
            conn.execute(CreateTable(copy))
            _copy(conn, table, f"main.{name}", f"{_LIVE}.{name}")
            for index in copy.indexes:
                conn.execute(CreateIndex(index))

    def former_fits(self, conn: Connection) -> bool:
        """See :class:`Place`."""
        return all(_columns(conn, table.name + FORMER) == set(table.c.keys()) for table in self._projection.tables)

    def drop_former(self, conn: Connection) -> None:
        """See :class:`Place`."""
        for table in self._projection.tables:
            conn.exec_driver_sql(f"DROP TABLE IF EXISTS {_quoted(conn, table.name + FORMER)}")

    def _former(self, table: Table) -> str:
        return f"{_LIVE}.{_quoted(self._conn, table.name + FORMER)}"


def _already(projection: Projection) -> Conflict:
    return Conflict("already_rebuilding", f"{projection.name} is being rebuilt, or rolled back, already")


def _columns(conn: Connection, name: str, schema: str | None = None) -> set[str]:
    found = inspect(conn)
    if not found.has_table(name, schema=schema):
        return set()
    return {str(column["name"]) for column in found.get_columns(name, schema=schema)}


def _copy(conn: Connection, table: Table, source: str, target: str) -> None:
    columns = ", ".join(_quoted(conn, column.name) for column in table.c)
    conn.exec_driver_sql(f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {source}")  # noqa: S608 our own names


def _quoted(conn: Connection, name: str) -> str:
    return str(conn.dialect.identifier_preparer.quote(name))


def _qualified(conn: Connection, table: Table) -> Any:
    return conn.dialect.identifier_preparer.format_table(table)
