"""Routing's own metrics, beside those every service has."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Gauge

from chassis.metrics import Metrics
from routing.engine.cache import LegCache


class RoutingMetrics(Metrics):
    """Figures are read from their owners when somebody looks."""

    def __init__(self, cache: LegCache, map_loaded: Callable[[], bool]) -> None:
        super().__init__()
        self._gauge("routing_legs_remembered", "Legs answered from memory since the start.", lambda: cache.hits)
        self._gauge("routing_legs_measured", "Legs asked of the engine since the start.", lambda: cache.misses)
        self._gauge("routing_map_loaded", "1 where a map can be measured on.", lambda: int(map_loaded()))

    def _gauge(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        Gauge(name, meaning, registry=self.registry).set_function(value)
