"""What the read models say of an employee, a unit or a rate on a date. Read inside the transaction that uses it.

Where an employee lives and works is only known from the day the organisation was first imported. Before that day
the first that is known holds, because nobody can have told of anything earlier; a change later on holds from its day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, cast, select

from trips.domain.addresses import DatedAddress, Kind, home_on, works_on
from trips.domain.employees import Employment, Rate, Workplace
from trips.domain.events import Asked
from trips.domain.profile.driver import Driver, EntryKind
from trips.domain.protected import protected_homes
from trips.domain.settings import OrgUnitPolicySet, OwnSettings
from trips.projections import tables as t
from trips.projections.settings import read_row

_DEEPEST = 50
"""More levels than any organisation has: ends the climb should the parents ever form a ring."""

Once = Callable[[Hashable, Callable[[], Any]], Any]
"""``once(key, read)`` gives what ``read`` gives, or gave: whoever asks for many trips reads the rows once."""


def each_time(_key: Hashable, read: Callable[[], Any]) -> Any:
    """Remembers nothing."""
    return read()


def employments_of(conn: Connection, person_id: str, once: Once = each_time) -> list[Employment]:
    """Every employment of the person, the newest first."""
    rows = once(("employments", person_id), lambda: conn.execute(_EMPLOYMENTS, {"person_id": person_id}).all())
    return [_employment(row) for row in rows]


def employment(conn: Connection, person_id: str, employment_id: str, once: Once = each_time) -> Employment | None:
    """The employment if it is the person's own."""
    found = (one for one in employments_of(conn, person_id, once) if one.employment_id == employment_id)
    return next(found, None)


def workplace(
    conn: Connection, person_id: str, employment_id: str, day: date, driver: Driver, once: Once = each_time
) -> Workplace | None:
    """Unit, home and work address on ``day``, those the ``driver`` has set first, and the units' settings; None for an
    employment that has no unit.
    """
    unit_id = _unit_of(conn, employment_id, day, once)
    if unit_id is None:
        return None
    own = driver.addresses
    homes = homes_of(conn, person_id, once)
    home = home_on([*own, *homes], day)
    is_own = home is not None and home.kind is Kind.ALTERNATIVE_HOME
    works = works_on(own, day, employment_id)
    units = list(_upwards(conn, unit_id, day, once))
    work = next((Asked(None, one.address) for one in units if one.address is not None), None)
    return Workplace(
        unit_id,
        None if home is None else home.address,
        works[0].address if works else work,
        home_work_m=driver.metres_on(EntryKind.HOME_WORK_DISTANCE, day, employment_id),
        border_m=driver.metres_on(EntryKind.BORDER_DISTANCE, day),
        alternatives=(*([home.address] if home is not None and is_own else []), *(one.address for one in works)),
        settings=tuple(one.settings for one in units),
        protected_homes=protected_homes(homes, day),
        alternative_home=is_own,
    )


def homes_of(conn: Connection, person_id: str, once: Once = each_time) -> list[DatedAddress[Asked]]:
    """Where the person has lived, as payroll has told it; the first holds for the time before as well."""
    rows = once(("homes", person_id), lambda: conn.execute(_HOMES, {"person_id": person_id}).all())
    starts = [date.min, *(date.fromisoformat(row.from_date) for row in rows[1:])]
    ends = [*starts[1:], None]
    return [
        DatedAddress(row.from_date, Kind.HOME, Asked(None, row.address), begins, until, protected=row.is_protected)
        for row, begins, until in zip(rows, starts, ends, strict=False)
    ]


def rate_on(conn: Connection, rate_type: str, day: date, once: Once = each_time) -> Rate | None:
    """The rate that holds on ``day``, of several the one that began last, as payroll has it; None without one."""
    rows = once(("rate", rate_type), lambda: conn.execute(_RATES, {"rate_type": rate_type}).all())
    on = day.isoformat()
    row = next((row for row in rows if row.from_date <= on and (row.to_date is None or row.to_date > on)), None)
    return None if row is None else Rate(row.rate_type, row.name_da, row.name_en, row.oere_per_km, row.requires_plate)


def rates_on(conn: Connection, day: date) -> list[Rate]:
    """Every rate type that has a rate on ``day``, by name."""
    types = conn.execute(select(t.rates.c.rate_type).distinct()).scalars()
    found = [rate for rate_type in types if (rate := rate_on(conn, rate_type, day)) is not None]
    return sorted(found, key=lambda rate: rate.name_da)


def unit_name(conn: Connection, employment_id: str, day: date) -> str:
    """The name of the unit the employment belongs to on ``day``, empty when it is not known."""
    unit_id = _unit_of(conn, employment_id, day)
    rows = conn.execute(select(t.org_units).where(t.org_units.c.org_unit_id == unit_id))
    row = _of_day({row.from_date: row for row in rows}, day)
    return "" if row is None else str(row.name)


