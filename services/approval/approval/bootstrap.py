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
from chassis.clock import Clock, utc_now
from chassis.wiring import wire

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
    wired = wire(config, NAME, CODEC, publish, PROJECTIONS, clock=clock, feeds=feeds)
    return ApprovalApp(
        name=NAME, config=config, clock=clock, store=wired.store, projections=wired.projections, feeds=wired.feeds
    )
