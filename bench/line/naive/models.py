"""The tables of the three services; each service has its own database and uses only its own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class TripsBase(DeclarativeBase):
    pass


class ApprovalBase(DeclarativeBase):
    pass


class PayrollBase(DeclarativeBase):
    pass


class Trip(TripsBase):
    __tablename__ = "trips"

    trip_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    employment_id: Mapped[str]
    driving_date: Mapped[date]
    purpose: Mapped[str]
    rate_type: Mapped[str]
    licence_plate: Mapped[str | None]
    round_trip: Mapped[bool]
    points: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    gross_m: Mapped[int]
    deducted_m: Mapped[int]
    net_m: Mapped[int]
    amount_oere: Mapped[int]
    status: Mapped[str]
    submitted_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    period: Mapped[str | None]


class Employment(TripsBase):
    __tablename__ = "employments"

    employment_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(index=True)
    org_unit_id: Mapped[str]
    from_date: Mapped[date]


class TripRate(TripsBase):
    __tablename__ = "rates"

    rate_type: Mapped[str] = mapped_column(primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
    to_date: Mapped[date | None]
    oere_per_km: Mapped[int]


class Waiting(ApprovalBase):
    """A trip with the leader who is to decide it."""

    __tablename__ = "waiting"

    trip_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    org_unit_id: Mapped[str]
    approver_id: Mapped[str] = mapped_column(index=True)
    submitted_at: Mapped[str] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String, index=True)
    decided_at: Mapped[datetime | None]
    trip: Mapped[dict[str, object]] = mapped_column(JSON)


class Unit(ApprovalBase):
    __tablename__ = "units"

    org_unit_id: Mapped[str] = mapped_column(primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("units.org_unit_id"))
    leader_id: Mapped[str | None]


class SubmittedTrip(PayrollBase):
    __tablename__ = "submitted_trips"

    trip_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    employment_id: Mapped[str]
    driving_date: Mapped[date]
    rate_type: Mapped[str]
    net_m: Mapped[int]


class ApprovedTrip(PayrollBase):
    __tablename__ = "approved_trips"

    trip_id: Mapped[str] = mapped_column(primary_key=True)
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
    settled: Mapped[bool] = mapped_column(index=True)


class Payee(PayrollBase):
    __tablename__ = "payees"

    employment_id: Mapped[str] = mapped_column(primary_key=True)
    employee_number: Mapped[str]
    cpr: Mapped[str]
    employment_type: Mapped[int]
    extra_digit: Mapped[int]


class PayRate(PayrollBase):
    __tablename__ = "rates"

    rate_type: Mapped[str] = mapped_column(primary_key=True)
    from_date: Mapped[date] = mapped_column(primary_key=True)
    to_date: Mapped[date | None]
    oere_per_km: Mapped[int]
    pay_code: Mapped[str]


class Settlement(PayrollBase):
    __tablename__ = "settlements"

    trip_id: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(index=True)
    employment_id: Mapped[str]
    driving_date: Mapped[date]
    net_m: Mapped[int]
    oere_per_km: Mapped[int]
    amount_oere: Mapped[int]
    pay_code: Mapped[str]
    settled_at: Mapped[datetime]


class Period(PayrollBase):
    __tablename__ = "periods"

    period: Mapped[str] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]
    trips: Mapped[int]
    net_m: Mapped[int]
    amount_oere: Mapped[int]
