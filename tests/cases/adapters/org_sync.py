"""A snapshot against the stored organisation, by payroll's own comparison; the order of changes has no meaning."""

import re
from datetime import date
from typing import Any

from payroll.domain.errors import SnapshotRefused
from payroll.domain.organisation import (
    Address,
    Employment,
    Organisation,
    OrgUnit,
    Person,
    Snapshot,
    SnapshotEmployment,
    SnapshotPerson,
    employment_id,
)
from payroll.domain.snapshot_diff import Change, compare

ADDRESS = re.compile(r"(?P<street>.*), (?P<postal_code>\d{4}) (?P<city>.*)")
ABOUT_UNITS = ("unit_opened", "unit_reopened", "unit_changed", "unit_closed")
NESTED = ("unit_changed", "person_changed", "employment_changed")


def answer(given: dict[str, Any]) -> dict[str, Any]:
    today = date.fromisoformat(given["today"])
    limit = given["limits"]["max_leavers_percent"]
    try:
        difference = compare(_organisation(given["current"]), _snapshot(given["incoming"]), today, limit)
    except SnapshotRefused as error:
        return {"refused": error.code}
    return {"changes": [_as_case(change) for change in difference.changes()]}


def same(expect: dict[str, Any], answered: dict[str, Any]) -> bool:
    if "refused" in expect or "refused" in answered:
        return expect == answered
    return sorted(map(repr, map(_sorted, expect["changes"]))) == sorted(map(repr, map(_sorted, answered["changes"])))


def _sorted(change: dict[str, Any]) -> list[Any]:
    return sorted((key, sorted(value.items()) if isinstance(value, dict) else value) for key, value in change.items())


def _organisation(current: dict[str, Any]) -> Organisation:
    units = {row["id"]: _unit(row) for row in current["units"]}
    return Organisation(units, {row["id"]: _person(row) for row in current["persons"]})


def _unit(row: dict[str, Any]) -> OrgUnit:
    return OrgUnit(row["id"], row.get("parent"), row["name"], None, bool(row.get("closed")))


def _person(row: dict[str, Any]) -> Person:
    employments = tuple(_employment(row["id"], item) for item in row["employments"])
    return Person(row["id"], row["name"], address=_address(row.get("address")), employments=employments)


def _employment(person: str, row: dict[str, Any]) -> Employment:
    number = row["number"]
    return Employment(
        employment_id(person, number), number, row["unit"], "", bool(row.get("leader")),
        date.fromisoformat(row["from"]), _day(row.get("to")),
    )  # fmt: skip


def _snapshot(incoming: dict[str, Any]) -> Snapshot:
    people = tuple(_seen(row) for row in incoming["persons"])
    return Snapshot(tuple(_unit(row) for row in incoming["units"]), people)


def _seen(row: dict[str, Any]) -> SnapshotPerson:
    employments = tuple(
        SnapshotEmployment(
            item["number"], item["unit"], "", bool(item.get("leader")), _day(item["from"]), _day(item.get("last_day"))
        )
        for item in row["employments"]
    )
    return SnapshotPerson(row["id"], row["name"], None, None, _address(row.get("address")), employments)


def _address(text: str | None) -> Address | None:
    if text is None:
        return None
    found = ADDRESS.fullmatch(text)
    return Address(**found.groupdict()) if found else Address(text, "", "")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _as_case(change: Change) -> dict[str, Any]:
    subject = "unit" if change.kind in ABOUT_UNITS else "person"
    words: dict[str, Any] = {"type": change.kind, subject: change.subject}
    if change.employee_number is not None:
        words["number"] = change.employee_number
    fields = {name: _plain(value) for name, value in change.fields.items()}
    return {**words, "fields": fields} if change.kind in NESTED else {**words, **fields}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Address):
        return f"{value.street}, {value.postal_code} {value.city}".removesuffix(",  ")
    return value
