"""Payroll closes the month here and fetches the file."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.web.handlers import http
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bench.line.facts import amount_oere
from bench.line.naive.models import ApprovedTrip, Payee, PayRate, Period, Settlement, SubmittedTrip
from bench.line.naive.providers import Callers, Configured, Database
from payroll.domain import opus
from payroll.domain.pay_lines import PayItem, pay_lines


class PayrollService:
    name = "payroll"

    db = Database()
    config = Configured()
    person_of = Callers()
    dispatch = EventDispatcher()

    @event_handler("trips", "trip_submitted")
    def on_submitted(self, event: dict[str, Any]) -> None:
        self.db.add(
            SubmittedTrip(
                trip_id=event["trip_id"],
                person_id=event["person_id"],
                employment_id=event["employment_id"],
                driving_date=date.fromisoformat(event["driving_date"]),
                rate_type=event["rate_type"],
                net_m=event["net_m"],
            )
        )
        self.db.commit()

    @event_handler("approval", "trip_approved")
    def on_approved(self, event: dict[str, Any]) -> None:
        self.db.add(
            ApprovedTrip(
                trip_id=event["trip_id"],
                approved_by=event["decided_by"],
                approved_at=datetime.fromisoformat(event["decided_at"]),
                settled=False,
            )
        )
        self.db.commit()

    @http("POST", "/payroll/periods/<period>/close")
    def close(self, request: Any, period: str) -> tuple[int, dict[str, str], str]:
        self.person_of(request)
        closed = Period(period=period, closed_at=datetime.now(UTC), trips=0, net_m=0, amount_oere=0)
        query = select(ApprovedTrip.trip_id).where(ApprovedTrip.settled.is_(False)).order_by(ApprovedTrip.trip_id)
        for trip_id in self.db.scalars(query).all():
            event = self._settle(trip_id, period)
            closed.trips += 1
            closed.net_m += event["net_m"]
            closed.amount_oere += event["amount_oere"]
        figures = {"period": period, "trips": closed.trips, "net_m": closed.net_m, "amount_oere": closed.amount_oere}
        self.db.add(closed)
        self.db.commit()
        self.dispatch("period_closed", figures)
        return 200, {"Content-Type": "application/json"}, json.dumps(figures)

    @http("GET", "/payroll/periods/<period>/file")
    def file(self, request: Any, period: str) -> tuple[int, dict[str, str], str]:
        self.person_of(request)
        rows = self.db.execute(
            select(Settlement, Payee)
            .join(Payee, Payee.employment_id == Settlement.employment_id)
            .where(Settlement.period == period)
        ).all()
        lines = pay_lines(
            PayItem(_employment(payee), row.pay_code, None, None, row.driving_date, row.net_m) for row, payee in rows
        )
        payees = {_employment(p): opus.Payee(p.cpr, p.employment_type, p.extra_digit) for _, p in rows}
        settings = opus.FileSettings(self.config["MUNICIPALITY"], self.config["FILE_HEADER"], "utf-8")
        return 200, {"Content-Type": "text/plain"}, (opus.opus_file(lines, payees, settings) or b"").decode()

    def _settle(self, trip_id: str, period: str) -> dict[str, Any]:
        approved, trip = self.db.get_one(ApprovedTrip, trip_id), self.db.get_one(SubmittedTrip, trip_id)
        rate = _rate(self.db, trip.rate_type, trip.driving_date)
        settled_at, amount = datetime.now(UTC), amount_oere(trip.net_m, rate.oere_per_km)
        event = {
            "trip_id": trip_id,
            "revision": 1,
            "person_id": trip.person_id,
            "period": period,
            "net_m": trip.net_m,
            "rate_type": trip.rate_type,
            "oere_per_km": rate.oere_per_km,
            "amount_oere": amount,
            "pay_code": rate.pay_code,
            "settled_at": settled_at.isoformat(),
        }
        names = ("trip_id", "period", "net_m", "oere_per_km", "amount_oere", "pay_code")
        self.db.add(
            Settlement(
                **{name: event[name] for name in names},
                employment_id=trip.employment_id,
                driving_date=trip.driving_date,
                settled_at=settled_at,
            )
        )
        approved.settled = True
        self.db.commit()
        self.dispatch("trip_settled", event)
        return event


def _rate(db: Session, rate_type: str, day: date) -> PayRate:
    still = or_(PayRate.to_date.is_(None), PayRate.to_date > day)
    query = select(PayRate).where(PayRate.rate_type == rate_type, PayRate.from_date <= day, still)
    return db.scalars(query.order_by(PayRate.from_date.desc()).limit(1)).one()


def _employment(payee: Payee) -> str:
    return f"{payee.employee_number} {payee.employment_id}"
