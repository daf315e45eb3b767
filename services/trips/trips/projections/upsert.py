"""Replacing one row by its primary key, the same on PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert ``row``, or replace the one with the same primary key."""
    put_all(conn, table, [row])


def put_all(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for several rows, all with the same columns and each with another key."""
    if not rows:
        return
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    key = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in key}
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_=rest), [dict(row) for row in rows])
