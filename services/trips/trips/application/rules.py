"""The municipality's settings that decide trips, and what a reported trip is checked against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chassis.clock import local_date
from chassis.errors import Rejected
from chassis.store import UnitOfWork
from trips import facts
from trips.domain.deduction import POLICIES, Policy
from trips.domain.driving_day import method_of
from trips.domain.employees import Employment, Rate, Workplace
from trips.domain.events import Report
from trips.domain.settings import TYPED, Terms, terms_on
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
    "four_km_not_allowed": "four_km",
    "comment_missing": "remark",
    "distance_not_positive": "odometer",
    "round_trip_closed_path": "round_trip",
}
"""Where on the form each fault is shown."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the municipality has decided: ``otherwise`` holds where no unit says so itself; ``max_age_days`` None means
    that trips may be of any age; ``policies`` are the deduction policies there are, by name.
    """

    otherwise: Terms
    max_age_days: int | None
    policies: Mapping[str, Policy] = field(default_factory=lambda: POLICIES)

    def terms(self, report: Report, place: Workplace) -> Terms:
        """What holds for the trip's unit on its driving date."""
        return terms_on(report.driving_date, place.settings, self.otherwise)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known about a reported trip, whether it may be reported or not."""

    job: Employment | None
    place: Workplace | None
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for the trip on its driving date."""

    workplace: Workplace
    rate: Rate
    terms: Terms


def look(uow: UnitOfWork, person_id: str, report: Report) -> Seen:
    """What is known of the trip's employment, unit, home and rate on its driving date."""
    conn, day = uow.conn, report.driving_date
    rate = facts.rate_on(conn, report.rate_type, day, uow.once)
    job = facts.employment(conn, person_id, report.employment_id, uow.once)
    if job is None:
        return Seen(None, None, rate)
    place = facts.workplace(conn, person_id, job.employment_id, day, driver_of(uow, person_id), uow.once)
    return Seen(job, place, rate)


def circumstances(seen: Seen, rules: Rules, report: Report, now: datetime) -> Circumstances:
    """Check a reported trip against everything known, all faults at once.

    ``Rejected("trip_invalid")`` with ``errors``: the codes by field.
    """
    terms = rules.otherwise if seen.place is None else rules.terms(report, seen.place)
    found = list(faults(_draft(report), _limits(rules, terms, seen.rate, now)))
    found += _employment_faults(report, seen)
    found += ["no_rate"] if seen.rate is None else []
    found += ["without_extra_not_allowed"] if report.without_extra and not terms.without_extra_allowed else []
    if found or seen.rate is None or seen.place is None:
        raise invalid(found)
    return Circumstances(seen.place, seen.rate, terms)


def invalid(codes: list[str]) -> Rejected:
    """The refusal of a trip with these faults."""
    errors: dict[str, list[str]] = {}
    for code in sorted(codes):
        errors.setdefault(FIELD_OF_FAULT[code], []).append(code)
    return Rejected("trip_invalid", "the trip cannot be reported as it is", errors=errors)


def _draft(report: Report) -> Draft:
    typed = report.odometer
    return Draft(
        method=method_of(report) if typed is None else TYPED,
        purpose=report.purpose,
        driving_date=report.driving_date,
        point_count=len(report.points),
        comment=report.remark,
        distance_m=None if typed is None else typed.distance_m,
        licence_plate=report.licence_plate,
        four_km=report.four_km,
        round_trip=report.round_trip,
        starts_at_home=typed is not None and typed.starts_at_home,
        ends_at_home=typed is not None and typed.ends_at_home,
    )


def _limits(rules: Rules, terms: Terms, rate: Rate | None, now: datetime) -> Limits:
    plate = rate is not None and rate.requires_plate
    return Limits(local_date(now), rules.max_age_days, requires_plate=plate, four_km_allowed=terms.four_km_allowed)


def _employment_faults(report: Report, seen: Seen) -> list[str]:
    if seen.job is None or seen.place is None:
        return ["employment_unknown"]
    return [] if seen.job.active_on(report.driving_date) else ["employment_not_active"]
