"""From a map to its providers, by the engine that is configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from routing.domain.route import RouteProvider
from routing.engine.osrm_graph import OsrmGraph
from routing.engine.osrm_http import OsrmRouted
from routing.engine.valhalla_http import Valhalla
from routing.maps.manifest import Manifest
from routing.outside import JsonService

MAP_ID = "{map_id}"
"""Stands in an engine's address for the id of the map that is asked about."""

type OpenGraphs = Callable[[Path, Manifest], Mapping[str, RouteProvider]]
"""Gives a provider for each profile of the map in a directory; an engine elsewhere is not asked yet."""


def in_process(directory: Path, manifest: Manifest) -> Mapping[str, RouteProvider]:
    return {graph.profile: OsrmGraph(directory / graph.profile, graph, manifest.area) for graph in manifest.graphs}


def osrm_routed(urls: Mapping[str, str], timeout_s: float) -> OpenGraphs:
    """A server per profile; {map_id} in an address where each map has servers of its own."""

    def opened(_directory: Path, manifest: Manifest) -> Mapping[str, RouteProvider]:
        return {
            graph.profile: OsrmRouted(_service(urls[graph.profile], manifest, timeout_s), graph, manifest.area)
            for graph in manifest.graphs
        }

    return opened


def valhalla(url: str, timeout_s: float) -> OpenGraphs:
    """One address serves all profiles; ``url`` may hold {map_id} too."""

    def opened(_directory: Path, manifest: Manifest) -> Mapping[str, RouteProvider]:
        return {
            graph.profile: Valhalla(_service(url, manifest, timeout_s), graph, manifest.area)
            for graph in manifest.graphs
        }

    return opened


def _service(url: str, manifest: Manifest, timeout_s: float) -> JsonService:
    return JsonService(url.replace(MAP_ID, manifest.map_id), timeout_s)
