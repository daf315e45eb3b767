"""Where the read models' tables are registered, for the migrations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, MetaData
from sqlalchemy.dialects import postgresql, sqlite

METADATA = MetaData()


def put(conn: Connection, key: Column[str], rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``rows`` (by the value of ``key``), each in the place of the one that was there."""
    if rows:
        make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
        statement = make(key.table)
        rest = {column.name: statement.excluded[column.name] for column in key.table.columns if column is not key}
        conn.execute(statement.on_conflict_do_update(index_elements=[key], set_=rest), list(rows.values()))
