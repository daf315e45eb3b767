"""Writing rows by their primary key, whether one is there or not, the same on PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write ``rows``, all with the same columns and each with another key, in the place of those that were there."""
    given = [dict(row) for row in rows]
    if not given:
        return
    statement = _insert(conn, table)
    key = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in given[0] if name not in key}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=rest), given)


def put_missing(conn: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write those of ``rows`` that no unique index forbids; what is there stays as it is."""
    given = [dict(row) for row in rows]
    if given:
        conn.execute(_insert(conn, table).on_conflict_do_nothing(), given)


def _insert(conn: Connection, table: Table) -> Any:
    return (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(table)
