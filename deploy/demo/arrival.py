"""What happens once, at the first start: the municipality is imported, and somebody has already driven.

All of it goes in by the front door, as an HR system and people would do it.
"""

from datetime import date, timedelta
from typing import Any

from deploy.client import System, program
from deploy.demo import line
from deploy.demo.municipality import snapshot
from deploy.demo.people import Person, everybody, featured
from deploy.demo.trips import TripPlanner, workdays_before

_PATIENCE_S = 60.0
_PAID_BEFORE, _APPROVED_NOW, _WAITING = 10, 3, 5


def has_arrived(system: System) -> bool:
    """Whether the municipality is here already."""
    return bool(system.acting_as(program("admin")).get("/payroll/api/v1/people", limit=1)["items"])


def import_organisation(system: System) -> None:
    """Importing it again changes nothing."""
    system.acting_as(program("integration")).put("/payroll/api/v1/organisation", snapshot())


def make_history(system: System, today: date) -> None:
    """Last month's trips paid, and this month's on their way: approved, rejected and waiting."""
    people = everybody(system)
    cast = featured(people)
    unit = cast["leader"].employments[0].org_unit_id
    drivers = [cast["employee"], *(p for p in people if p.employments[0].org_unit_id == unit and not p.leads)][:6]
    line.wait_until_known(system, "payroll", ("trips", "approval"), _PATIENCE_S)
    last_month = today.replace(day=1) - timedelta(days=1)
    paid = _report(system, drivers, workdays_before(last_month, 20), _PAID_BEFORE)
    _decide(system, cast["leader"], paid)
    line.wait_until_known(system, "approval", ("payroll",), _PATIENCE_S)
    line.close(system, cast["payroll"], f"{last_month:%Y-%m}")
    current = _report(system, drivers, workdays_before(today, 14), _APPROVED_NOW + _WAITING)
    _decide(system, cast["leader"], current[:_APPROVED_NOW])


def _report(system: System, drivers: list[Person], dates: list[date], count: int) -> list[str]:
    planner = TripPlanner(f"history {dates[0]}", dates)
    trips = [planner.plan(drivers[index % len(drivers)]) for index in range(count)]
    for trip in trips:
        line.report(system, trip)
    return list(line.wait_measured(system, [trip.trip_id for trip in trips], _PATIENCE_S))


def _decide(system: System, leader: Person, trip_ids: list[str]) -> None:
    """The last of them is sent back, the others are approved."""

    def decide(item: dict[str, Any]) -> dict[str, Any]:
        if item["trip_id"] == trip_ids[-1]:
            return {"decision": "reject", "comment": "Skriv venligst, hvem du besøgte."}
        return {"decision": "approve"}

    for _ in line.decide_all(system, [leader], trip_ids, decide, _PATIENCE_S):
        pass
