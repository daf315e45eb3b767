"""Where the read models' tables are registered, for the migrations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, MetaData, delete, insert

METADATA = MetaData()


def put(conn: Connection, key: Column[str], rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Write ``rows`` (by the value of ``key``), each in the place of the one that was there."""
    if rows:
        conn.execute(delete(key.table).where(key.in_(list(rows))))
        conn.execute(insert(key.table), list(rows.values()))
