"""A person's way between home and work on a day, for each employment: where, how far, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from chassis.store import reading
from trips import facts
from trips.application.measuring import known_answer
from trips.domain.deduction import Commute
from trips.domain.employees import Employment, Workplace
from trips.domain.events import Place, RouteMeasured
from trips.domain.home import Position
from trips.domain.quoting import home_and_work
from trips.profiles import profile_of

if TYPE_CHECKING:
    from trips.bootstrap import TripsApp

NOT_ANSWERED = Commute(None)


@dataclass(frozen=True, slots=True)
class WayToWork:
    """``home_work_m`` is what trips are reckoned with, ``measured_m`` what routing found, None while it is not known;
    ``fault`` says why it never will be. ``work`` is the workplace as routing found it, ``home_at`` where it found the
    home; None while it has not.
    """

    employment: Employment
    unit: str
    place: Workplace
    home_work_m: int | None
    measured_m: int | None
    fault: str | None
    work: Place | None
    home_at: Position | None


def ways_to_work(app: TripsApp, person_id: str, day: date) -> list[WayToWork]:
    """One for each employment of the person that holds on ``day``."""
    driver = profile_of(app.store, person_id).driver
    with reading(app.store.engine) as conn:
        held = [one for one in facts.employments_of(conn, person_id) if one.active_on(day)]
        placed = [
            (one, facts.unit_name(conn, one.employment_id, day), place)
            for one in held
            if (place := facts.workplace(conn, person_id, one.employment_id, day, driver)) is not None
        ]
    return [_way(app, person_id, *one) for one in placed]


def _way(app: TripsApp, person_id: str, employment: Employment, unit: str, place: Workplace) -> WayToWork:
    if place.home is None or place.work is None:
        missing = "home_unknown" if place.home is None else "work_unknown"
        return WayToWork(employment, unit, place, place.home_work_m, None, missing, None, None)
    points = (place.home, place.work)
    answer = app.store.look(partial(known_answer, person_id=person_id, points=points))
    found = None if answer is None else home_and_work(answer)
    commute = NOT_ANSWERED if found is None else found.commute
    known_m = commute.home_work_m if place.home_work_m is None else place.home_work_m
    work = answer.points[-1] if isinstance(answer, RouteMeasured) else None
    return WayToWork(
        employment,
        unit,
        place,
        known_m,
        commute.home_work_m,
        commute.fault,
        work,
        None if found is None else found.home,
    )
