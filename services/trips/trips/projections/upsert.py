"""Replacing one row by its primary key, the same on PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert ``row``, or replace the one with the same primary key."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    conn.execute(make(table).values(**row).on_conflict_do_update(index_elements=key, set_=rest))
