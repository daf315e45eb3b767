"""Trips as a nameko service: what it is made of, and nothing else."""

from __future__ import annotations

from chassis.bus import ProjectionLoop, Relay, Subscription
from chassis.erasing import Erasures
from chassis.http import Web
from trips.bootstrap import NAME, build
from trips.http.routes import ROUTES
from trips.installed import TripsCore
from trips.patience import AskingAgain, WatchingHomes
from trips.projections import FROM_PAYROLL_FEED
from trips.subscriptions import FROM_APPROVAL, FROM_PAYROLL, FROM_ROUTING


class TripsService:
    """Takes employees' trips, has them measured, and tells what they come to."""

    name = NAME
    core = TripsCore(build)
    web = Web(ROUTES, "trips")
    relay = Relay()
    projections = ProjectionLoop()
    erasures = Erasures()
    asking_again = AskingAgain()
    watching_homes = WatchingHomes()
    from_payroll = Subscription("payroll", FROM_PAYROLL, FROM_PAYROLL_FEED)
    from_routing = Subscription("routing", FROM_ROUTING)
    from_approval = Subscription("approval", FROM_APPROVAL)
