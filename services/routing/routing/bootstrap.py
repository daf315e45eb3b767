"""The one place where routing is put together; the process, the commands and the tests all call it."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.bus import FeedReader
from chassis.bus.opening import parser
from chassis.clock import Clock, utc_now
from chassis.keys import KeepingFeeds, open_vault
from chassis.projections import ProjectionRunner
from chassis.store import EventStore, Sealer, open_engine
from chassis.wiring import feeds_from
from routing.app import RoutingApp
from routing.config import RoutingConfig
from routing.engine.cache import LegCache
from routing.maps.shelf import MapShelf
from routing.metrics import RoutingMetrics
from routing.projections import PROJECTIONS
from routing.published import CODEC, publish

NAME = "routing"


def build(
    config: RoutingConfig, *, clock: Clock = utc_now, feeds: Mapping[str, FeedReader] | None = None
) -> RoutingApp:
    """The parts of routing on the migrated database of ``config``; ``feeds`` stands in for the feeds named there.

    A missing map is no hindrance: requests wait until one is built.
    """
    vault = open_vault(config, NAME, clock)
    engine, sealer = open_engine(config.database_url), Sealer(vault)
    store = EventStore(engine, service=NAME, codec=CODEC, publish=publish, clock=clock, sealer=sealer)
    readers = KeepingFeeds(feeds_from(config) if feeds is None else feeds, vault)
    cache = LegCache(config.leg_cache_size)
    shelf = MapShelf(config.maps_folder, cache)
    return RoutingApp(
        name=NAME,
        config=config,
        clock=clock,
        metrics=RoutingMetrics(cache, shelf.can_measure),
        store=store,
        projections=ProjectionRunner(store, PROJECTIONS, readers, parser(sealer), clock=clock),
        feeds=readers,
        shelf=shelf,
    )
