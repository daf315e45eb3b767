"""Drafts: forms that are not submitted yet, for their owner only, as API and as buttons on the pages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from chassis.http import Answer, Redirect, Reply, Route, roles
from trips import drafts
from trips.http.actions import TripsCall

EMPLOYEE = roles("employee")
API_BASE = "/trips/api/v1/drafts"
_TEXT = fields.String(validate=validate.Length(max=2000))


class DraftIn(Schema):
    """The report form's fields as typed; nothing of them is checked until the trip is reported."""

    form = fields.Dict(
        keys=fields.String(validate=validate.Length(max=50)),
        values=_TEXT,
        required=True,
        validate=validate.Length(max=60),
    )


class DraftOut(Schema):
    trip_id = fields.String(required=True)
    updated_at = fields.String(required=True)
    form = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class DraftList(Schema):
    items = fields.List(fields.Nested(DraftOut), required=True)


class Done(Schema):
    trip_id = fields.String(required=True)


def list_drafts(call: TripsCall) -> Reply:
    return Reply({"items": drafts_of(call)})


def put_draft(call: TripsCall) -> Reply:
    trip_id = str(call.path["trip_id"])
    drafts.keep(call.app.store.engine, call.person_id, trip_id, call.body["form"], call.app.clock())
    return Reply({"trip_id": trip_id})


def delete_draft(call: TripsCall) -> Reply:
    trip_id = str(call.path["trip_id"])
    drafts.delete_one(call.app.store.engine, call.person_id, trip_id)
    return Reply({"trip_id": trip_id})


def post_drafts(call: TripsCall) -> Answer:
    """A draft's delete button."""
    _, _, trip_id = call.form.get("action", "").partition("-")
    drafts.delete_one(call.app.store.engine, call.person_id, trip_id)
    return Redirect("/trips/")


def drafts_of(call: TripsCall) -> list[dict[str, Any]]:
    """The caller's own, the latest touched first."""
    return drafts.all_of(call.app.store.engine, call.person_id, call.app.clock())


API = (
    Route("GET", API_BASE, list_drafts, access=EMPLOYEE, summary="My drafts", returns=DraftList),
    Route(
        "PUT",
        f"{API_BASE}/<uuid:trip_id>",
        put_draft,
        access=EMPLOYEE,
        summary="Keep a draft under the id its trip will have; reporting the trip deletes it",
        body=DraftIn,
        returns=Done,
    ),
    Route(
        "DELETE", f"{API_BASE}/<uuid:trip_id>", delete_draft, access=EMPLOYEE, summary="Delete a draft", returns=Done
    ),
)
PAGES = (Route("POST", "/trips/drafts", post_drafts, access=EMPLOYEE, summary="Delete a draft", page=True),)
