"""What is paid for one approved trip, decided once and kept with everything the payroll file needs of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from payroll.domain import rates
from payroll.domain.accounts import Administrative, account_for, check_pay_codes
from payroll.domain.errors import BadCode, NoRate, Problem
from payroll.domain.organisation import Employment, Person
from payroll.domain.pricing import amount_oere
from payroll.domain.rates import Rate, RateType


@dataclass(frozen=True)
class PayableTrip:
    """An approved trip as payroll learned of it; trip and decision are of the same revision. With a ``trailer`` the
    rate's second pay code is paid too.
    """

    trip_id: str
    revision: int
    person_id: str
    employment_id: str
    driving_date: date
    rate_type: str
    net_m: int
    account: str | None
    decided_at: datetime
    taxable_m: int = 0
    trailer: bool = False


@dataclass(frozen=True)
class TripSettled:
    """One trip is paid. Rate, codes and the employment's facts are copied: later changes do not reach back.
    ``taxable_m`` of the ``net_m`` are paid under ``taxable_pay_code``, as taxable wages (LL § 9 B: from day 61).
    """

    trip_id: str
    revision: int
    person_id: str
    employment_id: str
    employee_number: str
    employment_type: int
    extra_digit: int
    period: str
    driving_date: date
    net_m: int
    rate_type: str
    oere_per_km: int
    amount_oere: int
    pay_code: str
    second_pay_code: str | None
    account: str | None
    settled_at: datetime
    taxable_m: int = 0
    taxable_pay_code: str | None = None

    @property
    def shares(self) -> tuple[tuple[str, int, int], ...]:
        """Pay code, metres and øre of the trip's parts, which make up the whole: the tax-free one first."""
        if self.taxable_pay_code is None:
            return ((self.pay_code, self.net_m, self.amount_oere),)
        free_m = self.net_m - self.taxable_m
        free_oere = amount_oere(free_m, self.oere_per_km)
        taxable = (self.taxable_pay_code, self.taxable_m, self.amount_oere - free_oere)
        return ((self.pay_code, free_m, free_oere), taxable) if free_m else (taxable,)


@dataclass(frozen=True)
class PayBasis:
    """What trips are priced from: rates by type, people by id, the administrative account, and the pay code of what is
    taxable.
    """

    rates: dict[str, RateType]
    people: dict[str, Person]
    administrative: Administrative
    taxable_pay_code: str


def settle(trip: PayableTrip, basis: PayBasis, period: str, now: datetime) -> TripSettled | Problem:
    """The settlement of a trip, priced by its driving date; or the reason why it cannot be paid."""
    employment = _employment(trip, basis)
    if employment is None:
        return Problem(trip.trip_id, "unknown_employment")
    try:
        rate = rates.rate_on(basis.rates, trip.rate_type, trip.driving_date)
        check_pay_codes(rate.pay_code, rate.second_pay_code)
        account = account_for(trip.account, employment.facts.cost_centre, basis.administrative)
    except (NoRate, BadCode) as error:
        return Problem(trip.trip_id, error.code)
    paid = _settled(trip, employment, rate, account, period, now)
    return replace(paid, taxable_m=trip.taxable_m, taxable_pay_code=basis.taxable_pay_code) if trip.taxable_m else paid


def _employment(trip: PayableTrip, basis: PayBasis) -> Employment | None:
    person = basis.people.get(trip.person_id)
    employments = person.employments if person else ()
    return next((item for item in employments if item.employment_id == trip.employment_id), None)


def _settled(
    trip: PayableTrip, employment: Employment, rate: Rate, account: str | None, period: str, now: datetime
) -> TripSettled:
    return TripSettled(
        trip_id=trip.trip_id,
        revision=trip.revision,
        person_id=trip.person_id,
        employment_id=trip.employment_id,
        employee_number=employment.employee_number,
        employment_type=employment.facts.employment_type,
        extra_digit=employment.facts.extra_digit,
        period=period,
        driving_date=trip.driving_date,
        net_m=trip.net_m,
        rate_type=trip.rate_type,
        oere_per_km=rate.oere_per_km,
        amount_oere=amount_oere(trip.net_m, rate.oere_per_km),
        pay_code=rate.pay_code,
        second_pay_code=rate.second_pay_code if trip.trailer else None,
        account=account,
        settled_at=now,
    )
