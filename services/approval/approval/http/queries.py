"""What the API and the page ask of the read models, in one snapshot each, and the record of whose data was read."""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlalchemy import Connection

from approval.application import reporter_of
from approval.bootstrap import ApprovalApp
from approval.domain import decision
from approval.domain.approvers import Approvers, approvers_among
from approval.domain.errors import UnknownTrip
from approval.domain.events import stream_of
from approval.domain.organisation import Staffing
from approval.projections import inbox as waiting
from approval.projections.inbox import Page, Place
from approval.projections.organisation import names_of
from chassis.clock import local_date
from chassis.http import Call
from chassis.store import reading


def inbox(call: Call[ApprovalApp], after: Place, limit: int) -> Page:
    """What waits for the caller."""
    with reading(call.app.store.engine) as conn:
        page = waiting.inbox_of(conn, _staffing(call, conn), call.person_id, after, limit)
    call.record_accesses((item.trip.person_id for item in page.items), "waiting trips")
    return page


def unassigned(call: Call[ApprovalApp], after: Place, limit: int) -> Page:
    """What waits for nobody."""
    with reading(call.app.store.engine) as conn:
        page = waiting.unassigned(conn, _staffing(call, conn), after, limit)
    call.record_accesses((item.trip.person_id for item in page.items), "waiting trips")
    return page


def approvers(call: Call[Any], trip_id: str) -> dict[str, Any]:
    """Who may decide a trip; reading it of another's trip is recorded.

    :raises UnknownTrip: also for whoever has no part in the trip, so that the answer does not tell that it exists.
    """
    events = [recorded.event for recorded in call.app.store.read_stream(stream_of(trip_id))]
    state = reduce(decision.evolve, events, decision.INITIAL)
    if state.request is None:
        raise UnknownTrip(trip_id)
    with reading(call.app.store.engine) as conn:
        found = approvers_among(_staffing(call, conn), reporter_of(state.request))
        names = names_of(conn, found.ids)
    if call.person_id not in (state.request.person_id, *found.ids) and not _is_admin(call):
        raise UnknownTrip(trip_id)
    call.record_access(state.request.person_id, "approvers")
    head = {"trip_id": trip_id, "revision": state.revision, "status": state.status.value}
    return {**head, "reason": found.reason.value, "approvers": _named(found, names)}


def _named(found: Approvers, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "person_id": one.person_id,
            "name": names.get(one.person_id, one.person_id),
            "capacity": one.capacity.value,
            "org_unit_id": one.org_unit_id,
            "in_place_of": list(one.in_place_of),
        }
        for one in found.people
    ]


def _staffing(call: Call[ApprovalApp], conn: Connection) -> Staffing:
    return call.app.organisation.on(conn, local_date(call.app.clock()))


def _is_admin(call: Call[ApprovalApp]) -> bool:
    return call.identity is not None and "admin" in call.identity.roles
