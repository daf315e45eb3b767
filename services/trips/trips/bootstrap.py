"""The only place where the parts of trips are put together: used by the service, its commands and its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.app import App
from chassis.bus import FeedReader
from chassis.clock import Clock, utc_now
from chassis.wiring import wire
from trips.application.rules import Rules
from trips.config import TripsConfig
from trips.domain.settings import Terms
from trips.policies import offered
from trips.projections import PROJECTIONS
from trips.published import CODEC, publish

NAME = "trips"


@dataclass(kw_only=True)
class TripsApp(App):
    """The parts of trips; ``rules`` are the municipality's settings."""

    rules: Rules


def build(config: TripsConfig, *, clock: Clock = utc_now, feeds: Mapping[str, FeedReader] | None = None) -> TripsApp:
    """Trips as ``config`` says, on a database that is already migrated.

    ``feeds`` are the other services' in the same process; without them they are read over HTTP.
    """
    wired = wire(config, NAME, CODEC, publish, PROJECTIONS, clock=clock, feeds=feeds)
    return TripsApp(
        name=NAME,
        config=config,
        clock=clock,
        store=wired.store,
        projections=wired.projections,
        feeds=wired.feeds,
        rules=rules_of(config),
    )


def rules_of(config: TripsConfig) -> Rules:
    """The settings that decide trips."""
    otherwise = Terms(
        config.deduction_policy,
        config.without_extra_allowed,
        config.four_km_allowed,
        config.default_method,
        config.after_sixty_days,
    )
    return Rules(otherwise, config.max_age_days or None, offered())
