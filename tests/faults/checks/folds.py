"""The read models, folded anew from logs and feeds in a few plain lines each, and compared row by row."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.faults.checks.books import Books, Row

Table = dict[tuple[Any, ...], Row]
_FEW = 3


def trip_list(books: Books) -> Table:
    trips: Table = {}
    for row in books.log("trips"):
        said, key = row["said"], (row["stream"].removeprefix("trip-"),)
        match row["type"]:
            case "trip-reported":
                trips[key] = {"person_id": said["person_id"], "status": "measuring", "net_m": None, "period": None}
            case "trip-submitted":
                quote = said["quote"]
                figures = {"gross_m": quote["gross_m"], "net_m": quote["net_m"], "amount_oere": quote["amount_oere"]}
                trips[key] |= {"status": "submitted", **figures}
            case "trip-not-measurable":
                trips[key]["status"] = "not_measurable"
            case "trip-withdrawn" if trips[key]["status"] != "settled":
                trips[key]["status"] = "withdrawn"
            case "trip-approved" | "trip-rejected" if trips[key]["status"] != "settled":
                trips[key]["status"] = row["type"].removeprefix("trip-")
            case "trip-settled":
                paid = {name: said[name] for name in ("net_m", "amount_oere", "period")}
                trips[key] |= {"status": "settled", **paid}
    return trips


def rates_in_trips(books: Books) -> Table:
    said = [row["event"]["data"] for row in books.of_feed("payroll", "rate-set")]
    return {(one["rate_type"], one["from"]): {"to_date": one["to"], "oere_per_km": one["oere_per_km"]} for one in said}


def units_in_trips(books: Books) -> Table:
    said = [row["event"]["data"] for row in books.of_feed("payroll", "org-unit-changed")]
    return {(one["org_unit_id"], one["from"]): {"name": one["name"], "parent_id": one["parent_id"]} for one in said}


def employments_in_trips(books: Books) -> Table:
    found: Table = {}
    for row in books.of_feed("payroll", "employee-changed"):
        said = row["event"]["data"]
        for job in said["employments"]:
            found[job["employment_id"],] = {"person_id": said["person_id"], "position": job["position"]}
    return found


def waiting_in_approval(books: Books) -> Table:
    waiting: Table = {}
    for row in books.log("approval"):
        if not row["stream"].startswith("decision-"):
            continue
        waiting.pop((row["stream"].removeprefix("decision-"),), None)
        if row["type"] == "decision-requested":
            names = ("org_unit_id", "person_id", "employment_id", "submitted_at")
            waiting[row["said"]["trip_id"],] = {name: row["said"][name] for name in names}
    return waiting


def submitted_in_approval(books: Books) -> Table:
    said = [row["event"]["data"] for row in books.of_feed("trips", "trip-submitted")]
    names = ("revision", "employment_id", "org_unit_id", "rate_type", "gross_m", "net_m", "deductions", "flags")
    return {
        (one["trip_id"],): {
            "person_id": one["person_id"],
            "driving_date": one["driving_date"],
            "published": {name: one[name] for name in names},
        }
        for one in said
    }


def units_in_approval(books: Books) -> Table:
    said = [row["event"]["data"] for row in books.of_feed("payroll", "org-unit-changed")]
    return {(one["org_unit_id"],): {"parent_id": one["parent_id"], "name": one["name"]} for one in said}


def people_in_approval(books: Books) -> Table:
    said = [row["event"]["data"] for row in books.of_feed("payroll", "employee-changed")]
    return {(one["person_id"],): {"active": one["active"]} for one in said}


def employments_in_approval(books: Books) -> Table:
    of_people = {row["subject"]: row["event"]["data"] for row in books.of_feed("payroll", "employee-changed")}
    return {
        (person, job["employment_id"]): {"org_unit_id": job["org_unit_id"], "leader": job["leader"]}
        for person, said in of_people.items()
        for job in said["employments"]
    }


def submitted_in_payroll(books: Books) -> Table:
    names = ("revision", "person_id", "employment_id", "driving_date", "rate_type", "net_m")
    said = [row["event"]["data"] for row in books.of_feed("trips", "trip-submitted")]
    return {(one["trip_id"],): {name: one[name] for name in names} for one in said}


def approved_in_payroll(books: Books) -> Table:
    names = ("revision", "decided_at", "account")
    said = [row["event"]["data"] for row in books.of_feed("approval", "trip-approved")]
    return {(one["trip_id"],): {name: one[name] for name in names} for one in said}


def settlements_in_payroll(books: Books) -> Table:
    said = [row["said"] for row in books.of_log("payroll", "trip-settled")]
    return {(one["trip_id"],): {"period": one["period"], "document": one} for one in said}


def periods_in_payroll(books: Books) -> Table:
    found: Table = {}
    for row in books.of_log("payroll", "period-closed", "file-exported"):
        if row["type"] == "period-closed":
            by = row["by"]["actor"]
            found[row["said"]["period"],] = {"position": row["position"], "closed_by": by, "exports": 0}
        else:
            found[row["said"]["period"],]["exports"] += 1
    return found


def people_in_payroll(books: Books) -> Table:
    found: Table = {}
    for row in books.of_log("payroll", "person-joined", "person-changed", "home-address-changed"):
        person_id = row["stream"].removeprefix("person-")
        found[person_id,] = {"version": row["version"]}
    return found


def units_in_payroll(books: Books) -> Table:
    rows = books.of_log("payroll", "org-unit-changed")
    return {(row["said"]["unit"]["org_unit_id"],): {"document": row["said"]["unit"]} for row in rows}


def answers_in_routing(books: Books) -> Table:
    found: Table = {}
    for row in books.log("routing"):
        said = row["said"]
        measured = row["type"] == "route-measured"
        found[row["position"],] = {
            "request_id": said["request_id"],
            "outcome": "measured" if measured else said["code"],
            "driven_m": sum(leg["driven_m"] for leg in said["legs"]) if measured else None,
        }
    return found


FOLDS: Mapping[tuple[str, str, tuple[str, ...]], Callable[[Books], Table]] = {
    ("trips", "trip_list_v1", ("trip_id",)): trip_list,
    ("trips", "rates_v1", ("rate_type", "from_date")): rates_in_trips,
    ("trips", "org_units_v1", ("org_unit_id", "from_date")): units_in_trips,
    ("trips", "people_v1_employments", ("employment_id",)): employments_in_trips,
    ("approval", "waiting_trips_v1", ("trip_id",)): waiting_in_approval,
    ("approval", "submitted_trips_v1", ("trip_id",)): submitted_in_approval,
    ("approval", "organisation_units_v1", ("org_unit_id",)): units_in_approval,
    ("approval", "organisation_people_v1", ("person_id",)): people_in_approval,
    ("approval", "organisation_employments_v1", ("person_id", "employment_id")): employments_in_approval,
    ("payroll", "submitted_trips_v1", ("trip_id",)): submitted_in_payroll,
    ("payroll", "approved_trips_v1", ("trip_id",)): approved_in_payroll,
    ("payroll", "settlements_v1", ("trip_id",)): settlements_in_payroll,
    ("payroll", "periods_v1", ("period",)): periods_in_payroll,
    ("payroll", "people_v1", ("person_id",)): people_in_payroll,
    ("payroll", "org_units_v1", ("org_unit_id",)): units_in_payroll,
    ("routing", "measured_routes_v1", ("position",)): answers_in_routing,
}
"""Service, table and key, and what the events make of it; columns that a fold does not name are the rebuild's matter."""


def difference(books: Books, service: str, table: str, key: tuple[str, ...]) -> Iterator[str]:
    expected = FOLDS[service, table, key](books)
    found = {tuple(row[name] for name in key): row for row in books.table(service, table)}
    yield from _few(f"{service}.{table}: {one} is missing" for one in expected.keys() - found.keys())
    yield from _few(f"{service}.{table}: {one} is not of the events" for one in found.keys() - expected.keys())
    for one in expected.keys() & found.keys():
        is_so = {name: _plain(found[one][name], of=value) for name, value in expected[one].items()}
        if is_so != expected[one]:
            wrong = [name for name in is_so if is_so[name] != expected[one][name]]
            yield f"{service}.{table}: {one} differs from the events in {', '.join(wrong)}"
            return


def _plain(value: Any, *, of: Any) -> Any:
    """A document stands as text where the event has an object; of it counts what the fold names."""
    if not isinstance(of, dict):
        return value
    document = json.loads(value)
    return {name: document.get(name) for name in of}


def _few(sentences: Iterable[str]) -> Iterator[str]:
    yield from list(sentences)[:_FEW]
