"""Payroll as a nameko service: entry points and wiring, nothing else."""

from __future__ import annotations

from nameko.extensions import DependencyProvider

from chassis.bus import ProjectionLoop, Relay
from chassis.core import Core, app_of
from chassis.erasing import Erasures
from chassis.http import Web
from payroll.application.rates import seed_official_rates
from payroll.bootstrap import NAME, build
from payroll.http import ROUTES
from payroll.subscriptions import FROM_APPROVAL, FROM_ROUTING, FROM_TRIPS


class OfficialRates(DependencyProvider):
    """Sets the official rates at the start, once in the life of the database."""

    def start(self) -> None:
        seed_official_rates(app_of(self.container))


class PayrollService:
    name = NAME

    core = Core(build)
    web = Web(ROUTES, "payroll")
    relay = Relay()
    projections = ProjectionLoop()
    erasures = Erasures()
    official_rates = OfficialRates()
    from_trips = FROM_TRIPS
    from_approval = FROM_APPROVAL
    from_routing = FROM_ROUTING
