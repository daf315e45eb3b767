"""The one place where routing is put together; the process, the commands and the tests all call it."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.bus import FeedReader
from chassis.clock import Clock, utc_now
from chassis.wiring import wire
from routing.addresses.book import address_book
from routing.app import RoutingApp
from routing.config import RoutingConfig
from routing.engine.cache import LegCache
from routing.engine.opening import OpenGraphs, in_process, osrm_routed, valhalla
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
    wired = wire(config, NAME, CODEC, publish, PROJECTIONS, clock=clock, feeds=feeds)
    cache = LegCache(config.leg_cache_size)
    shelf = MapShelf(config.maps_folder, cache, engine(config))
    return RoutingApp(
        name=NAME,
        config=config,
        clock=clock,
        metrics=RoutingMetrics(cache, shelf.can_measure),
        store=wired.store,
        projections=wired.projections,
        feeds=wired.feeds,
        shelf=shelf,
        addresses=address_book(config, shelf, wired.store.engine, clock),
    )


def engine(config: RoutingConfig) -> OpenGraphs:
    """What measures, by configuration."""
    match config.engine:
        case "osrm-http":
            return osrm_routed(config.osrm_urls, config.engine_timeout_s)
        case "valhalla-http":
            return valhalla(config.valhalla_url, config.engine_timeout_s)
        case _:
            return in_process
