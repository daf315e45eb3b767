"""What changed in the core tables after the first release, for one migration of each service."""

from __future__ import annotations

from sqlalchemy import Connection

from chassis.store import tables as t


def upgrade(conn: Connection) -> None:
    """From the tables of :mod:`chassis.store.core_v1`."""
    t.restorations.create(conn)
    t.erasures.create(conn)
