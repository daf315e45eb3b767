"""Forms kept by their owner, or while they look for an address: what is typed has no place in an address line.

A draft is its owner's alone, and gone when the trip is reported or when it has not been touched for 90 days. Nothing
is derived from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, String, Table, bindparam, delete, select

from chassis.clock import iso_utc
from chassis.store import reading, writing
from chassis.store.upsert import put
from trips.projections.tables import METADATA

__all__ = ["METADATA", "all_of", "delete_one", "forget", "forget_person", "keep", "kept"]
KEPT = timedelta(days=90)

drafts = Table(
    "drafts",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("trip_id", String, primary_key=True),
    Column("form", String, nullable=False),
    Column("updated_at", String, nullable=False),
)


_FORGET = delete(drafts).where(
    drafts.c.person_id == bindparam("person"), drafts.c.trip_id.in_(bindparam("trips", expanding=True))
)
"""Every report runs it. Made once: making a statement takes longer than asking."""


def keep(engine: Engine, person_id: str, trip_id: str, form: Mapping[str, str], now: datetime) -> None:
    """Keep a form under the id of its trip; everybody's drafts that are too old go."""
    row = {"person_id": person_id, "trip_id": trip_id, "form": json.dumps(dict(form)), "updated_at": iso_utc(now)}
    with writing(engine) as conn:
        conn.execute(delete(drafts).where(drafts.c.updated_at < iso_utc(now - KEPT)))
        put(conn, drafts, [row])


def kept(engine: Engine, person_id: str, trip_id: str, now: datetime) -> dict[str, str]:
    """The person's own form as it was kept; empty when there is none."""
    query = select(drafts.c.form).where(_of(person_id, trip_id), drafts.c.updated_at >= iso_utc(now - KEPT))
    with reading(engine) as conn:
        form: dict[str, str] = json.loads(conn.execute(query).scalar_one_or_none() or "{}")
    return form


def all_of(engine: Engine, person_id: str, now: datetime) -> list[dict[str, Any]]:
    """The person's own drafts, the latest touched first."""
    mine = (drafts.c.person_id == person_id) & (drafts.c.updated_at >= iso_utc(now - KEPT))
    query = select(drafts).where(mine).order_by(drafts.c.updated_at.desc(), drafts.c.trip_id)
    with reading(engine) as conn:
        rows = conn.execute(query).all()
    return [{"trip_id": row.trip_id, "updated_at": row.updated_at, "form": json.loads(row.form)} for row in rows]


def delete_one(engine: Engine, person_id: str, trip_id: str) -> None:
    """The person's own draft goes; nothing happens where there is none."""
    with writing(engine) as conn:
        forget(conn, person_id, trip_id)


def forget(conn: Connection, person_id: str, *trip_ids: str) -> None:
    """The trips are reported."""
    conn.execute(_FORGET, {"person": person_id, "trips": trip_ids})


def forget_person(conn: Connection, person_id: str) -> None:
    """The person is erased."""
    conn.execute(delete(drafts).where(drafts.c.person_id == person_id))


def _of(person_id: str, trip_id: str) -> ColumnElement[bool]:
    return (drafts.c.person_id == person_id) & (drafts.c.trip_id == trip_id)
