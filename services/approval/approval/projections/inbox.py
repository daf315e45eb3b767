"""What waits for one person, and what waits for nobody: asked of the read models, with approvers of this moment.

Approvers depend on a trip's reporter alone, so they are worked out once per reporter, however many trips wait.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_

from approval.domain.approvers import Reason, Reporter, approvers_among
from approval.domain.organisation import Staffing
from approval.domain.trip import SubmittedTrip
from approval.domain.warnings import warnings_on
from approval.projections.organisation import names_of, unit_names_of
from approval.projections.submitted_trips import same_drives, trips
from approval.projections.waiting_trips import waiting
from approval.reading import read_kept

_REPORTERS_AT_ONCE = 2000
"""Bound values in one statement stay below what SQLite takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the order of waiting a page begins: after this trip."""

    submitted_at: str = ""
    trip_id: str = ""


@dataclass(frozen=True, slots=True)
class WaitingTrip:
    """One trip as it is shown to whoever decides it; names are ids where a name is not known yet."""

    trip: SubmittedTrip
    person_name: str
    org_unit_name: str
    capacity: Reason
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """``total`` counts all that waits, not only this page; ``following`` is None at the end."""

    items: tuple[WaitingTrip, ...]
    total: int
    following: Place | None


def inbox_of(conn: Connection, staffing: Staffing, person_id: str, after: Place, limit: int) -> Page:
    """The trips ``person_id`` may decide, the longest waiting first."""
    reach = staffing.reach_of(person_id)

    def capacity(reporter: Reporter) -> Reason | None:
        if reporter.org_unit_id not in reach.org_unit_ids and reporter.person_id not in reach.person_ids:
            return None
        found = approvers_among(staffing, reporter).get(person_id)
        return None if found is None else found.capacity

    return _page(conn, capacity, after, limit)


def unassigned(conn: Connection, staffing: Staffing, after: Place, limit: int) -> Page:
    """The trips nobody may decide as the organisation stands."""

    def capacity(reporter: Reporter) -> Reason | None:
        reason = approvers_among(staffing, reporter).reason
        return reason if reason is Reason.NOBODY else None

    return _page(conn, capacity, after, limit)


type _Capacity = Callable[[Reporter], Reason | None]
_KEY = (waiting.c.person_id, waiting.c.employment_id, waiting.c.org_unit_id)


def _page(conn: Connection, capacity: _Capacity, after: Place, limit: int) -> Page:
    """Up to ``limit`` trips of the reporters for whom there is a capacity."""
    capacities, total = {}, 0
    for *key, trips_waiting in conn.execute(select(*_KEY, func.count()).group_by(*_KEY)):
        reporter = Reporter(*key)
        found = capacity(reporter)
        if found is not None:
            capacities[reporter] = found
            total += trips_waiting
    rows = _rows(conn, list(capacities), after, limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    following = Place(rows[-1].submitted_at, rows[-1].trip_id) if more else None
    return Page(tuple(_shown(conn, rows, capacities)), total, following)


def _rows(conn: Connection, reporters: Sequence[Reporter], after: Place, limit: int) -> list[Row[Any]]:
    columns = waiting.c
    query = (
        select(columns.submitted_at, columns.trip_id, trips.c.published, *_KEY)
        .join(trips, trips.c.trip_id == columns.trip_id)
        .where(tuple_(columns.submitted_at, columns.trip_id) > (after.submitted_at, after.trip_id))
        .order_by(columns.submitted_at, columns.trip_id)
        .limit(limit)
    )
    found: list[Row[Any]] = []
    for some in batched(reporters, _REPORTERS_AT_ONCE):
        keys = [(one.person_id, one.employment_id, one.org_unit_id) for one in some]
        found += conn.execute(query.where(tuple_(*_KEY).in_(keys)))
    return sorted(found, key=lambda row: (row.submitted_at, row.trip_id))[:limit]


def _shown(conn: Connection, rows: Sequence[Row[Any]], capacities: Mapping[Reporter, Reason]) -> list[WaitingTrip]:
    page: list[SubmittedTrip] = [read_kept(json.loads(row.published)) for row in rows]
    people = names_of(conn, sorted({trip.person_id for trip in page}))
    units = unit_names_of(conn, sorted({trip.org_unit_id for trip in page}))
    alike = same_drives(conn, sorted({trip.likeness for trip in page}))
    return [
        WaitingTrip(
            trip,
            people.get(trip.person_id, trip.person_id),
            units.get(trip.org_unit_id, trip.org_unit_id),
            capacities[Reporter(row.person_id, row.employment_id, row.org_unit_id)],
            tuple(warnings_on(trip, same_drives=alike.get(trip.likeness, 1))),
        )
        for row, trip in zip(rows, page, strict=True)
    ]
