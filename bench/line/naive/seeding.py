"""The rows each naive service has before the month begins: people, units and rates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.line.facts import Facts
from bench.line.naive import models

BASES = {"trips": models.TripsBase, "approval": models.ApprovalBase, "payroll": models.PayrollBase}


def seed(urls: dict[str, str], facts: Facts) -> None:
    """Make every service's tables and fill in what it knows."""
    rows = {"trips": _of_trips(facts), "approval": _of_approval(facts), "payroll": _of_payroll(facts)}
    for name, url in urls.items():
        engine = create_engine(url)
        BASES[name].metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            session.add_all(list(rows[name]))
        engine.dispose()


def _jobs(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    for person in facts.people:
        for job in person["employments"]:
            yield person["person_id"], job


def _of_trips(facts: Facts) -> Iterator[object]:
    for person_id, job in _jobs(facts):
        yield models.Employment(
            employment_id=job["employment_id"],
            person_id=person_id,
            org_unit_id=job["org_unit_id"],
            from_date=date.fromisoformat(job["from"]),
        )
    for rate in facts.rates:
        yield models.TripRate(**_rate(rate))


def _of_approval(facts: Facts) -> Iterator[object]:
    leaders = {job["org_unit_id"]: person_id for person_id, job in _jobs(facts) if job["leader"]}
    for unit in facts.units:
        unit_id, parent_id = unit["org_unit_id"], unit["parent_id"]
        yield models.Unit(org_unit_id=unit_id, parent_id=parent_id, leader_id=leaders.get(unit_id))


def _of_payroll(facts: Facts) -> Iterator[object]:
    for _, job in _jobs(facts):
        number = job["employee_number"]
        payee = facts.payees[number]
        yield models.Payee(employment_id=job["employment_id"], employee_number=number, **payee)
    for rate in facts.rates:
        yield models.PayRate(**_rate(rate), pay_code=rate["pay_code"])


def _rate(rate: dict[str, Any]) -> dict[str, Any]:
    return {
        "rate_type": rate["rate_type"],
        "from_date": date.fromisoformat(rate["from"]),
        "to_date": None if rate["to"] is None else date.fromisoformat(rate["to"]),
        "oere_per_km": rate["oere_per_km"],
    }
