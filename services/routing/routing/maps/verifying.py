"""`routing map verify`: whether a map is still what was built."""

from __future__ import annotations

from pathlib import Path

from routing.domain.errors import EngineUnavailable
from routing.engine.cache import LegCache
from routing.maps.manifest import MANIFEST, read_manifest
from routing.maps.osm import sha256_of
from routing.maps.shelf import LoadedMap


def verify_map(directory: Path) -> list[str]:
    """One sentence for each thing wrong with the map; none when it can be used and nothing has changed."""
    try:
        files = read_manifest(directory).files
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{MANIFEST} cannot be read: {error}"]
    problems = [problem for name, sha256 in files.items() if (problem := _problem(directory / name, name, sha256))]
    return problems or _opened(directory)


def _problem(path: Path, name: str, sha256: str) -> str | None:
    if not path.is_file():
        return f"{name} is missing"
    return None if sha256_of(path) == sha256 else f"{name} has changed since the map was built"


def _opened(directory: Path) -> list[str]:
    try:
        LoadedMap(directory, LegCache(0))
    except EngineUnavailable as error:
        return [error.reason]
    return []
