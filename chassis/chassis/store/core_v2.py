"""What changed in the core tables after the first release, for one migration of each service."""

from __future__ import annotations

from sqlalchemy import Connection

from chassis.store import tables as t

SCHEMAS = ("rebuilding", "previous")
"""Where the tables of a projection stand on PostgreSQL while they are not the live ones."""


def upgrade(conn: Connection) -> None:
    """From the tables of :mod:`chassis.store.core_v1`."""
    t.restorations.create(conn)
    t.erasures.create(conn)
    t.projection_sets.create(conn)
    if conn.dialect.name == "postgresql":
        for schema in SCHEMAS:
            conn.exec_driver_sql(f"CREATE SCHEMA {schema}")
