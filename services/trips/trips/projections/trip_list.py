"""Each person's trips as a list: one row per trip, newest driving date first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, update

from chassis.projections import Projection
from chassis.store import Recorded
from trips.domain.events import (
    Asked,
    TripApproved,
    TripNotMeasurable,
    TripRejected,
    TripReported,
    TripSettled,
    TripSubmitted,
)
from trips.domain.trip import Status
from trips.projections import tables as t
from trips.projections.upsert import put


def _apply(conn: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if isinstance(recorded.event, TripReported):
            put(conn, t.trip_list, _row(recorded.event))
            continue
        change = _change(recorded.event)
        if change:
            trip_id = recorded.stream.removeprefix("trip-")
            row = (t.trip_list.c.trip_id == trip_id) & _open(change)
            conn.execute(update(t.trip_list).where(row).values(change))


def _open(change: dict[str, Any]) -> Any:
    """A decision heard after the payment that rests on it does not undo the payment."""
    return t.trip_list.c.status != (Status.SETTLED if change["status"] != Status.SETTLED else "")


def _row(event: TripReported) -> dict[str, Any]:
    told = event.report
    return {
        "trip_id": event.trip_id,
        "person_id": event.person_id,
        "sort_key": f"{told.driving_date.isoformat()} {event.trip_id}",
        "driving_date": told.driving_date.isoformat(),
        "purpose": told.purpose,
        "rate_type": told.rate_type,
        "status": Status.MEASURING,
        "from_text": _typed(told.points[0]),
        "to_text": _typed(told.points[-1]),
        "round_trip": told.round_trip,
    }


def _typed(point: Asked) -> str:
    return point.text or ""


def _change(event: object) -> dict[str, Any] | None:
    match event:
        case TripSubmitted(quote=quote):
            return {
                "status": Status.SUBMITTED,
                "from_text": quote.points[0].text,
                "to_text": quote.points[-1].text,
                "gross_m": quote.gross_m,
                "deducted_m": sum(line.metres for line in quote.deductions),
                "net_m": quote.net_m,
                "amount_oere": quote.amount_oere,
            }
        case TripNotMeasurable():
            return {"status": Status.NOT_MEASURABLE}
        case TripApproved():
            return {"status": Status.APPROVED}
        case TripRejected():
            return {"status": Status.REJECTED}
        case TripSettled():
            paid = {"net_m": event.net_m, "amount_oere": event.amount_oere, "period": event.period}
            return {"status": Status.SETTLED, **paid}
    return None


TRIP_LIST = Projection("trip_list", 1, "log", (t.trip_list,), _apply)
