"""`routing map build`: three graphs and the address file from one OSM file, finished or not there at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from routing.addresses.build import write_addresses
from routing.domain.route import PROFILES, GraphId
from routing.engine.osrm_graph import ALGORITHM, ENGINE, GRAPH_FILE, engine_version
from routing.engine.profiles import lay_out_profile, profile_sha256
from routing.maps.manifest import ADDRESSES, MANIFEST, Manifest
from routing.maps.osm import MapContents, sha256_of
from routing.maps.tools import contract, extract

LAYOUT_VERSION = 2
"""Part of the map's id: a new layout of the address file or of the graphs' labels is a new map."""

Progress = Callable[[str, int], None]
"""Called with the step's name and how much of the step is done, in percent."""


def silent(_step: str, _percent: int) -> None:
    """For whoever does not watch."""


class CannotBuild(Exception):
    """The file is no map, or the engine's tools refuse it; the message says which."""


def build_map(source: Path, maps_folder: Path, built_at: datetime, progress: Progress = silent) -> str:
    """Makes the map of ``source`` under ``maps_folder`` and gives its id.

    The same file, engine and profiles give the same id and, measured over, the same metres; a map that is
    there already is not built again. Nothing becomes current here.
    """
    if not source.is_file():
        raise CannotBuild(f"There is no file {source}.")
    maps_folder.mkdir(parents=True, exist_ok=True)
    with _workplace(maps_folder) as work:
        build = _Build(source, work, progress)
        finished = maps_folder / build.map_id
        if not (finished / MANIFEST).is_file():
            build.run(built_at)
            shutil.rmtree(finished, ignore_errors=True)
            work.rename(finished)
    return build.map_id


@contextlib.contextmanager
def _workplace(maps_folder: Path) -> Iterator[Path]:
    work = maps_folder / ".building"
    with _the_only_one(maps_folder):
        shutil.rmtree(work, ignore_errors=True)  # of a build that was killed
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def _the_only_one(maps_folder: Path) -> Iterator[None]:
    with (maps_folder / ".lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotBuild(f"Another build is at work in {maps_folder}.") from error
        yield


class _Build:
    """One build in its workplace."""

    def __init__(self, source: Path, work: Path, progress: Progress) -> None:
        self._source = source
        self._work = work
        self._progress = progress
        self._scripts = {profile: lay_out_profile(profile, work / "profiles") for profile in PROFILES}
        self._map_sha256 = sha256_of(source)
        self.map_id = _map_id([graph.graph_id for graph in self._graphs(None)])

    def run(self, built_at: datetime) -> None:
        contents = MapContents(self._source)
        address_count = self._write_addresses(contents)
        if contents.area is None:
            raise CannotBuild(f"{self._source.name} holds no roads.")
        graphs = self._graphs(contents.data_date)
        for graph in graphs:
            self._write_graph(graph)
        manifest = Manifest(
            self.map_id,
            self._source.name,
            contents.area,
            address_count,
            graphs,
            _hashes(self._work),
            built_at.isoformat(timespec="seconds"),
        )
        (self._work / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")

    def _graphs(self, date: str | None) -> tuple[GraphId, ...]:
        return tuple(
            GraphId(ENGINE, engine_version(), ALGORITHM, profile, profile_sha256(script), self._map_sha256, date)
            for profile, script in self._scripts.items()
        )

    def _write_addresses(self, contents: MapContents) -> int:
        self._progress("addresses", 0)
        try:
            count = write_addresses(self._work / ADDRESSES, contents.addresses())
        except RuntimeError as error:
            raise CannotBuild(f"{self._source.name} cannot be read as OSM data: {error}") from error
        self._progress("addresses", 100)
        return count

    def _write_graph(self, graph: GraphId) -> None:
        base = self._work / graph.profile / GRAPH_FILE
        base.parent.mkdir()
        roads, shortcuts = f"{graph.profile}: roads", f"{graph.profile}: shortcuts"
        extract(
            self._source,
            self._scripts[graph.profile],
            base,
            graph.graph_id,
            lambda percent: self._progress(roads, percent),
        )
        contract(base, lambda percent: self._progress(shortcuts, percent))


def _map_id(graph_ids: list[str]) -> str:
    """Names the graphs and the address file together."""
    named = json.dumps([LAYOUT_VERSION, *graph_ids])
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _hashes(work: Path) -> dict[str, str]:
    files = sorted(path for path in work.rglob("*") if path.is_file())
    return {path.relative_to(work).as_posix(): sha256_of(path) for path in files}
