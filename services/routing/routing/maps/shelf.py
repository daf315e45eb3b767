"""The maps of a site: kept side by side in one folder, with a pointer to the current one.

The pointer is a small file, replaced at once. A running service looks at it with every request and takes up a
new map between two of them; distances measured on the old one stay what they are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from routing.addresses.register import AddressRegister
from routing.domain.errors import EngineUnavailable
from routing.domain.events import AddressSource
from routing.domain.route import RouteProvider
from routing.engine.cache import CachedProvider, LegCache
from routing.engine.opening import OpenGraphs, in_process
from routing.maps.manifest import ADDRESSES, MANIFEST, Manifest, read_manifest
from routing.pointing import POINTER, current_id

_LOG = logging.getLogger(__name__)


class LoadedMap:
    """One map in use: its register and a provider per profile."""

    def __init__(self, directory: Path, cache: LegCache, open_graphs: OpenGraphs = in_process) -> None:
        self.manifest: Manifest = _manifest(directory)
        self.register = AddressRegister(directory / ADDRESSES, _source(self.manifest))
        self._providers: Mapping[str, RouteProvider] = {
            profile: CachedProvider(graph, cache) for profile, graph in open_graphs(directory, self.manifest).items()
        }

    def provider(self, profile: str) -> RouteProvider:
        try:
            return self._providers[profile]
        except KeyError as error:
            raise EngineUnavailable(f"The current map has no graph for {profile}.") from error


def _source(manifest: Manifest) -> AddressSource:
    return AddressSource("openstreetmap", manifest.graphs[0].map_sha256, manifest.data_date)


class MapShelf:
    """Hands out the current map; ``EngineUnavailable`` while there is none that can be read."""

    def __init__(self, folder: Path, cache: LegCache, open_graphs: OpenGraphs = in_process) -> None:
        self.folder = folder
        self._cache = cache
        self._open_graphs = open_graphs
        self._seen: tuple[int, int] | None = None
        self._loaded: LoadedMap | None = None

    def current(self) -> LoadedMap:
        try:
            return self._current()
        except EngineUnavailable as error:
            _LOG.warning("no map to measure on", extra={"reason": error.reason})
            raise

    def can_measure(self) -> bool:
        try:
            self.current()
        except EngineUnavailable:
            return False
        return True

    def close(self) -> None:
        self._loaded = None

    def _current(self) -> LoadedMap:
        seen = self._pointer_state()
        if self._loaded is None or seen != self._seen:
            self._loaded = LoadedMap(self.folder / current_id(self.folder), self._cache, self._open_graphs)
            self._seen = seen
            _LOG.info("map loaded", extra={"map_id": self._loaded.manifest.map_id})
        return self._loaded

    def _pointer_state(self) -> tuple[int, int]:
        try:
            state = (self.folder / POINTER).stat()
        except FileNotFoundError as error:
            raise EngineUnavailable("No map has been built yet: run `routing map build FILE.osm.pbf`.") from error
        return state.st_ino, state.st_mtime_ns


class MapAddresses:
    """The addresses of the current map as an ``AddressBook``."""

    def __init__(self, shelf: MapShelf) -> None:
        self._shelf = shelf

    def current(self) -> AddressRegister:
        return self._shelf.current().register


def list_maps(folder: Path) -> list[Manifest]:
    """Every finished map, the oldest first."""
    found = [read_manifest(path.parent) for path in folder.glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda manifest: manifest.built_at)


def _manifest(directory: Path) -> Manifest:
    try:
        return read_manifest(directory)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable(f"The map {directory.name} cannot be read: {error}") from error
