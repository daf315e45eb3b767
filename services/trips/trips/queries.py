"""A person's own trips as a list, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from chassis.store import reading
from trips.projections import tables as t


@dataclass(frozen=True, slots=True)
class TripPage:
    """Some trips, newest driving date first; ``next`` goes on after the last of them, None at the end."""

    items: list[dict[str, Any]]
    next: str | None


def trips_of(engine: Engine, person_id: str, *, limit: int, cursor: str | None = None) -> TripPage:
    """Up to ``limit`` of the person's own trips, after ``cursor`` (the ``next`` of the page before)."""
    mine = t.trip_list.c.person_id == person_id
    query = select(t.trip_list).where(mine).order_by(t.trip_list.c.sort_key.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(t.trip_list.c.sort_key < cursor)
    with reading(engine) as conn:
        rows = [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001 SQLAlchemy's public name for it
    more = rows[limit - 1]["sort_key"] if len(rows) > limit else None
    return TripPage([_shown(row) for row in rows[:limit]], more)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("person_id", "sort_key")}
