"""Others' events, read by trips' own schemas and handed to the application."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from chassis.bus import Envelope, each
from chassis.errors import Unreadable
from chassis.reading import is_erased
from chassis.store import UnitOfWork
from trips import reading
from trips.application import forgetting, hearing
from trips.domain import route as routes
from trips.domain import trip as trips
from trips.domain.events import (
    Graph,
    Place,
    RouteFailed,
    RouteMeasured,
    TripApproved,
    TripRejected,
    TripSettled,
)
from trips.phone import logins

if TYPE_CHECKING:
    from trips.bootstrap import TripsApp

_log = logging.getLogger(__name__)


def on_route_measured(app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """A route is measured: trips that waited for it go on. Whoever is erased waits for nothing."""
    if is_erased(envelope, "points"):
        return
    said = reading.read(reading.ROUTE_MEASURED, envelope)
    answer = RouteMeasured(
        request_id=said["request_id"],
        points=tuple(Place(**point) for point in said["points"]),
        driven_m=said["driven_m"],
        legs_m=tuple(leg["driven_m"] for leg in said["legs"]),
        ferry_m=said["ferry_m"],
        graph=Graph(**said["graph"]),
        measured_at=said["measured_at"],
        received_at=uow.now,
    )
    hearing.route_answered(uow, app.rules, answer)


def on_route_failed(app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """A route cannot be measured: trips that waited for it say so."""
    said = reading.read(reading.ROUTE_FAILED, envelope)
    hearing.route_answered(uow, app.rules, RouteFailed(**said, failed_at=uow.now))


def on_trip_approved(app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """An approver said yes."""
    said = reading.read(reading.TRIP_APPROVED, envelope)
    hearing.trip_decided(uow, app.rules, said.pop("trip_id"), TripApproved(**said))


def on_trip_rejected(app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """An approver said no."""
    said = reading.read(reading.TRIP_REJECTED, envelope)
    hearing.trip_decided(uow, app.rules, said.pop("trip_id"), TripRejected(**said))


def on_trip_settled(app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """Payroll pays a trip."""
    said = reading.read(reading.TRIP_SETTLED, envelope)
    hearing.trip_settled(uow, app.rules, said.pop("trip_id"), TripSettled(**said))


def on_employee_changed(_app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """An employment or its unit changed; with the last one the login of the phone ends."""
    hearing.person_moved(uow, envelope.subject)
    logins.forget_left(uow.conn, envelope.subject, uow.now)


def on_person_moved(_app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """A home changed. Where it is protected, trips that are published with it are left to the loop that looks for them
    (:mod:`trips.application.protecting`): nothing that cannot be read may keep the mark from being stored.
    """
    try:
        with uow.attempt():
            hearing.person_moved(uow, envelope.subject)
    except Unreadable:
        _log.exception("a commute cannot be read, so it is not measured before a trip needs it")


def on_person_erased(app: TripsApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """Somebody is to be forgotten."""
    forgetting.forget_person(app, uow, reading.read(reading.PERSON_ERASED, envelope)["person_id"])


def _stream_of_request(request_id: str) -> str:
    return routes.stream_of(routes.name_of_request(request_id))


FROM_ROUTING = each(
    {"route-measured": on_route_measured, "route-failed": on_route_failed},
    loads={"route-measured": _stream_of_request, "route-failed": _stream_of_request},
)
FROM_APPROVAL = each(
    {"trip-approved": on_trip_approved, "trip-rejected": on_trip_rejected},
    loads={"trip-approved": trips.stream_of, "trip-rejected": trips.stream_of},
)
FROM_PAYROLL = each(
    {
        "employee-changed": on_employee_changed,
        "home-address-changed": on_person_moved,
        "trip-settled": on_trip_settled,
        "person-erased": on_person_erased,
    },
    loads={"trip-settled": trips.stream_of},
)
