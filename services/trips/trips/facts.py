"""What the read models say of an employee, a unit or a rate on a date. Read inside the transaction that uses it.

Where an employee lives and works is only known from the day the organisation was first imported. Before that day
the first that is known holds, because nobody can have told of anything earlier; a change later on holds from its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select

from trips.domain.addresses import DatedAddress, Kind, home_on, works_on
from trips.domain.employees import Employment, Rate, Workplace
from trips.domain.events import Asked
from trips.domain.profile.driver import Driver, EntryKind
from trips.projections import tables as t

_DEEPEST = 50
"""More levels than any organisation has: ends the climb should the parents ever form a ring."""


def employments_of(conn: Connection, person_id: str) -> list[Employment]:
    """Every employment of the person, the newest first."""
    columns = t.employments.c
    query = select(t.employments).where(columns.person_id == person_id)
    rows = conn.execute(query.order_by(columns.from_date.desc(), columns.employment_id))
    return [_employment(row) for row in rows]


def employment(conn: Connection, person_id: str, employment_id: str) -> Employment | None:
    """The employment if it is the person's own."""
    found = (one for one in employments_of(conn, person_id) if one.employment_id == employment_id)
    return next(found, None)


def workplace(conn: Connection, person_id: str, employment_id: str, day: date, driver: Driver) -> Workplace | None:
    """Unit, home and work address on ``day``, those the ``driver`` has set first; None for an employment that has no
    unit.
    """
    unit_id = _unit_of(conn, employment_id, day)
    if unit_id is None:
        return None
    own = driver.addresses
    home = home_on([*own, *homes_of(conn, person_id)], day)
    works = works_on(own, day, employment_id)
    return Workplace(
        unit_id,
        None if home is None else home.address,
        works[0].address if works else _work_address(conn, unit_id, day),
        home_work_m=driver.metres_on(EntryKind.HOME_WORK_DISTANCE, day, employment_id),
        border_m=driver.metres_on(EntryKind.BORDER_DISTANCE, day),
        alternatives=_alternatives(home, works),
    )


def homes_of(conn: Connection, person_id: str) -> list[DatedAddress[Asked]]:
    """Where the person has lived, as payroll has told it; the first holds for the time before as well."""
    query = select(t.homes).where(t.homes.c.person_id == person_id).order_by(t.homes.c.from_date)
    rows = conn.execute(query).all()
    starts = [date.min, *(date.fromisoformat(row.from_date) for row in rows[1:])]
    ends = [*starts[1:], None]
    return [
        DatedAddress(row.from_date, Kind.HOME, Asked(None, row.address), begins, until)
        for row, begins, until in zip(rows, starts, ends, strict=False)
    ]


def _alternatives(home: DatedAddress[Asked] | None, works: Sequence[DatedAddress[Asked]]) -> tuple[Asked, ...]:
    homes = [home.address] if home is not None and home.kind is Kind.ALTERNATIVE_HOME else []
    return (*homes, *(one.address for one in works))


def rate_on(conn: Connection, rate_type: str, day: date) -> Rate | None:
    """The rate that holds on ``day``, of several the one that began last, as payroll has it; None without one."""
    still = or_(t.rates.c.to_date.is_(None), t.rates.c.to_date > day.isoformat())
    row = _valid_on(conn, t.rates, and_(t.rates.c.rate_type == rate_type, still), day)
    return None if row is None else Rate(row.rate_type, row.name_da, row.name_en, row.oere_per_km, row.requires_plate)


def rates_on(conn: Connection, day: date) -> list[Rate]:
    """Every rate type that has a rate on ``day``, by name."""
    types = conn.execute(select(t.rates.c.rate_type).distinct()).scalars()
    found = [rate for rate_type in types if (rate := rate_on(conn, rate_type, day)) is not None]
    return sorted(found, key=lambda rate: rate.name_da)


def unit_name(conn: Connection, employment_id: str, day: date) -> str:
    """The name of the unit the employment belongs to on ``day``, empty when it is not known."""
    unit_id = _unit_of(conn, employment_id, day)
    row = _known_on(conn, t.org_units, t.org_units.c.org_unit_id == unit_id, day)
    return "" if row is None else str(row.name)


def _unit_of(conn: Connection, employment_id: str, day: date) -> str | None:
    row = _known_on(conn, t.employment_units, t.employment_units.c.employment_id == employment_id, day)
    return None if row is None else str(row.org_unit_id)


def _work_address(conn: Connection, org_unit_id: str | None, day: date) -> Asked | None:
    """The unit's address, or that of the nearest unit above it that has one."""
    for _ in range(_DEEPEST):
        row = _known_on(conn, t.org_units, t.org_units.c.org_unit_id == org_unit_id, day)
        if row is None or row.address is not None:
            return None if row is None else Asked(None, row.address)
        org_unit_id = row.parent_id
    return None


def _valid_on(conn: Connection, table: Table, mine: Any, day: date) -> Any:
    """The row that began last, on ``day`` or before."""
    query = select(table).where(mine, table.c.from_date <= day.isoformat())
    return conn.execute(query.order_by(table.c.from_date.desc()).limit(1)).one_or_none()


def _known_on(conn: Connection, table: Table, mine: Any, day: date) -> Any:
    """As :func:`_valid_on`; for a day before the first row, the first row."""
    rows = conn.execute(select(table).where(mine).order_by(table.c.from_date)).all()
    begun = [row for row in rows if row.from_date <= day.isoformat()]
    return begun[-1] if begun else next(iter(rows), None)


def _employment(row: Any) -> Employment:
    ends = None if row.to_date is None else date.fromisoformat(row.to_date)
    starts = date.fromisoformat(row.from_date)
    return Employment(row.employment_id, row.person_id, row.position, starts, ends)
