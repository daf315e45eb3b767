"""The municipality's settings that decide trips, and what a reported trip is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from chassis.clock import local_date
from chassis.errors import Rejected
from chassis.store import UnitOfWork
from trips import facts
from trips.domain.deduction import WITHOUT_EXTRA
from trips.domain.employees import Rate, Workplace
from trips.domain.events import Report
from trips.domain.quoting import CALCULATED
from trips.domain.validation import Draft, Limits, faults
from trips.profiles import driver_of

FIELD_OF_FAULT = {
    "purpose_missing": "purpose",
    "too_few_points": "points",
    "date_in_future": "driving_date",
    "too_old": "driving_date",
    "plate_missing": "licence_plate",
    "employment_unknown": "employment_id",
    "employment_not_active": "employment_id",
    "no_rate": "rate_type",
    "without_extra_not_allowed": "without_extra",
    "round_trip_closed_path": "round_trip",
}
"""Where on the form each fault is shown."""


@dataclass(frozen=True, slots=True)
class Rules:
    """``policy`` is how commuting is deducted; ``max_age_days`` None means that trips may be of any age."""

    policy: str
    max_age_days: int | None
    without_extra_allowed: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for the trip on its driving date."""

    workplace: Workplace
    rate: Rate


def circumstances(uow: UnitOfWork, rules: Rules, person_id: str, report: Report, now: datetime) -> Circumstances:
    """Check a reported trip against everything known, all faults at once.

    ``Rejected("trip_invalid")`` with ``errors``: the codes by field.
    """
    conn = uow.conn
    driver = driver_of(uow, person_id)
    rate = facts.rate_on(conn, report.rate_type, report.driving_date)
    place = facts.workplace(conn, person_id, report.employment_id, report.driving_date, driver)
    found = list(faults(_draft(report), _limits(rules, rate, now)))
    found += _employment_faults(conn, person_id, report, place)
    found += ["no_rate"] if rate is None else []
    found += ["without_extra_not_allowed"] if report.without_extra and not rules.without_extra_allowed else []
    if found or rate is None or place is None:
        raise invalid(found)
    return Circumstances(place, rate)


def invalid(codes: list[str]) -> Rejected:
    """The refusal of a trip with these faults."""
    errors: dict[str, list[str]] = {}
    for code in sorted(codes):
        errors.setdefault(FIELD_OF_FAULT[code], []).append(code)
    return Rejected("trip_invalid", "the trip cannot be reported as it is", errors=errors)


def _draft(report: Report) -> Draft:
    return Draft(
        method=WITHOUT_EXTRA if report.without_extra else CALCULATED,
        purpose=report.purpose,
        driving_date=report.driving_date,
        point_count=len(report.points),
        licence_plate=report.licence_plate,
        round_trip=report.round_trip,
    )


def _limits(rules: Rules, rate: Rate | None, now: datetime) -> Limits:
    return Limits(local_date(now), rules.max_age_days, requires_plate=rate is not None and rate.requires_plate)


def _employment_faults(conn: Connection, person_id: str, report: Report, place: Workplace | None) -> list[str]:
    job = facts.employment(conn, person_id, report.employment_id)
    if job is None or place is None:
        return ["employment_unknown"]
    return [] if job.active_on(report.driving_date) else ["employment_not_active"]
