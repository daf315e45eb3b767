"""Puts readings of many people's data into the access log at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert

from chassis.clock import iso_utc
from chassis.store import Context
from chassis.store.tables import access_log


def record_access(conn: Connection, context: Context, now: datetime, person_ids: Iterable[str], what: str) -> None:
    """One row for each person whose data the actor gets to see; reading one's own is not recorded."""
    common = {"at": iso_utc(now), "actor": context.actor, "what": what, "correlation_id": context.correlation_id}
    rows = [{**common, "person_id": person_id} for person_id in sorted(person_ids) if person_id != context.actor]
    if rows:
        conn.execute(insert(access_log), rows)
