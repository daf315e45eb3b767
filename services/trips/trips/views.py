"""A trip as it is shown, in JSON values: the same for the API and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from chassis.clock import iso_utc
from chassis.store import Recorded
from trips.domain import events as e
from trips.domain.divergent import FLAG
from trips.domain.texts import Words, count_in_words, failure_in_words, happened_in_words, reasons_of
from trips.domain.trip import AMENDABLE, Trip


def trip_view(trip: Trip) -> dict[str, Any]:
    """The whole trip; what is not known yet is null."""
    if trip.reported is None:
        message = "a trip that was never reported cannot be shown"
        raise ValueError(message)
    told = trip.reported
    return {
        "trip_id": told.trip_id,
        "revision": trip.revision,
        "person_id": told.person_id,
        "status": trip.status.value,
        "reported_at": iso_utc(told.reported_at),
        **_report(told.report),
        "quote": None if trip.submitted is None else quote_view(trip.submitted.quote),
        "submitted_at": None if trip.submitted is None else iso_utc(trip.submitted.submitted_at),
        "fault": None if trip.fault is None else _fault(trip.fault, told.report),
        "decision": None if trip.decision is None else _decision(trip.decision),
        "settlement": None if trip.settlement is None else _settlement(trip.settlement),
        "questioned": None if trip.questioned is None else dict(happened_in_words(trip.questioned, None)),
        "may_change": trip.status in AMENDABLE,
    }


def quote_view(quote: e.Quote) -> dict[str, Any]:
    """Every line of what a trip comes to: distances, deductions with their reasons, the expected price."""
    return {
        "org_unit_id": quote.org_unit_id,
        "points": [asdict(point) for point in quote.points],
        "starts_at_home": quote.starts_at_home,
        "ends_at_home": quote.ends_at_home,
        "gross_m": quote.gross_m,
        "ferry_m": quote.ferry_m,
        "deductions": [
            {"name": line.name, "metres": line.metres, "reason": dict(reason)}
            for line, reason in zip(quote.deductions, reasons_of(quote), strict=True)
        ],
        "net_m": quote.net_m,
        "taxable_m": quote.taxable_m,
        "sixty_day": [_count(one) for one in quote.sixty_day],
        "deduction_policy": quote.policy,
        "home_work_m": quote.home_work_m,
        "flags": [*quote.flags, *([FLAG] if quote.divergent else [])],
        "oere_per_km": quote.oere_per_km,
        "amount_oere": quote.amount_oere,
        "graph": asdict(quote.graph),
    }


def _count(one: e.SixtyDay) -> dict[str, Any]:
    """The count of one workplace in words, and what of the trip is private for it."""
    return {
        "workplace": one.workplace,
        "day_number": one.day_number,
        "window_from": one.window_from.isoformat(),
        "private_m": one.private_m,
        "words": dict(count_in_words(one)),
    }


def history_view(events: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Everything that happened to a trip, in order, in words."""
    report = next((one.event.report for one in events if isinstance(one.event, e.TripReported)), None)
    return [
        {
            "version": recorded.version,
            "type": recorded.type,
            "at": iso_utc(recorded.recorded_at),
            "actor": recorded.meta.actor,
            "words": dict(
                happened_in_words(recorded.event, _at_fault(recorded.event, report), _later(recorded, events))
            ),
        }
        for recorded in events
    ]


def fault_words(fault: e.TripNotMeasurable, report: e.Report) -> Words:
    """Why the trip cannot be measured, with the address at fault as it was typed."""
    return failure_in_words(fault.code, _typed(report, fault.point_index))


def _report(report: e.Report) -> dict[str, Any]:
    return {
        "employment_id": report.employment_id,
        "driving_date": report.driving_date.isoformat(),
        "purpose": report.purpose,
        "rate_type": report.rate_type,
        "asked_points": [asdict(point) for point in report.points],
        "round_trip": report.round_trip,
        "without_extra": report.without_extra,
        "four_km": report.four_km,
        "odometer": None if report.odometer is None else asdict(report.odometer),
        "passengers": report.passengers,
        "trailer": report.trailer,
        "licence_plate": report.licence_plate,
        "remark": report.remark,
    }


def _fault(fault: e.TripNotMeasurable, report: e.Report) -> dict[str, Any]:
    return {"code": fault.code, "point_index": fault.point_index, "words": dict(fault_words(fault, report))}


def _decision(decision: e.TripApproved | e.TripRejected) -> dict[str, Any]:
    return {
        "outcome": "approved" if isinstance(decision, e.TripApproved) else "rejected",
        "decided_by": decision.decided_by,
        "decided_at": iso_utc(decision.decided_at),
        "decided_as": decision.decided_as,
        "comment": decision.comment,
    }


def _settlement(settlement: e.TripSettled) -> dict[str, Any]:
    return {**asdict(settlement), "settled_at": iso_utc(settlement.settled_at)}


def _at_fault(event: object, report: e.Report | None) -> str | None:
    if isinstance(event, e.TripNotMeasurable) and report is not None:
        return _typed(report, event.point_index)
    return None


def _later(stands: Recorded, events: Sequence[Recorded]) -> set[str]:
    """Why there are revisions after the one that was paid."""
    if not isinstance(stands.event, e.PaidRevisionStands):
        return set()
    told = [one.event for one in events if isinstance(one.event, e.TripReported | e.TripSubmitted)]
    after = [one for one in told if one.revision > stands.event.revision]
    return {one.cause if isinstance(one, e.TripSubmitted) else e.REPORTED for one in after}


def _typed(report: e.Report, index: int | None) -> str | None:
    if index is None or index >= len(report.points):
        return None
    return report.points[index].text or report.points[index].address_id
