"""From trips' own events to its published ones: the only place that knows both shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from chassis.clock import iso_utc
from chassis.store import EventCodec, Personal, Published, Recorded
from trips.domain import driving_record as record
from trips.domain import events as e
from trips.domain.divergent import FLAG
from trips.domain.personal import PERSONAL
from trips.domain.profile import events as profile
from trips.domain.protected import shown
from trips.domain.settings import OrgUnitPolicySet
from trips.domain.sixty_day import FREE_DAYS
from trips.domain.texts import reasons_of

CODEC = EventCodec(
    {
        "trip-reported": e.TripReported,
        "trip-submitted": e.TripSubmitted,
        "trip-not-measurable": e.TripNotMeasurable,
        "trip-approved": e.TripApproved,
        "trip-rejected": e.TripRejected,
        "trip-settled": e.TripSettled,
        "trip-withdrawn": e.TripWithdrawn,
        "settled-trip-questioned": e.SettledTripQuestioned,
        "paid-revision-stands": e.PaidRevisionStands,
        "route-requested": e.RouteRequested,
        "route-awaited": e.RouteAwaited,
        "route-measured": e.RouteMeasured,
        "route-failed": e.RouteFailed,
        "person-forgotten": e.PersonForgotten,
        **profile.TYPES,
        "org-unit-policy-set": OrgUnitPolicySet,
        "drive-recorded": record.DriveRecorded,
        "drive-struck": record.DriveStruck,
        "day-registered": record.DayRegistered,
        "day-unregistered": record.DayUnregistered,
        "workplace-spent": record.WorkplaceSpent,
    },
    personal=PERSONAL,
)


def publish(recorded: Recorded) -> Sequence[Published]:
    """What leaves the service because of ``recorded``: a submitted trip whole, that one is withdrawn, a question to
    routing, and that somebody erased is forgotten.
    """
    match recorded.event:
        case e.TripSubmitted() as event:
            return [Published("trip-submitted", event.trip_id, _submitted(event), event.trip_id)]
        case e.TripWithdrawn() as event:
            return [Published("trip-withdrawn", event.trip_id, _withdrawn(event), event.trip_id)]
        case e.RouteRequested() as event:
            return [Published("route-requested", event.request_id, _requested(event), event.request_id)]
        case e.PersonForgotten() as event:
            said = {"person_id": event.person_id, "service": "trips", "confirmed_at": iso_utc(event.confirmed_at)}
            return [Published("person-erasure-confirmed", event.person_id, said, event.person_id)]
    return []


def _requested(event: e.RouteRequested) -> dict[str, Any]:
    points = [
        {"address_id": point.address_id, "text": None if point.address_id else point.text} for point in event.points
    ]
    about = points if event.person_id is None else Personal(event.person_id, points)
    return {"request_id": event.request_id, "profile": event.profile, "points": about}


def _withdrawn(event: e.TripWithdrawn) -> dict[str, Any]:
    return {
        "trip_id": event.trip_id,
        "revision": event.revision,
        "person_id": event.person_id,
        "withdrawn_at": iso_utc(event.withdrawn_at),
    }


def _submitted(event: e.TripSubmitted) -> dict[str, Any]:
    told, quote = event.report, event.quote
    about = partial(_about, event.person_id)
    return {
        "trip_id": event.trip_id,
        "revision": event.revision,
        "person_id": event.person_id,
        "employment_id": told.employment_id,
        "org_unit_id": quote.org_unit_id,
        "driving_date": told.driving_date.isoformat(),
        "purpose": about(told.purpose),
        "rate_type": told.rate_type,
        "distance_source": "measured" if told.odometer is None else "typed",
        "points": about([] if quote.hidden_points else [asdict(point) for point in quote.points]),
        "round_trip": told.round_trip,
        "without_extra": told.without_extra,
        "starts_at_home": quote.starts_at_home,
        "ends_at_home": quote.ends_at_home,
        "gross_m": quote.gross_m,
        "ferry_m": quote.ferry_m,
        "deductions": _lines(quote),
        "net_m": quote.net_m,
        "taxable_m": quote.taxable_m,
        "four_km": told.four_km,
        "sixty_day": [_count(one) for one in quote.sixty_day],
        "deduction_policy": quote.policy,
        "home_work_m": quote.home_work_m,
        "oere_per_km": quote.oere_per_km,
        "amount_oere": quote.amount_oere,
        "stops": about(shown(stops_of(told, quote), quote.hidden_points)),
        "passengers": told.passengers,
        "trailer": told.trailer,
        "flags": flags_of(quote),
        "licence_plate": about(told.licence_plate),
        "remark": about(told.remark),
        "graph": asdict(quote.graph),
        "submitted_at": iso_utc(event.submitted_at),
    }


def stops_of(told: e.Report, quote: e.Quote) -> list[str]:
    """Where the trip began, where it stopped and where it ended, in driving order, as the voucher names them: as
    routing found them, or as they were typed where nothing was measured.
    """
    if quote.points:
        return [point.text for point in quote.points]
    return [point.text or point.address_id or "" for point in told.points]


def flags_of(quote: e.Quote) -> list[str]:
    """What a person who decides should know."""
    return [*quote.flags, *([FLAG] if quote.divergent else [])]


def _about(person_id: str, value: Any) -> Personal | None:
    return None if value is None else Personal(person_id, value)


def _lines(quote: e.Quote) -> list[dict[str, Any]]:
    both = zip(quote.deductions, reasons_of(quote), strict=True)
    return [{"name": line.name, "metres": line.metres, "reason": dict(reason)} for line, reason in both]


def _count(one: e.SixtyDay) -> dict[str, Any]:
    """The workplace stays here: what stands for it says nothing to anybody else."""
    shown = {"day_number": one.day_number, "window_from": one.window_from.isoformat()}
    return {**shown, "tax_free": one.day_number <= FREE_DAYS, "private_m": one.private_m}
