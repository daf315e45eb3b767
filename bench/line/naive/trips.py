"""Employees report trips here."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from nameko.events import EventDispatcher, event_handler
from nameko.exceptions import BadRequest
from nameko.web.handlers import http
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bench.line.facts import Facts, MeasuredRoute, amount_oere, net_m, route_key
from bench.line.naive.models import Employment, Trip, TripRate
from bench.line.naive.providers import Callers, Configured, Database


class PointSchema(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=200))


class TripSchema(Schema):
    """A trip as its driver reports it."""

    trip_id = fields.UUID(required=True)
    employment_id = fields.String(required=True, validate=validate.Length(min=1, max=100))
    driving_date = fields.Date(required=True)
    purpose = fields.String(required=True, validate=validate.Length(min=1, max=500))
    rate_type = fields.String(required=True, validate=validate.Length(min=1, max=100))
    licence_plate = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    points = fields.List(fields.Nested(PointSchema), required=True, validate=validate.Length(min=2, max=50))
    round_trip = fields.Boolean(load_default=False)


TRIP = TripSchema()


@cache
def measured_routes(path: str) -> dict[str, MeasuredRoute]:
    """Every route as the engine measured it: what its cache would answer."""
    return Facts.from_json(Path(path).read_text()).routes


class TripsService:
    name = "trips"

    db = Database()
    person_of = Callers()
    config = Configured()
    dispatch = EventDispatcher()

    @http("POST", "/trips/trips")
    def report(self, request: Any) -> tuple[int, dict[str, str], str]:
        person_id = self.person_of(request)
        try:
            told = TRIP.load(json.loads(request.get_data(as_text=True)))
        except (ValueError, ValidationError) as error:
            raise BadRequest(str(error)) from error
        trip, published = self._measured(person_id, told)
        self.db.add(trip)
        self.db.commit()
        self.dispatch("trip_submitted", published)
        answer = {"trip_id": published["trip_id"], "status": "submitted"}
        return 201, {"Content-Type": "application/json"}, json.dumps(answer)

    @event_handler("approval", "trip_approved")
    def on_approved(self, event: dict[str, Any]) -> None:
        trip = self.db.get_one(Trip, event["trip_id"])
        trip.status, trip.decided_by = "approved", event["decided_by"]
        self.db.commit()

    @event_handler("payroll", "trip_settled")
    def on_settled(self, event: dict[str, Any]) -> None:
        trip = self.db.get_one(Trip, event["trip_id"])
        trip.status, trip.period = "settled", event["period"]
        self.db.commit()

    def _measured(self, person_id: str, told: dict[str, Any]) -> tuple[Trip, dict[str, Any]]:
        job = self.db.get(Employment, told["employment_id"])
        if job is None or job.person_id != person_id or job.from_date > told["driving_date"]:
            raise BadRequest("not your employment on that day")
        rate = _rate(self.db, told["rate_type"], told["driving_date"])
        route = measured_routes(self.config["FACTS"])[route_key(job.employment_id, told["points"])]
        gross_m = route.driven_m * (2 if told["round_trip"] else 1)
        paid_m = net_m(route, round_trip=told["round_trip"])
        told["trip_id"] = str(told["trip_id"])
        trip = Trip(
            **told,
            person_id=person_id,
            gross_m=gross_m,
            deducted_m=gross_m - paid_m,
            net_m=paid_m,
            amount_oere=amount_oere(paid_m, rate.oere_per_km),
            status="submitted",
            submitted_at=datetime.now(UTC),
        )
        return trip, _published(trip, route, job.org_unit_id)


def _rate(db: Session, rate_type: str, day: date) -> TripRate:
    still = or_(TripRate.to_date.is_(None), TripRate.to_date > day)
    query = select(TripRate).where(TripRate.rate_type == rate_type, TripRate.from_date <= day, still)
    rate = db.scalars(query.order_by(TripRate.from_date.desc()).limit(1)).first()
    if rate is None:
        raise BadRequest("no rate on that day")
    return rate


def _published(trip: Trip, route: MeasuredRoute, org_unit_id: str) -> dict[str, Any]:
    """The whole trip, so that nobody has to ask for it."""
    return {
        "trip_id": trip.trip_id,
        "revision": 1,
        "person_id": trip.person_id,
        "employment_id": trip.employment_id,
        "org_unit_id": org_unit_id,
        "driving_date": trip.driving_date.isoformat(),
        "purpose": trip.purpose,
        "rate_type": trip.rate_type,
        "distance_source": "measured",
        "points": route.points,
        "round_trip": trip.round_trip,
        "starts_at_home": route.starts_at_home,
        "ends_at_home": route.ends_at_home,
        "gross_m": trip.gross_m,
        "ferry_m": route.ferry_m,
        "deductions": [{"name": "commute", "metres": trip.deducted_m}],
        "net_m": trip.net_m,
        "home_work_m": route.home_work_m,
        "licence_plate": trip.licence_plate,
        "graph": route.graph,
        "submitted_at": trip.submitted_at.isoformat(),
    }
