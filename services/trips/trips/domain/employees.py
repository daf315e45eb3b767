"""What trips knows of an employee on a date: employment, unit, home, workplace, rate. All periods are half-open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trips.domain.events import Asked
from trips.domain.settings import OwnSettings


@dataclass(frozen=True, slots=True)
class Employment:
    """A person's job. ``ends`` is the first day after it, None while it is open."""

    employment_id: str
    person_id: str
    position: str
    starts: date
    ends: date | None

    def active_on(self, day: date) -> bool:
        """Whether the employment holds on ``day``."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of a rate type from a date on, and whether the trip must name a licence plate."""

    rate_type: str
    name_da: str
    name_en: str
    oere_per_km: int
    requires_plate: bool


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where somebody works and lives on a date, None when unknown. ``home_work_m`` and ``border_m`` are distances the
    person has set, ``alternatives`` the addresses they have set in place of payroll's home and workplace,
    ``alternative_home`` whether home is one of them, ``settings`` those of the unit and of the units above it, from
    below; ``protected_homes`` are the homes by payroll that nobody else may be shown.
    """

    org_unit_id: str
    home: Asked | None
    work: Asked | None
    home_work_m: int | None = None
    border_m: int | None = None
    alternatives: tuple[Asked, ...] = ()
    settings: tuple[OwnSettings, ...] = ()
    protected_homes: tuple[str, ...] = ()
    alternative_home: bool = False
