"""Writing rows by their primary key, whether one is there or not, the same on PostgreSQL and SQLite.

PostgreSQL gets all rows as one JSON parameter of one short statement: a row costs it and the driver a fraction of
what a row of ``VALUES`` does, and the statement is put together once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]], *, rising: str | None = None) -> None:
    """Write ``rows``, all with the same columns and each with another key, in the place of those that were there; with
    ``rising``, only where that column becomes greater.
    """
    given = _alike(rows)
    if not given:
        return
    if conn.dialect.name == "postgresql":
        _send(conn, _replacing(table, tuple(given[0]), rising), given)
        return
    key = _key(table)
    if len({tuple(row[name] for name in key) for row in given}) < len(given):
        raise ValueError("rows that are written together have different keys")  # as PostgreSQL refuses it by itself
    statement = sqlite.insert(table)
    rest = {name: statement.excluded[name] for name in given[0] if name not in key}
    newer = None if rising is None else table.c[rising] < statement.excluded[rising]
    if rest:
        conn.execute(statement.on_conflict_do_update(index_elements=key, set_=rest, where=newer), given)
    else:
        conn.execute(statement.on_conflict_do_nothing(), given)


def put_missing(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write those of ``rows``, all with the same columns, that no unique index forbids; what is there stays."""
    given = _alike(rows)
    if not given:
        return
    if conn.dialect.name == "postgresql":
        _send(conn, _adding(table, tuple(given[0])), given)
        return
    conn.execute(sqlite.insert(table).on_conflict_do_nothing(), given)


def _alike(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """``ValueError`` for rows of several shapes: what one of them lacks would be emptied, or kept, by the database."""
    given = [dict(row) for row in rows]
    if any(row.keys() != given[0].keys() for row in given):
        raise ValueError("rows that are written together have the same columns")
    return given


def _send(conn: Connection, statement: str, rows: list[dict[str, Any]]) -> None:
    conn.exec_driver_sql(statement, (orjson.dumps(rows, default=_as_bytea, option=orjson.OPT_NON_STR_KEYS).decode(),))


def _as_bytea(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(type(value).__name__)


@lru_cache(maxsize=256)
def _replacing(table: Table, names: tuple[str, ...], rising: str | None) -> str:
    key = _key(table)
    rest = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names if name not in key)
    newer = f" WHERE old.{_quoted(rising)} < excluded.{_quoted(rising)}" if rising else ""
    found = f"DO UPDATE SET {rest}{newer}" if rest else "DO NOTHING"
    return f"{_inserting(table, names)} ON CONFLICT ({', '.join(map(_quoted, key))}) {found}"


@lru_cache(maxsize=256)
def _adding(table: Table, names: tuple[str, ...]) -> str:
    return f"{_inserting(table, names)} ON CONFLICT DO NOTHING"


def _inserting(table: Table, names: tuple[str, ...]) -> str:
    """``json_populate_recordset`` reads each value as the type of the column of its name."""
    columns, name = ", ".join(map(_quoted, names)), _PREPARER.format_table(table)
    rows = f"json_populate_recordset(NULL::{name}, %s)"
    return f"INSERT INTO {name} AS old ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608 our own names


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


_PREPARER: Any = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


def _quoted(name: str) -> str:
    return str(_PREPARER.quote(name))
