"""Trips' JSON API."""

from __future__ import annotations

from chassis.http import SIGNED_IN, Reply, Route, roles
from trips import doubles, queries
from trips.http import actions
from trips.http.actions import TripsCall
from trips.http.choices import choices
from trips.http.schemas import (
    BatchIn,
    BatchOut,
    ChoicesOut,
    ChoicesQuery,
    HistoryOut,
    ListQuery,
    OneQuery,
    ReportIn,
    TripAccepted,
    TripIn,
    TripList,
    TripOut,
)
from trips.http.schemas_quote import PreviewOut
from trips.views import history_view, quote_view, trip_view

BASE = "/trips/api/v1/trips"
MEASURING = 202
EMPLOYEE = roles("employee")


def report_trip(call: TripsCall) -> Reply:
    outcome = actions.report(call, str(call.body["trip_id"]), call.body["report"])
    return Reply({**outcome.value, "position": outcome.position})


def report_trips(call: TripsCall) -> Reply:
    given = [(str(one["trip_id"]), one["report"]) for one in call.body["trips"]]
    outcome = actions.report_all(call, given)
    return Reply({"items": outcome.value, "position": outcome.position})


def preview_trip(call: TripsCall) -> Reply:
    report = call.body["report"]
    quote = actions.preview(call, report)
    warned = doubles.warnings(call.app.store.engine, call.person_id, report)
    shown = [{"code": one.code, "trip_id": one.trip_id, "words": doubles.IN_WORDS[one.code]} for one in warned]
    if quote is None:
        return Reply({"status": "measuring", "quote": None, "warnings": shown}, MEASURING)
    return Reply({"status": "ready", "quote": quote_view(quote), "warnings": shown})


def list_choices(call: TripsCall) -> Reply:
    offered = choices(call, call.query["on"])
    rates = [
        {
            "rate_type": rate.rate_type,
            "name": {"da": rate.name_da, "en": rate.name_en},
            "oere_per_km": rate.oere_per_km,
            "requires_plate": rate.requires_plate,
        }
        for rate in offered.rates
    ]
    jobs = [{"employment_id": job.employment_id, "label": job.label} for job in offered.jobs]
    return Reply({"employments": jobs, "rates": rates, "commute_fault": offered.commute_fault})


def list_trips(call: TripsCall) -> Reply:
    call.await_position(call.query["min_position"])
    page = queries.trips_of(
        call.app.store.engine, call.person_id, limit=call.query["limit"], cursor=call.query["cursor"]
    )
    return Reply({"items": page.items, "next": page.next})


def show_trip(call: TripsCall) -> Reply:
    trip, _ = actions.visible_trip(call)
    return Reply(trip_view(trip))


def show_history(call: TripsCall) -> Reply:
    _, events = actions.visible_trip(call)
    return Reply({"items": history_view(events)})


API = (
    Route(
        "POST",
        BASE,
        report_trip,
        access=EMPLOYEE,
        summary="Report a trip; its distance is measured now or as soon as routing answers",
        body=TripIn,
        returns=TripAccepted,
        status=201,
    ),
    Route(
        "POST",
        f"{BASE}/batch",
        report_trips,
        access=EMPLOYEE,
        summary="Report up to 100 trips; each stands or falls alone, and may be sent again",
        body=BatchIn,
        returns=BatchOut,
    ),
    Route(
        "POST",
        f"{BASE}/preview",
        preview_trip,
        access=EMPLOYEE,
        summary="What a trip would come to, by the same rules as reporting it; 202 while it is being measured",
        body=ReportIn,
        returns=PreviewOut,
    ),
    Route(
        "GET",
        "/trips/api/v1/choices",
        list_choices,
        access=EMPLOYEE,
        summary="What I can report a trip with on a date: my employments, and the rates",
        query=ChoicesQuery,
        returns=ChoicesOut,
    ),
    Route("GET", BASE, list_trips, access=SIGNED_IN, summary="My own trips", query=ListQuery, returns=TripList),
    Route(
        "GET",
        f"{BASE}/<uuid:trip_id>",
        show_trip,
        access=SIGNED_IN,
        summary="One trip",
        query=OneQuery,
        returns=TripOut,
    ),
    Route(
        "GET",
        f"{BASE}/<uuid:trip_id>/history",
        show_history,
        access=SIGNED_IN,
        summary="Everything that happened to a trip, in words",
        query=OneQuery,
        returns=HistoryOut,
    ),
)
