"""The one place where payroll is put together; the process, the commands and the tests all call it."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.bus.feeds import FeedReader
from chassis.bus.opening import parser
from chassis.clock import Clock, utc_now
from chassis.keys import KeepingFeeds, open_vault
from chassis.projections import ProjectionRunner
from chassis.store import EventStore, Sealer, open_engine
from chassis.wiring import feeds_from
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
    """The parts of payroll on the databases of `config`; `feeds` stands in for the feeds named there.

    The key table, which lives in a database of its own, is made when it is missing. Projections read the log through a
    store without the secret keys: no CPR number can find its way into a read model.
    """
    pepper = read_pepper(config, NAME)
    vault = open_vault(config, NAME, clock)
    engine = open_engine(config.database_url)
    store = EventStore(engine, service=NAME, codec=CODEC, publish=publish, clock=clock, sealer=Sealer(vault))
    readers = KeepingFeeds(feeds_from(config) if feeds is None else feeds, vault)
    shown = Sealer(vault, secrets=False)
    without_secrets = EventStore(engine, service=NAME, codec=CODEC, publish=publish, clock=clock, sealer=shown)
    runner = ProjectionRunner(without_secrets, PROJECTIONS, readers, parser(shown), clock=clock)
    app = PayrollApp(
        name=NAME,
        config=config,
        clock=clock,
        store=store,
        projections=runner,
        feeds=readers,
        cpr_index=CprIndex(pepper),
        people_keys=vault,
    )
    app.metrics.watch(lambda: pending(app))
    return app
