"""What a kilometre is worth on a day: rates with the period they hold for.

Rates are effective-dated and not keyed by year, because they change on any day (1 May 2022 is the known case).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from chassis.errors import Rejected
from payroll.domain.accounts import check_pay_codes
from payroll.domain.errors import NoRate


@dataclass(frozen=True)
class Label:
    da: str
    en: str


@dataclass(frozen=True)
class Rate:
    """A rate type's price from `valid_from` up to, and not including, `valid_to` (None: until a later one begins)."""

    rate_type: str
    name: Label
    oere_per_km: int
    valid_from: date
    valid_to: date | None
    pay_code: str
    second_pay_code: str | None
    requires_plate: bool

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class RateType:
    """All rates of one type, at most one for each first day, in order of that day."""

    rates: tuple[Rate, ...] = ()

    def on(self, day: date) -> Rate:
        """The rate that holds on `day`; of several, the one that began last. NoRate when there is none."""
        for rate in reversed(self.rates):
            if rate.holds_on(day):
                return rate
        raise NoRate(self.rates[0].rate_type if self.rates else "unknown")


@dataclass(frozen=True)
class RateSet:
    """A rate was decided. A rate with the same first day is replaced; settled trips keep what they were paid."""

    rate: Rate


def decide(state: RateType, rate: Rate) -> list[RateSet]:
    """Nothing when the rate is known. Rejected when its period is empty, BadCode for a code no file can hold."""
    if rate.valid_to is not None and rate.valid_to <= rate.valid_from:
        raise Rejected("empty_rate_period", "A rate's period ends after it begins.")
    check_pay_codes(rate.pay_code, rate.second_pay_code)
    return [] if rate in state.rates else [RateSet(rate)]


def evolve(state: RateType, event: object) -> RateType:
    if not isinstance(event, RateSet):
        return state
    others = [rate for rate in state.rates if rate.valid_from != event.rate.valid_from]
    return replace(state, rates=tuple(sorted((*others, event.rate), key=lambda rate: rate.valid_from)))


def table(rates: Iterable[Rate]) -> dict[str, RateType]:
    """The rate types of a list of rates, each as if they had been set one after another."""
    types: dict[str, RateType] = {}
    for rate in rates:
        types[rate.rate_type] = evolve(types.get(rate.rate_type, RateType()), RateSet(rate))
    return types


def rate_on(types: dict[str, RateType], rate_type: str, day: date) -> Rate:
    """The rate of a type on the driving date. NoRate for an unknown type or a day without one."""
    try:
        return types[rate_type].on(day)
    except KeyError:
        raise NoRate(rate_type) from None
