"""A whole organisation in the shape of the organisation interface, for the demo and tests of the whole line.

Among its about 200 people are those that rules are about: a unit without a leader, leaders whose own trips
climb to the next level, a director above whom there is nobody, and people with two employments.

CPR numbers: every one begins with day 99. A real number begins with a day of birth (1-31), and the
replacement numbers that hospitals and authorities give out have 60 added to it (61-91), so day 99 belongs to nobody.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from deploy.demo.houses import House
from deploy.demo.map import houses
from deploy.demo.names import GIVEN_NAMES, SURNAMES
from deploy.demo.organisation import ADMINISTRATOR, PAYROLL_OFFICER, UNITS, Unit

_FIRST_EMPLOYEE_NUMBER = 20_001
_SECOND_JOB_EVERY = 29
_MORE_PEOPLE = 100_000
_MOST_TIMES = 49
_Json = dict[str, Any]


@dataclass(frozen=True)
class _Job:
    unit: Unit
    position: str
    leads: bool


@cache
def snapshot() -> _Json:
    """The organisation as the predecessor's interface takes it; the same for every call and every run."""
    return {"OrgUnits": [_unit(unit) for unit in UNITS], "Persons": list(_persons())}


def grown(times: int) -> _Json:
    """The same organisation with ``times`` people for everyone who does not lead or pay, all of them in the same home:
    for a month of more trips than two hundred people drive.
    """
    if times > _MOST_TIMES:
        message = f"there are numbers for {_MOST_TIMES} times the people, not for {times}"
        raise ValueError(message)
    people = snapshot()["Persons"]
    copied = [
        _copy_of(person, number + copy * len(people), copy)
        for copy in range(1, times)
        for number, person in enumerate(people)
        if all(_can_be_many(job) for job in person["Employments"])
    ]
    return {**snapshot(), "Persons": [*people, *copied]}


def original(employee_number: str) -> str:
    """The number in :func:`snapshot` of which this one is a copy."""
    return str(int(employee_number) % _MORE_PEOPLE)


def _can_be_many(job: _Json) -> bool:
    return not job["Manager"] and job["Position"] not in {PAYROLL_OFFICER, ADMINISTRATOR}


def _copy_of(person: _Json, index: int, copy: int) -> _Json:
    jobs = [
        {**job, "EmployeeNumber": str(int(job["EmployeeNumber"]) + copy * _MORE_PEOPLE)}
        for job in person["Employments"]
    ]
    initials = f"{person['Initials'].rstrip('0123456789')}{index}"
    own = {"CPR": f"{person['CPR'][:6]}{index:04d}", "Initials": initials, "Email": f"{initials}@havnby.example"}
    return {**person, **own, "Employments": jobs}


def _unit(unit: Unit) -> _Json:
    house = next(h for h in houses() if h.place.name == unit.place and h.street == unit.street)
    return {
        "Id": unit.unit_id,
        "ParentId": unit.parent_id,
        "Name": unit.name,
        "Address": _address(house),
        "CostCenter": f"{int(unit.unit_id) * 1000:07d}",
    }


def _persons() -> Iterator[_Json]:
    chance = random.Random("Havnby Kommune")  # noqa: S311 - the same people every time is the point
    names = [(given, surname) for given in GIVEN_NAMES for surname in SURNAMES]
    jobs = list(_jobs())
    for index, (job, name) in enumerate(zip(jobs, chance.sample(names, len(jobs)), strict=True)):
        employments = [_employment(job, _FIRST_EMPLOYEE_NUMBER + index, chance)]
        if index % _SECOND_JOB_EVERY == _SECOND_JOB_EVERY - 1:
            other = next(j for j in chance.sample(jobs, len(jobs)) if _goes_with(j, job))
            employments.append(_employment(other, 2 * _FIRST_EMPLOYEE_NUMBER + index, chance))
        yield _person(index, name, employments, chance)


def _goes_with(second: _Job, first: _Job) -> bool:
    """A second job is in another unit, and neither leads nor pays anybody."""
    return second.unit != first.unit and not second.leads and second.position not in {PAYROLL_OFFICER, ADMINISTRATOR}


def _jobs() -> Iterator[_Job]:
    for unit in UNITS:
        if unit.leader:
            yield _Job(unit, unit.leader, leads=True)
        for position, count in unit.staff:
            yield from (_Job(unit, position, leads=False) for _ in range(count))


def _person(index: int, name: tuple[str, str], employments: list[_Json], chance: random.Random) -> _Json:
    given, surname = name
    initials = f"{_ascii(given)[:2]}{_ascii(surname)[:2]}{index}".lower()
    return {
        "CPR": f"99{chance.randint(1, 12):02d}{chance.randint(58, 99)}{index:04d}",
        "FirstName": given,
        "LastName": surname,
        "Email": f"{initials}@havnby.example",
        "Initials": initials,
        "Address": _address(chance.choice(_homes())),
        "Employments": employments,
    }


@cache
def _homes() -> tuple[House, ...]:
    """Where people live: anywhere but on the island that no ferry reaches, for nobody there gets to work."""
    return tuple(house for house in houses() if house.place.name != "Fjernø")


def _employment(job: _Job, number: int, chance: random.Random) -> _Json:
    return {
        "EmployeeNumber": str(number),
        "FromDate": (date(2012, 1, 1) + timedelta(days=chance.randint(0, 4_500))).isoformat(),
        "ToDate": None,
        "OrgUnitId": job.unit.unit_id,
        "Position": job.position,
        "CostCenter": f"{int(job.unit.unit_id) * 1000:07d}",
        "Manager": job.leads,
        "ExtraNumber": 0,
        "EmploymentType": 1,
        "InstituteCode": "HB",
    }


def _address(house: House) -> _Json:
    place = house.place
    return {"Street": house.street_and_number, "PostalCode": place.postal_code, "City": place.city}


def _ascii(text: str) -> str:
    return text.translate(str.maketrans("æøåÆØÅ", "aoaAOA"))
