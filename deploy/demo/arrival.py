"""What happens once, at the first start: the municipality is imported, and somebody has already driven.

All of it goes in by the front door, as an HR system and people would do it.
"""

from datetime import date, timedelta
from typing import Any

from deploy.client import System, program
from deploy.demo import line
from deploy.demo.municipality import grown
from deploy.demo.people import Person, everybody, featured
from deploy.demo.trips import PlannedTrip, TripPlanner, workdays_before, workdays_of

_PATIENCE_S = 60.0
_PAID_BEFORE, _APPROVED_NOW, _WAITING, _DRIVERS = 10, 3, 5, 6


def import_organisation(system: System, times: int = 1) -> None:
    """Importing it again changes nothing; ``times`` is by how much it has grown."""
    system.acting_as(program("integration")).put("/payroll/api/v1/organisation", grown(times))


def make_history(system: System, today: date) -> None:
    """The month before last is paid; this month's trips are on their way: approved, sent back and waiting.

    What was begun and interrupted is gone on with: the trips are the same ones every time.
    """
    cast = featured(people := everybody(system))
    drivers = [cast["employee"], *(p for p in people if _same_unit(p, cast["leader"]) and not p.leads)][:_DRIVERS]
    line.wait_until_known(system, "payroll", ("trips", "approval"), _PATIENCE_S)
    before_last = _month_before(_month_before(today))
    paid = _report(system, drivers, workdays_of(f"{before_last:%Y-%m}", today), _PAID_BEFORE)
    _decide(system, cast["leader"], paid)
    line.wait_until_known(system, "approval", ("payroll",), _PATIENCE_S)
    line.close(system, cast["payroll"], f"{before_last:%Y-%m}")
    current = _report(system, drivers, workdays_before(today, 14), _APPROVED_NOW + _WAITING)
    _decide(system, cast["leader"], current[:_APPROVED_NOW])


def _same_unit(person: Person, leader: Person) -> bool:
    return person.employments[0].org_unit_id == leader.employments[0].org_unit_id


def _month_before(day: date) -> date:
    """The last day of the month before."""
    return day.replace(day=1) - timedelta(days=1)


def _report(system: System, drivers: list[Person], dates: list[date], count: int) -> list[PlannedTrip]:
    planner = TripPlanner(f"history {dates[0]}", dates)
    trips = [planner.plan(drivers[index % len(drivers)]) for index in range(count)]
    for trip in trips:
        line.report(system, trip)
    for _ in line.wait_measured(system, [trip.trip_id for trip in trips], _PATIENCE_S):
        pass
    return trips


def _decide(system: System, leader: Person, trips: list[PlannedTrip]) -> None:
    """The last of them is sent back, the others are approved."""

    def decide(item: dict[str, Any]) -> dict[str, Any]:
        if item["trip_id"] == trips[-1].trip_id:
            return {"decision": "reject", "comment": "Skriv venligst, hvem du besøgte."}
        return {"decision": "approve"}

    undecided = [trip.trip_id for trip in trips if _status(system, trip) == "submitted"]
    for _ in line.decide_all(system, [leader], undecided, decide, _PATIENCE_S):
        pass


def _status(system: System, trip: PlannedTrip) -> str:
    api = system.acting_as(trip.person.identity)
    return str(api.get(f"/trips/api/v1/trips/{trip.trip_id}")["status"])
