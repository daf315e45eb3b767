"""Each person's trips as a list: one row per trip, newest driving date first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, update

from chassis.projections import Projection
from chassis.store import ERASED, Recorded
from chassis.store.upsert import put
from trips.domain.events import (
    Asked,
    PaidRevisionStands,
    PersonForgotten,
    Quote,
    Report,
    TripApproved,
    TripNotMeasurable,
    TripRejected,
    TripReported,
    TripSettled,
    TripSubmitted,
    TripWithdrawn,
)
from trips.domain.trip import Status
from trips.projections import tables as t


def _apply(conn: Connection, events: Sequence[Recorded]) -> None:
    page = _Page()
    for recorded in events:
        match recorded.event:
            case TripReported() as event:
                page.report(event)
            case PersonForgotten() as event:
                page.write(conn)
                forget(conn, event.person_id)
                page = _Page()
            case event:
                page.change(recorded.stream.removeprefix("trip-"), _change(event))
    page.write(conn)


class _Page:
    """What a page of events comes to: rows of trips reported in it, and changes to rows that are there already."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self._changes: dict[str, dict[str, Any]] = {}

    def report(self, event: TripReported) -> None:
        """The row anew: what came before it in the page is past."""
        self.rows[event.trip_id] = _row(event)
        self._changes.pop(event.trip_id, None)

    def change(self, trip_id: str, change: dict[str, Any] | None) -> None:
        """A decision heard after the payment that rests on it does not undo the payment."""
        if change is None:
            return
        known = self.rows.get(trip_id)
        if known is None:
            known = self._changes.setdefault(trip_id, {})
        if known.get("status") != Status.SETTLED or change["status"] == Status.SETTLED:
            known.update(change)

    def write(self, conn: Connection) -> None:
        put(conn, t.trip_list, [_EMPTY | row for row in self.rows.values()])
        alike: dict[str, list[str]] = {}
        for trip_id, change in self._changes.items():
            alike.setdefault(repr(sorted(change.items())), []).append(trip_id)
        for trip_ids in alike.values():
            change = self._changes[trip_ids[0]]
            rows = t.trip_list.c.trip_id.in_(trip_ids) & _open(change)
            conn.execute(update(t.trip_list).where(rows).values(change))


_EMPTY = dict.fromkeys(column.name for column in t.trip_list.columns)


def forget(conn: Connection, person_id: str) -> None:
    """What a rebuild gives once the person's keys are destroyed."""
    gone = {"purpose": ERASED, "from_text": ERASED, "to_text": ERASED}
    conn.execute(update(t.trip_list).where(t.trip_list.c.person_id == person_id).values(gone))


def _open(change: dict[str, Any]) -> Any:
    """Rows that are not settled, unless it is settling that changes them."""
    return t.trip_list.c.status != (Status.SETTLED if change["status"] != Status.SETTLED else "")


def _row(event: TripReported) -> dict[str, Any]:
    about = {"trip_id": event.trip_id, "person_id": event.person_id, "status": Status.MEASURING}
    return {**about, **_told(event.trip_id, event.report)}


def _told(trip_id: str, told: Report) -> dict[str, Any]:
    return {
        "sort_key": f"{told.driving_date.isoformat()} {trip_id}",
        "driving_date": told.driving_date.isoformat(),
        "purpose": told.purpose,
        "rate_type": told.rate_type,
        "from_text": _typed(told.points[:1]),
        "to_text": _typed(told.points[-1:]),
        "round_trip": told.round_trip,
    }


def _measured(quote: Quote) -> dict[str, Any]:
    return {
        **({"from_text": quote.points[0].text, "to_text": quote.points[-1].text} if quote.points else {}),
        "gross_m": quote.gross_m,
        "deducted_m": sum(line.metres for line in quote.deductions),
    }


def _typed(points: Sequence[Asked]) -> str:
    return "".join(point.text or "" for point in points)


def _change(event: object) -> dict[str, Any] | None:  # noqa: PLR0911 a case for each event
    match event:
        case TripSubmitted(quote=quote):
            expected = {"net_m": quote.net_m, "amount_oere": quote.amount_oere}
            return {"status": Status.SUBMITTED, **_measured(quote), **expected}
        case TripWithdrawn():
            return {"status": Status.WITHDRAWN}
        case TripNotMeasurable():
            return {"status": Status.NOT_MEASURABLE}
        case TripApproved():
            return {"status": Status.APPROVED}
        case TripRejected():
            return {"status": Status.REJECTED}
        case TripSettled():
            paid = {"net_m": event.net_m, "amount_oere": event.amount_oere, "period": event.period}
            return {"status": Status.SETTLED, **paid}
        case PaidRevisionStands(quote=quote):
            return {"status": Status.SETTLED, **_told(event.trip_id, event.report), **_measured(quote)}
    return None


TRIP_LIST = Projection("trip_list", 1, "log", (t.trip_list,), _apply)
