"""The one place where payroll is put together; the process, the commands and the tests all call it."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.bus.feeds import FeedReader
from chassis.clock import Clock, utc_now
from chassis.erasing import vault_of
from chassis.wiring import wire
from payroll.app import PayrollApp
from payroll.application.erasing import pending
from payroll.config import PayrollConfig
from payroll.cpr_index import CprIndex
from payroll.keys import read_pepper
from payroll.projections import PROJECTIONS
from payroll.published import CODEC, publish

NAME = "payroll"


def build(
    config: PayrollConfig, *, clock: Clock = utc_now, feeds: Mapping[str, FeedReader] | None = None
) -> PayrollApp:
    """The parts of payroll on the databases of `config`; `feeds` stands in for the feeds named there."""
    pepper = read_pepper(config, NAME)
    wired = wire(config, NAME, CODEC, publish, PROJECTIONS, clock=clock, feeds=feeds)
    app = PayrollApp(
        name=NAME,
        config=config,
        clock=clock,
        store=wired.store,
        projections=wired.projections,
        feeds=wired.feeds,
        cpr_index=CprIndex(pepper),
        people_keys=vault_of(wired.store),
    )
    app.metrics.watch(lambda: pending(app))
    return app
