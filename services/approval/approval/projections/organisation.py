"""The organisation as payroll last described it: units, people and employments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, Connection, Date, Integer, Table, Text, delete, insert, select, update

from approval.domain.organisation import Employment, Organisation, Staffing, Unit
from approval.projections.metadata import METADATA
from approval.reading import Employee, NamedUnit, read
from chassis.projections import Projection
from chassis.store import ERASED
from chassis.store.upsert import put

if TYPE_CHECKING:
    from chassis.bus.envelope import Envelope

SOURCE = "payroll"

units = Table(
    "organisation_units_v1",
    METADATA,
    Column("org_unit_id", Text, primary_key=True),
    Column("parent_id", Text),
    Column("name", Text, nullable=False),
)

people = Table(
    "organisation_people_v1",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

employments = Table(
    "organisation_employments_v1",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("employment_id", Text, primary_key=True),
    Column("org_unit_id", Text, nullable=False),
    Column("leader", Boolean, nullable=False),
    Column("from_date", Date, nullable=False),
    Column("to_date", Date),
)

changes = Table(
    "organisation_changes_v1",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("events", Integer, nullable=False),
)
"""One row: how many events made the organisation what it is. Whoever has read it at this count need not again."""


def apply(conn: Connection, events: Sequence[Envelope]) -> None:
    """The last description of each unit and person in ``events`` replaces what was known of it."""
    of_units = [event for event in events if event.type == "org-unit-changed"]
    of_people = [event for event in events if event.type == "employee-changed"]
    gone = [read(SOURCE, event)["person_id"] for event in events if event.type == "person-erased"]
    if of_units or of_people:
        _put_units(conn, of_units)
        _put_people(conn, of_people)
        _count(conn, len(of_units) + len(of_people))
    conn.execute(update(people).where(people.c.person_id.in_(gone)).values(name=ERASED))


ORGANISATION = Projection("organisation", 1, SOURCE, (units, people, employments, changes), apply)


@dataclass(slots=True)
class OrganisationReader:
    """Gives the organisation as the database has it now.

    What was read last is kept, and used again only while the database says that nothing has changed since and
    the day is the same.
    """

    _version: int | None = None
    _organisation: Organisation | None = None
    _day: date = date.min
    _staffing: Staffing | None = None

    def on(self, conn: Connection, day: date) -> Staffing:
        version = _version_of(conn)
        if self._organisation is None or version != self._version:
            self._organisation, self._version, self._staffing = _load(conn), version, None
        if self._staffing is None or day != self._day:
            self._staffing, self._day = self._organisation.on(day), day
        return self._staffing


def names_of(conn: Connection, person_ids: Sequence[str]) -> dict[str, str]:
    """Names by person id; somebody not heard of yet has none."""
    query = select(people.c.person_id, people.c.name).where(people.c.person_id.in_(person_ids))
    return {row.person_id: row.name for row in conn.execute(query)}


def unit_names_of(conn: Connection, org_unit_ids: Sequence[str]) -> dict[str, str]:
    """Names by unit id; a unit not heard of yet has none."""
    query = select(units.c.org_unit_id, units.c.name).where(units.c.org_unit_id.in_(org_unit_ids))
    return {row.org_unit_id: row.name for row in conn.execute(query)}


def _version_of(conn: Connection) -> int | None:
    return conn.execute(select(changes.c.events)).scalar_one_or_none()


def _count(conn: Connection, events: int) -> None:
    counted = conn.execute(update(changes).values(events=changes.c.events + events))
    if counted.rowcount == 0:
        conn.execute(insert(changes).values(id=1, events=events))


def _load(conn: Connection) -> Organisation:
    """Units and the employments of those who have not left."""
    unit_rows = conn.execute(select(units.c.org_unit_id, units.c.parent_id))
    joined = employments.join(people, people.c.person_id == employments.c.person_id)
    columns = employments.c
    query = select(
        columns.employment_id,
        columns.person_id,
        columns.org_unit_id,
        columns.leader,
        columns.from_date,
        columns.to_date,
    )
    employed = conn.execute(query.select_from(joined).where(people.c.active))
    return Organisation(tuple(Unit(*row) for row in unit_rows), tuple(Employment(*row) for row in employed))


def _put_units(conn: Connection, events: Sequence[Envelope]) -> None:
    rows = {}
    for event in events:
        told: NamedUnit = read(SOURCE, event)
        id_, parent = told.unit.org_unit_id, told.unit.parent_id
        rows[id_] = {"org_unit_id": id_, "parent_id": parent, "name": told.name}
    put(conn, units, rows.values())


def _put_people(conn: Connection, events: Sequence[Envelope]) -> None:
    rows, employed = {}, {}
    for event in events:
        told: Employee = read(SOURCE, event)
        rows[told.person_id] = {"person_id": told.person_id, "name": told.name, "active": told.active}
        employed[told.person_id] = told.employments
    put(conn, people, rows.values())
    _put_employments(conn, employed)


def _put_employments(conn: Connection, by_person: dict[str, tuple[Employment, ...]]) -> None:
    rows = {
        (row.person_id, row.employment_id): {
            "employment_id": row.employment_id,
            "person_id": row.person_id,
            "org_unit_id": row.org_unit_id,
            "leader": row.leader,
            "from_date": row.from_date,
            "to_date": row.to_date,
        }
        for told in by_person.values()
        for row in told
    }
    if by_person:
        conn.execute(delete(employments).where(employments.c.person_id.in_(list(by_person))))
    if rows:
        conn.execute(insert(employments), list(rows.values()))
