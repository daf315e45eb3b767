"""Setting rates, and the official ones an installation starts with."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.store import Context, Outcome, UnitOfWork
from payroll.app import PayrollApp
from payroll.domain import rates
from payroll.domain.official_rates import END, FIRST_DAYS, official_rates
from payroll.domain.rates import Rate, RateType

SEED = f"official-rates-{FIRST_DAYS[0]}-{END}"


def set_rates(app: PayrollApp, context: Context, wanted: Sequence[Rate]) -> Outcome:
    """The value is how many rates were not so before. Each takes the place of the one with the same first day."""

    def work(uow: UnitOfWork) -> int:
        return sum(_set(uow, rate) for rate in wanted)

    return app.store.execute(context, work)


def seed_official_rates(app: PayrollApp) -> Outcome:
    """Once in the life of a database, however often it is called: what people set later stays."""
    config = app.config
    pay_codes = {
        "car_high": config.pay_code_car_high,
        "car_low": config.pay_code_car_low,
        "bicycle": config.pay_code_bicycle,
    }
    return set_rates(app, Context(actor=app.name, command_id=SEED), official_rates(pay_codes))


def _set(uow: UnitOfWork, rate: Rate) -> int:
    stream = f"rate-{rate.rate_type}"
    loaded = uow.load(stream, rates.evolve, RateType())
    events = rates.decide(loaded.state, rate)
    uow.append(stream, loaded.version, events)
    return len(events)
