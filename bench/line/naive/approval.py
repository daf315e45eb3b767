"""Leaders approve trips here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.exceptions import BadRequest
from nameko.web.handlers import http
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.line.naive.models import Unit, Waiting
from bench.line.naive.providers import Callers, Database

MOST_TRIPS = 200


class ApprovalService:
    name = "approval"

    db = Database()
    person_of = Callers()
    dispatch = EventDispatcher()

    @event_handler("trips", "trip_submitted")
    def on_submitted(self, event: dict[str, Any]) -> None:
        self.db.add(
            Waiting(
                trip_id=event["trip_id"],
                person_id=event["person_id"],
                org_unit_id=event["org_unit_id"],
                approver_id=_leader_of(self.db, event["org_unit_id"], event["person_id"]),
                submitted_at=event["submitted_at"],
                status="waiting",
                trip=event,
            )
        )
        self.db.commit()

    @event_handler("payroll", "trip_settled")
    def on_settled(self, event: dict[str, Any]) -> None:
        self.db.get_one(Waiting, event["trip_id"]).status = "settled"
        self.db.commit()

    @http("GET", "/approval/inbox")
    def inbox(self, request: Any) -> tuple[int, dict[str, str], str]:
        mine = select(Waiting).where(Waiting.approver_id == self.person_of(request), Waiting.status == "waiting")
        rows = self.db.scalars(mine.order_by(Waiting.submitted_at, Waiting.trip_id).limit(MOST_TRIPS))
        return 200, {"Content-Type": "application/json"}, json.dumps({"items": [row.trip for row in rows]})

    @http("POST", "/approval/trips/<trip_id>/approve")
    def approve(self, request: Any, trip_id: str) -> tuple[int, dict[str, str], str]:
        person_id = self.person_of(request)
        trip = self.db.get(Waiting, trip_id)
        if trip is None or trip.approver_id != person_id or trip.status != "waiting":
            raise BadRequest("not yours to approve")
        decided_at = datetime.now(UTC)
        trip.status, trip.decided_at = "approved", decided_at
        event = {
            "trip_id": trip_id,
            "revision": 1,
            "person_id": trip.person_id,
            "decided_by": person_id,
            "decided_at": decided_at.isoformat(),
            "decided_as": "leader",
        }
        self.db.commit()
        self.dispatch("trip_approved", event)
        return 200, {"Content-Type": "application/json"}, json.dumps({"trip_id": trip_id, "outcome": "approved"})


def _leader_of(db: Session, org_unit_id: str | None, person_id: str) -> str:
    """The leader of the nearest unit upwards that has one who is not the reporter."""
    while org_unit_id is not None:
        unit = db.get_one(Unit, org_unit_id)
        if unit.leader_id not in (None, person_id):
            return str(unit.leader_id)
        org_unit_id = unit.parent_id
    return ""
