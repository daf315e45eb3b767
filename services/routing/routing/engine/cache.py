"""Remembers legs per graph: the graph's id names everything that could change them, so entries never expire."""

from __future__ import annotations

from collections import OrderedDict

from routing.domain.errors import NoRoadNear, NotMeasurable, OutsideArea
from routing.domain.geography import Area, Point
from routing.domain.route import GraphId, Leg, RouteProvider

LegKey = tuple[str, Point, Point]


class LegCache:
    """The most recently used legs, and the final failures: both stay true for their graph."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[LegKey, Leg | NotMeasurable] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def get(self, key: LegKey) -> Leg | NotMeasurable | None:
        entry = self._entries.get(key)
        if entry is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return entry

    def put(self, key: LegKey, entry: Leg | NotMeasurable) -> None:
        self._entries[key] = entry
        if len(self._entries) > self._capacity:
            self._entries.popitem(last=False)


class CachedProvider:
    """A provider that asks each directed leg once. ``EngineUnavailable`` is never remembered."""

    def __init__(self, provider: RouteProvider, cache: LegCache) -> None:
        self._provider = provider
        self._cache = cache

    @property
    def adapter(self) -> str:
        return self._provider.adapter

    @property
    def area(self) -> Area:
        return self._provider.area

    @property
    def graph(self) -> GraphId:
        return self._provider.graph

    def leg(self, start: Point, end: Point) -> Leg:
        key = (self.graph.graph_id, start, end)
        known = self._cache.get(key)
        if known is None:
            known = self._measured(start, end)
            self._cache.put(key, known)
        if isinstance(known, NotMeasurable):
            raise _fresh(known)
        return known

    def _measured(self, start: Point, end: Point) -> Leg | NotMeasurable:
        try:
            return self._provider.leg(start, end)
        except NotMeasurable as error:
            return _fresh(error)


def _fresh(error: NotMeasurable) -> NotMeasurable:
    """A new error of the same kind: one that is raised again would collect tracebacks."""
    if isinstance(error, OutsideArea | NoRoadNear):
        return type(error)(error.point_index or 0)
    return error.__class__()  # type: ignore[call-arg]  # NoRoute and NotRoutable, the others a leg can give
