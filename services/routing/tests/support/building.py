"""Builds a map as at one instant, so that tests may compare what is built."""

from datetime import UTC, datetime
from pathlib import Path

from routing.maps.building import build_map

BUILT_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def built(source: Path, folder: Path) -> str:
    return build_map(source, folder, BUILT_AT)
