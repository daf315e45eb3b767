"""Approval as a nameko service: what it is made of, and nothing else."""

from __future__ import annotations

from approval import bootstrap
from approval.domain.events import stream_of
from approval.http import ROUTES
from approval.projections.organisation import ORGANISATION
from approval.projections.submitted_trips import SUBMITTED_TRIPS
from approval.subscriptions import FROM_PAYROLL, FROM_TRIPS
from chassis.bus import ProjectionLoop, Relay, Subscription, each
from chassis.core import Core
from chassis.erasing import Erasures
from chassis.http import Web


class ApprovalService:
    """Hears of trips and of the organisation, lets those decide who may, and tells what they decided."""

    name = bootstrap.NAME
    core = Core(bootstrap.build)
    web = Web(ROUTES, "approval")
    relay = Relay()
    projections = ProjectionLoop()
    erasures = Erasures()
    from_trips = Subscription(
        "trips", each(FROM_TRIPS, loads={"trip-submitted": stream_of, "trip-withdrawn": stream_of}), (SUBMITTED_TRIPS,)
    )
    from_payroll = Subscription("payroll", each(FROM_PAYROLL, loads={"trip-settled": stream_of}), (ORGANISATION,))
