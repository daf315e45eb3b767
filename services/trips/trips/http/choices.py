"""What an employee can choose between when reporting a trip, and what stands in the way of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chassis.clock import local_date
from chassis.pages.formats import money
from chassis.store import reading
from trips import facts
from trips.application.measuring import known_answer
from trips.bootstrap import TripsApp
from trips.domain.employees import Employment, Rate, Workplace
from trips.domain.quoting import home_and_work
from trips.domain.settings import MEASURED, terms_on
from trips.http.actions import TripsCall
from trips.profiles import profile_of


@dataclass(frozen=True, slots=True)
class Job:
    """An employment as its holder knows it: position and unit."""

    employment_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Choices:
    """``commute_fault`` says why commuting cannot be deducted, None when it can; ``four_km`` and ``without_extra``
    whether the units of some employment allow it, ``method`` how a trip of the first is suggested to be reported;
    ``alternative_home`` whether home is one the caller has set.
    """

    jobs: list[Job]
    rates: list[Rate]
    commute_fault: str | None
    four_km: bool = False
    without_extra: bool = False
    method: str = MEASURED
    alternative_home: bool = False


def choices(call: TripsCall, day: date | None) -> Choices:
    """The caller's employments and the rates on ``day`` (or today)."""
    app: TripsApp = call.app
    person_id = call.person_id
    on = day or local_date(app.clock())
    driver = profile_of(app.store, person_id).driver
    with reading(app.store.engine) as conn:
        held = [one for one in facts.employments_of(conn, person_id) if one.active_on(on)]
        jobs = [Job(one.employment_id, _label(one, facts.unit_name(conn, one.employment_id, on))) for one in held]
        rates = facts.rates_on(conn, on)
        places = [facts.workplace(conn, person_id, one.employment_id, on, driver) for one in held]
    faults = [_commute_fault(app, person_id, place) for place in places]
    terms = [terms_on(on, place.settings, app.rules.otherwise) for place in places if place is not None]
    return Choices(
        jobs,
        rates,
        next((fault for fault in faults if fault), None),
        any(one.four_km_allowed for one in terms),
        any(one.without_extra_allowed for one in terms),
        next((one.default_method for one in terms), MEASURED),
        any(place is not None and place.alternative_home for place in places),
    )


def rate_options(call: TripsCall, offered: Choices) -> list[tuple[str, str]]:
    """Each rate type with its name and price, as a form offers it."""
    return [
        (one.rate_type, call.t("field.rate_option", name=_name(call, one), price=money(one.oere_per_km, call.language)))
        for one in offered.rates
    ]


def plated(call: TripsCall, offered: Choices) -> list[str]:
    """The names of the rates that ask for a licence plate."""
    return [_name(call, one) for one in offered.rates if one.requires_plate]


def _name(call: TripsCall, rate: Rate) -> str:
    return rate.name_da if call.language == "da" else rate.name_en


def fault_text(fault: str | None, *, alternative_home: bool) -> str | None:
    """The text that says what stands in the way of the commute, and who can mend it."""
    return "alternative_home_unknown" if alternative_home and fault == "home_unknown" else fault


def _commute_fault(app: TripsApp, person_id: str, place: Workplace | None) -> str | None:
    if place is None:
        return None
    if place.home is None:
        return "home_unknown"
    if place.work is None:
        return "work_unknown"
    points = (place.home, place.work)
    known = app.store.look(lambda uow: known_answer(uow, person_id, points))
    return None if known is None else home_and_work(known).commute.fault


def _label(employment: Employment, unit: str) -> str:
    return ", ".join(part for part in (employment.position, unit) if part) or employment.employment_id
