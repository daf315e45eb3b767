"""The one place where approval is put together; the process, the commands and the tests all call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from approval.config import ApprovalConfig
from approval.metrics import ApprovalMetrics
from approval.projections import PROJECTIONS
from approval.projections.organisation import OrganisationReader
from approval.published import CODEC, publish
from chassis.app import App
from chassis.bus.feeds import FeedReader
from chassis.bus.opening import parser
from chassis.clock import Clock, utc_now
from chassis.keys import KeepingFeeds, open_vault
from chassis.projections import ProjectionRunner
from chassis.store import EventStore, Sealer, open_engine
from chassis.wiring import feeds_from

NAME = "approval"


@dataclass(kw_only=True)
class ApprovalApp(App):
    """The parts every service has, and the organisation by which approvers are found."""

    config: ApprovalConfig
    metrics: ApprovalMetrics = field(init=False, default_factory=ApprovalMetrics)
    organisation: OrganisationReader = field(init=False, default_factory=OrganisationReader)


def build(
    config: ApprovalConfig, *, clock: Clock = utc_now, feeds: Mapping[str, FeedReader] | None = None
) -> ApprovalApp:
    """The parts of approval on the database of ``config``; ``feeds`` stands in for the feeds named there."""
    vault = open_vault(config, NAME, clock)
    engine, sealer = open_engine(config.database_url), Sealer(vault)
    store = EventStore(engine, service=NAME, codec=CODEC, publish=publish, clock=clock, sealer=sealer)
    readers = KeepingFeeds(feeds_from(config) if feeds is None else feeds, vault)
    runner = ProjectionRunner(store, PROJECTIONS, readers, parser(sealer), clock=clock)
    return ApprovalApp(name=NAME, config=config, clock=clock, store=store, projections=runner, feeds=readers)
