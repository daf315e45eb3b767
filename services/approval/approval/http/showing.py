"""From what waits to what is shown of it, the same for the API and the page."""

from __future__ import annotations

from typing import Any

from approval.domain.trip import SubmittedTrip
from approval.projections.inbox import Page, Place, WaitingTrip
from chassis.clock import iso_utc
from chassis.errors import Invalid

_SEPARATOR = "~"


def page_of(page: Page) -> dict[str, Any]:
    following = None if page.following is None else cursor_of(page.following)
    return {"items": [waiting_trip(item) for item in page.items], "next": following, "total": page.total}


def waiting_trip(item: WaitingTrip) -> dict[str, Any]:
    trip = item.trip
    return {
        "trip_id": trip.trip_id,
        "revision": trip.revision,
        "person": {"person_id": trip.person_id, "name": item.person_name},
        "org_unit_id": trip.org_unit_id,
        "org_unit_name": item.org_unit_name,
        "driving_date": trip.driving_date.isoformat(),
        "purpose": trip.purpose,
        "rate_type": trip.rate_type,
        **_route(trip),
        **_distance(trip),
        "licence_plate": trip.licence_plate,
        "remark": trip.remark,
        "waiting_since": iso_utc(trip.submitted_at),
        "decided_as": item.capacity.value,
        "warnings": list(item.warnings),
    }


def _route(trip: SubmittedTrip) -> dict[str, Any]:
    places = trip.places or ("",)
    first, *via, last = places if len(places) > 1 else places * 2
    return {"from": first, "via": via, "to": last, "round_trip": trip.round_trip}


def _distance(trip: SubmittedTrip) -> dict[str, Any]:
    deductions = [
        {"name": one.name, "metres": one.metres, "reason": {"da": one.reason_da, "en": one.reason_en}}
        for one in trip.deductions
    ]
    return {
        "distance_source": trip.distance_source,
        "without_extra": trip.without_extra,
        "four_km": trip.four_km,
        "gross_m": trip.gross_m,
        "ferry_m": trip.ferry_m,
        "deductions": deductions,
        "net_m": trip.net_m,
    }


def cursor_of(place: Place) -> str:
    return f"{place.submitted_at}{_SEPARATOR}{place.trip_id}"


def place_of(cursor: str) -> Place:
    """The place a cursor names; the empty one is the beginning.

    :raises Invalid: when it is no cursor of ours.
    """
    if not cursor:
        return Place()
    submitted_at, separator, trip_id = cursor.partition(_SEPARATOR)
    if not separator:
        raise Invalid("invalid", "The query does not fit.", errors={"cursor": ["Not a cursor of this list."]})
    return Place(submitted_at, trip_id)
