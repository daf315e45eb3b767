"""Maps are built once for all tests: a small own one always, the real ones where the shared folder is."""

import os
from pathlib import Path

import pytest

from routing.engine.cache import LegCache
from routing.maps.shelf import LoadedMap
from services.routing.tests.support.building import built
from services.routing.tests.support.tiny_map import write_tiny_map

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def maps_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("routing") / "maps"


@pytest.fixture(scope="session")
def tiny_map(maps_folder):
    """The id of the tiny map, built; nothing is current."""
    source = write_tiny_map(maps_folder.parent / "tiny.osm")
    return built(source, maps_folder)


@pytest.fixture
def tiny(maps_folder, tiny_map):
    """The tiny map, loaded with an empty cache."""
    return LoadedMap(maps_folder / tiny_map, LegCache(1000))


@pytest.fixture(scope="session")
def shared_osm():
    folder = Path(os.environ.get("SHARED_DIR", REPOSITORY.parent / "shared")) / "osm"
    if not folder.is_dir():
        pytest.skip(f"the real map is not here ({folder}); set SHARED_DIR")
    return folder


@pytest.fixture(scope="session")
def real_map(maps_folder, shared_osm):
    """The real map, loaded once: its cache stays warm between tests."""
    return _loaded(shared_osm / "dk-fixture.osm.pbf", maps_folder)


@pytest.fixture(scope="session")
def ferry_map(maps_folder, shared_osm):
    return _loaded(shared_osm / "dk-fixture-ferry.osm.pbf", maps_folder)


def _loaded(source: Path, folder: Path) -> LoadedMap:
    map_id = built(source, folder)
    return LoadedMap(folder / map_id, LegCache(100_000))
