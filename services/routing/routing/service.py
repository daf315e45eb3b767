"""Routing as a nameko service: what it is made of, and nothing else."""

from __future__ import annotations

from chassis.bus import ProjectionLoop, Relay, Subscription, each
from chassis.core import Core
from chassis.erasing import Erasures
from chassis.http import Web
from routing import bootstrap
from routing.http import api, pages
from routing.subscriptions import FROM_PAYROLL, FROM_TRIPS

ROUTES = (*api.ROUTES, *pages.ROUTES)


class RoutingService:
    """Answers route requests from trips, and people's and programs' questions about addresses and routes."""

    name = bootstrap.NAME
    core = Core(bootstrap.build)
    web = Web(ROUTES, "routing")
    relay = Relay()
    projections = ProjectionLoop()
    erasures = Erasures()
    from_trips = Subscription("trips", each(FROM_TRIPS))
    from_payroll = Subscription("payroll", each(FROM_PAYROLL))
