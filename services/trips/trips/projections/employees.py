"""Who works where and lives where, with validity dates, as payroll has told it.

``employee-changed`` carries the employments as they are now. A unit that changed holds from the day the change
was published, so that a trip of last month still belongs to the unit of last month.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update

from chassis.bus import Envelope
from chassis.clock import local_date
from chassis.projections import Projection
from chassis.reading import is_erased
from chassis.store.upsert import put
from trips.projections import tables as t
from trips.reading import EMPLOYEE_CHANGED, HOME_ADDRESS_CHANGED, ORG_UNIT_CHANGED, PERSON_ERASED, read


def _apply_employees(conn: Connection, events: Sequence[Envelope]) -> None:
    for envelope in events:
        if envelope.type == "employee-changed":
            _employee(conn, envelope)


def _employee(conn: Connection, envelope: Envelope) -> None:
    said = read(EMPLOYEE_CHANGED, envelope)
    today = local_date(envelope.time).isoformat()
    for employment in said["employments"]:
        _employment(conn, said["person_id"], employment, today)
    listed = [employment["employment_id"] for employment in said["employments"]]
    gone = (
        (t.employments.c.person_id == said["person_id"])
        & t.employments.c.employment_id.not_in(listed)
        & (t.employments.c.to_date.is_(None) | (t.employments.c.to_date > today))
    )
    conn.execute(update(t.employments).where(gone).values(to_date=today))


def _employment(conn: Connection, person_id: str, said: dict[str, Any], today: str) -> None:
    starts, ends = said["starts"].isoformat(), said["ends"]
    row = {
        "employment_id": said["employment_id"],
        "person_id": person_id,
        "position": said["position"],
        "from_date": starts,
        "to_date": None if ends is None else ends.isoformat(),
    }
    put(conn, t.employments, [row])
    units = t.employment_units.c
    newest = (
        select(units.org_unit_id)
        .where(units.employment_id == said["employment_id"])
        .order_by(units.from_date.desc())
        .limit(1)
    )
    known = conn.execute(newest).scalar_one_or_none()
    if known != said["org_unit_id"]:
        since = starts if known is None else max(starts, today)
        place = {"employment_id": said["employment_id"], "from_date": since, "org_unit_id": said["org_unit_id"]}
        put(conn, t.employment_units, [place])


def _apply_homes(conn: Connection, events: Sequence[Envelope]) -> None:
    for envelope in events:
        if envelope.type == "person-erased":
            conn.execute(delete(t.homes).where(t.homes.c.person_id == read(PERSON_ERASED, envelope)["person_id"]))
        if envelope.type == "home-address-changed" and not is_erased(envelope, "address"):
            said = read(HOME_ADDRESS_CHANGED, envelope)
            since = said["starts"].isoformat()
            address = {"address": address_text(said["address"]), "is_protected": said["address"]["protected"]}
            put(conn, t.homes, [{"person_id": said["person_id"], "from_date": since, **address}])


def _apply_org_units(conn: Connection, events: Sequence[Envelope]) -> None:
    for envelope in events:
        if envelope.type == "org-unit-changed":
            said = read(ORG_UNIT_CHANGED, envelope)
            row = {
                "org_unit_id": said["org_unit_id"],
                "from_date": said["starts"].isoformat(),
                "parent_id": said["parent_id"],
                "name": said["name"],
                "address": None if said["address"] is None else address_text(said["address"]),
            }
            put(conn, t.org_units, [row])


def address_text(address: dict[str, str]) -> str:
    """An address on one line, as people write it: ``Skolegade 7, 8900 Randers C``."""
    town = f"{address['postal_code']} {address['city']}".strip()
    return f"{address['street']}, {town}" if town else address["street"]


EMPLOYEES = Projection("people", 1, "payroll", (t.employments, t.employment_units), _apply_employees)
HOMES = Projection("homes", 1, "payroll", (t.homes,), _apply_homes)
ORG_UNITS = Projection("org_units", 1, "payroll", (t.org_units,), _apply_org_units)
