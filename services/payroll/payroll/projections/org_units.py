"""Every unit payroll knows, closed ones too, as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, Table, Text, select

from chassis.store import Recorded
from chassis.store.upsert import put
from payroll.domain.events import OrgUnitChanged
from payroll.domain.organisation import OrgUnit
from payroll.projections.metadata import METADATA, Documents

org_units = Table(
    "org_units_v1",
    METADATA,
    Column("org_unit_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)
_documents = Documents(OrgUnit)


@dataclass(frozen=True)
class KnownUnit:
    unit: OrgUnit
    version: int


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    rows = {}
    for recorded in events:
        if isinstance(recorded.event, OrgUnitChanged):
            unit = recorded.event.unit
            row = {"org_unit_id": unit.org_unit_id, "version": recorded.version, "document": _documents.dump(unit)}
            rows[unit.org_unit_id] = row
    put(conn, org_units, rows.values())


def all_units(conn: Connection) -> dict[str, KnownUnit]:
    return {
        row.org_unit_id: KnownUnit(_documents.load(row.document), row.version)
        for row in conn.execute(select(org_units))
    }
