"""The people of the demo municipality as the running system knows them, and what each may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from chassis.identity import Identity
from deploy.client import System, program
from deploy.demo.municipality import original, snapshot
from deploy.demo.organisation import ADMINISTRATOR, FEATURED_UNIT, PAYROLL_OFFICER, UNITS

_ROLE_OF_POSITION = {PAYROLL_OFFICER: "payroll", ADMINISTRATOR: "admin"}
_UNITS = {unit.unit_id: unit for unit in UNITS}


@dataclass(frozen=True)
class Employment:
    employment_id: str
    employee_number: str
    org_unit_id: str
    position: str
    leader: bool

    @property
    def unit_name(self) -> str:
        unit = _UNITS.get(self.org_unit_id)
        return unit.name if unit else self.org_unit_id


@dataclass(frozen=True)
class Person:
    """Somebody employed in the municipality; `employments` has at least one."""

    person_id: str
    name: str
    employments: tuple[Employment, ...]

    @property
    def identity(self) -> Identity:
        """What an identity provider would say of them."""
        special = {_ROLE_OF_POSITION[e.position] for e in self.employments if e.position in _ROLE_OF_POSITION}
        return Identity(self.person_id, frozenset({"employee", *special}), self.name)

    @property
    def leads(self) -> bool:
        return any(employment.leader for employment in self.employments)

    def has_role(self, role: str) -> bool:
        return role in self.identity.roles


def everybody(system: System) -> list[Person]:
    """Everyone with an employment, by name."""
    people = system.acting_as(program("admin")).items("/payroll/api/v1/people")
    return sorted(_persons(people), key=lambda person: person.name)


def featured(people: list[Person]) -> dict[str, Person]:
    """One person for each part of the line: somebody who drives, the leader, payroll and the administrator."""
    in_unit = [person for person in people if person.employments[0].org_unit_id == FEATURED_UNIT]
    return {
        "employee": next(person for person in in_unit if not person.leads),
        "leader": next(person for person in in_unit if person.leads),
        "payroll": next(person for person in people if person.employments[0].position == PAYROLL_OFFICER),
        "admin": next(person for person in people if person.employments[0].position == ADMINISTRATOR),
    }


@cache
def home_of(employee_number: str) -> str:
    """Where the holder of this employment lives, as one line of text."""
    number = original(employee_number)
    holder = next(
        person
        for person in snapshot()["Persons"]
        if any(job["EmployeeNumber"] == number for job in person["Employments"])
    )
    return address_text(holder["Address"])


@cache
def workplace_of(org_unit_id: str) -> str:
    """Where a unit is, as one line of text."""
    unit = next(unit for unit in snapshot()["OrgUnits"] if unit["Id"] == org_unit_id)
    return address_text(unit["Address"])


def address_text(address: dict[str, str]) -> str:
    return f"{address['Street']}, {address['PostalCode']} {address['City']}"


def _persons(items: list[dict[str, Any]]) -> Iterable[Person]:
    for item in items:
        employments = tuple(_employment(e) for e in item["employments"] if e.get("to") is None)
        if employments:
            yield Person(item["person_id"], item["name"], employments)


def _employment(item: dict[str, Any]) -> Employment:
    names = ("employment_id", "employee_number", "org_unit_id", "position", "leader")
    return Employment(**{name: item[name] for name in names})
