"""The org units' own settings, from their first day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection

from chassis.projections import Projection
from chassis.store import Recorded
from chassis.store.upsert import put
from trips.domain.settings import OrgUnitPolicySet
from trips.projections import tables as t


def _apply(conn: Connection, events: Sequence[Recorded]) -> None:
    said = [recorded.event for recorded in events if isinstance(recorded.event, OrgUnitPolicySet)]
    put(conn, t.org_unit_policies, {(one.org_unit_id, one.starts): _row(one) for one in said}.values())


def _row(said: OrgUnitPolicySet) -> dict[str, Any]:
    row = asdict(said)
    return {"from_date": row.pop("starts").isoformat(), **row}


def read_row(row: Any) -> OrgUnitPolicySet:
    """A row as it was set."""
    return OrgUnitPolicySet(
        row.org_unit_id,
        date.fromisoformat(row.from_date),
        row.deduction,
        row.without_extra_allowed,
        row.four_km_allowed,
        row.default_method,
        row.after_sixty_days,
    )


SETTINGS = Projection("org_unit_policies", 1, "log", (t.org_unit_policies,), _apply)