def is_unit(conn: Connection, org_unit_id: str) -> bool:
    """Whether payroll has told of such a unit."""
    query = select(t.org_units.c.org_unit_id).where(t.org_units.c.org_unit_id == org_unit_id).limit(1)
    return conn.execute(query).one_or_none() is not None


def settings_above(conn: Connection, org_unit_id: str, day: date) -> tuple[OwnSettings, ...]:
    """The settings of the unit and of those above it on ``day``, from below."""
    return tuple(unit.settings for unit in _upwards(conn, org_unit_id, day))


def unit_names(conn: Connection, day: date, org_unit_id: str | None = None) -> list[tuple[str, str]]:
    """Every unit, or one, with its name on ``day``, by name."""
    query = select(t.org_units.c.org_unit_id, t.org_units.c.from_date, t.org_units.c.name)
    if org_unit_id is not None:
        query = query.where(t.org_units.c.org_unit_id == org_unit_id)
    dated: dict[str, dict[str, Any]] = {}
    for row in conn.execute(query):
        dated.setdefault(row.org_unit_id, {})[row.from_date] = row
    return sorted(((key, _of_day(rows, day).name) for key, rows in dated.items()), key=lambda unit: unit[1])


def _unit_of(conn: Connection, employment_id: str, day: date, once: Once = each_time) -> str | None:
    asked = {"employment_id": employment_id}
    rows = once(("units", employment_id), lambda: conn.execute(_UNITS, asked).all())
    row = _of_day({row.from_date: row for row in rows}, day)
    return None if row is None else str(row.org_unit_id)


@dataclass(slots=True)
class _Unit:
    """A unit on a day, with the settings it has from any date on."""

    address: str | None = None
    parent_id: str | None = None
    settings: OwnSettings = ()


def _upwards(conn: Connection, unit_id: str, day: date, once: Once = each_time) -> Iterator[_Unit]:
    """The unit and the units above it on ``day``, from below; read with one query, whatever its height."""
    dated: dict[str, dict[str, Any]] = {}
    settings: dict[str, dict[str, OrgUnitPolicySet]] = {}
    for row in once(("above", unit_id), lambda: conn.execute(_ABOVE, {"unit_id": unit_id}).all()):
        if row.unit_from is not None:
            dated.setdefault(row.unit_id, {})[row.unit_from] = row
        if row.from_date is not None:
            settings.setdefault(row.unit_id, {})[row.from_date] = read_row(row)
    at: str | None = unit_id
    for _ in range(_DEEPEST):
        if at is None:
            return
        known = _of_day(dated.get(at, {}), day)
        own = tuple(one for _, one in sorted(settings.get(at, {}).items()))
        yield _Unit(None if known is None else known.address, None if known is None else known.parent_id, own)
        at = None if known is None else known.parent_id


def _of_day(dated: dict[str, Any], day: date) -> Any:
    """What began last on ``day`` or before; for a day before the first, the first."""
    begun = [since for since in dated if since <= day.isoformat()]
    return dated[max(begun) if begun else min(dated)] if dated else None


def _above() -> Select[Any]:
    """Every unit that was ever above the one asked for, itself among them, with its addresses and settings."""
    units, settings = t.org_units, t.org_unit_policies
    ids = select(cast(bindparam("unit_id"), String).label("id")).cte("above", recursive=True)
    ids = ids.union(select(units.c.parent_id).where(units.c.org_unit_id == ids.c.id, units.c.parent_id.is_not(None)))
    joined = ids.outerjoin(units, units.c.org_unit_id == ids.c.id)
    joined = joined.outerjoin(settings, settings.c.org_unit_id == ids.c.id)
    unit = (units.c.from_date.label("unit_from"), units.c.parent_id, units.c.address)
    return select(ids.c.id.label("unit_id"), *unit, settings).select_from(joined)


# Every trip asks these. Made once: making a statement takes longer than asking.
_ABOVE = _above()
_EMPLOYMENTS = (
    select(t.employments)
    .where(t.employments.c.person_id == bindparam("person_id"))
    .order_by(t.employments.c.from_date.desc(), t.employments.c.employment_id)
)
_HOMES = select(t.homes).where(t.homes.c.person_id == bindparam("person_id")).order_by(t.homes.c.from_date)
_RATES = select(t.rates).where(t.rates.c.rate_type == bindparam("rate_type")).order_by(t.rates.c.from_date.desc())
_UNITS = select(t.employment_units).where(t.employment_units.c.employment_id == bindparam("employment_id"))


def _employment(row: Any) -> Employment:
    ends = None if row.to_date is None else date.fromisoformat(row.to_date)
    starts = date.fromisoformat(row.from_date)
    return Employment(row.employment_id, row.person_id, row.position, starts, ends)
