"""Payroll's JSON API."""

from __future__ import annotations

from typing import Any

from chassis.http import SIGNED_IN, Bytes, Call, Reply, Route, roles
from chassis.http.route import MIB
from chassis.store import reading
from payroll import views
from payroll.app import PayrollApp
from payroll.application.files import opus_of
from payroll.application.organisation import apply_snapshot
from payroll.application.periods import Wish, close_period
from payroll.application.rates import set_rates
from payroll.domain.organisation import Person
from payroll.http import schemas
from payroll.http.organisation import OrganisationSchema
from payroll.projections import people
from payroll.projections.rates import all_rates
from payroll.published import employment_data, rate_data

BASE = "/payroll/api/v1"
PAYROLL = roles("payroll")
OFFICE = roles("payroll", "admin")
READERS = roles("payroll", "admin", "auditor")
SNAPSHOT_BYTES = 64 * MIB

PayrollCall = Call[PayrollApp]


def put_organisation(call: PayrollCall) -> Reply:
    units, entries = call.body["units"], call.body["people"]
    outcome = apply_snapshot(call.app, call.context(), units, entries)
    counts = {"unit_count": len(units), "person_count": len(entries), "change_count": sum(outcome.value.values())}
    return Reply({"changes": outcome.value, **counts, "position": outcome.position})


def list_people(call: PayrollCall) -> Reply:
    call.await_position(call.query["min_position"])
    limit = call.query["limit"]
    with reading(call.app.store.engine) as conn:
        found = people.page(conn, people.place_of(conn, call.query["cursor"]), limit + 1)
    shown = found[:limit]
    call.record_accesses((person.person_id for person in shown), "employments")
    return Reply({"items": [_person(item) for item in shown], "next": shown[-1].person_id if found[limit:] else None})


def _person(person: Person) -> dict[str, Any]:
    employments = [employment_data(item) for item in person.employments]
    return {"person_id": person.person_id, "name": person.name, "employments": employments}


def put_rates(call: PayrollCall) -> Reply:
    outcome = set_rates(call.app, call.context(), call.body["rates"])
    return Reply({"changed": outcome.value, "position": outcome.position})


def list_rates(call: PayrollCall) -> Reply:
    call.await_position(call.query["min_position"])
    with reading(call.app.store.engine) as conn:
        return Reply({"items": [rate_data(rate) for rate in all_rates(conn)], "next": None})


def close(call: PayrollCall) -> Reply:
    wish = Wish(call.body["cut_off"], accept_incomplete=call.body["accept_incomplete"])
    outcome = close_period(call.app, call.context(), call.path["period"], wish)
    warnings = outcome.value["warnings"]
    closed = {**outcome.value["period"], "status": "closed", "problems": [], "warnings": warnings}
    return Reply({**closed, "position": outcome.value["position"] or outcome.position})


def list_periods(call: PayrollCall) -> Reply:
    call.await_position(call.query["min_position"])
    return Reply({"items": views.periods(call.app), "next": None})


def get_period(call: PayrollCall) -> Reply:
    call.await_position(call.query["min_position"])
    return Reply(views.period(call.app, call.path["period"]))


def get_opus_file(call: PayrollCall) -> Bytes:
    """Not kept by any cache: it holds CPR numbers."""
    period = call.path["period"]
    content = opus_of(call.app, call.context(), period)
    kind = f"text/plain; charset={call.app.config.file_encoding}"
    return Bytes(content, kind, f"opus-{period}.txt", {"Cache-Control": "no-store"})


ROUTES = (
    Route(
        "PUT",
        f"{BASE}/organisation",
        put_organisation,
        access=roles("integration", "admin"),
        summary="Take in a full snapshot of units, people and employments; whoever is missing leaves",
        body=OrganisationSchema,
        returns=schemas.SnapshotTaken,
        max_body_bytes=SNAPSHOT_BYTES,
    ),
    Route(
        "GET",
        f"{BASE}/people",
        list_people,
        access=OFFICE,
        summary="Everybody payroll knows, by name, with their employments",
        query=schemas.PeopleQuery,
        returns=schemas.PeopleOut,
    ),
    Route(
        "PUT",
        f"{BASE}/rates",
        put_rates,
        access=OFFICE,
        summary="Set rates; each takes the place of the one of its type with the same first day",
        body=schemas.RatesIn,
        returns=schemas.RatesTaken,
    ),
    Route(
        "GET",
        f"{BASE}/rates",
        list_rates,
        access=SIGNED_IN,
        summary="All rates by type and first day",
        query=schemas.MinPositionQuery,
        returns=schemas.RatesOut,
    ),
    Route(
        "POST",
        f"{BASE}/periods/<period>/close",
        close,
        access=PAYROLL,
        summary="Pay every approved trip that is not paid yet; closing again gives the same answer",
        body=schemas.ClosePeriodIn,
        returns=schemas.PeriodClosedOut,
    ),
    Route(
        "GET",
        f"{BASE}/periods",
        list_periods,
        access=READERS,
        summary="The periods that can be closed, with what would be paid now, and those that are closed",
        query=schemas.MinPositionQuery,
        returns=schemas.PeriodsOut,
    ),
    Route(
        "GET",
        f"{BASE}/periods/<period>",
        get_period,
        access=READERS,
        summary="One period",
        query=schemas.MinPositionQuery,
        returns=schemas.PeriodOut,
    ),
    Route(
        "GET",
        f"{BASE}/periods/<period>/files/opus",
        get_opus_file,
        access=PAYROLL,
        summary="The file for KMD OPUS, the same bytes each time; who fetched it is recorded",
        produces="text/plain",
    ),
)
