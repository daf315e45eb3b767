"""The one place where payroll is put together; the process, the commands and the tests all call it."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.bus.envelope import Envelope
from chassis.bus.feeds import FeedReader
from chassis.clock import Clock, utc_now
from chassis.projections import ProjectionRunner
from chassis.store import EventStore, KeyVault, Sealer, open_engine
from chassis.wiring import feeds_from
from payroll.app import PayrollApp
from payroll.config import PayrollConfig
from payroll.cpr_index import CprIndex
from payroll.keys import read_secrets
from payroll.projections import PROJECTIONS
from payroll.published import CODEC, publish

NAME = "payroll"


def build(
    config: PayrollConfig, *, clock: Clock = utc_now, feeds: Mapping[str, FeedReader] | None = None
) -> PayrollApp:
    """The parts of payroll on the databases of `config`; `feeds` stands in for the feeds named there.

    The key table, which lives in a database of its own, is made when it is missing. Projections read the log through a
    store without keys: no CPR number can find its way into a read model.
    """
    secrets = read_secrets(config)
    vault = KeyVault(open_engine(secrets.keys_database_url), secrets.master_key, clock=clock)
    vault.create_tables()
    engine = open_engine(config.database_url)
    store = EventStore(engine, service=NAME, codec=CODEC, publish=publish, clock=clock, sealer=Sealer(vault))
    readers = feeds_from(config) if feeds is None else feeds
    without_keys = EventStore(engine, service=NAME, codec=CODEC, publish=publish, clock=clock)
    runner = ProjectionRunner(without_keys, PROJECTIONS, readers, Envelope.parse, clock=clock)
    return PayrollApp(
        name=NAME,
        config=config,
        clock=clock,
        store=store,
        projections=runner,
        feeds=readers,
        cpr_index=CprIndex(secrets.pepper),
        people_keys=vault,
    )
