import json
import shutil

import pytest

from routing.addresses.register import AddressRegister
from routing.domain.errors import EngineUnavailable
from routing.domain.events import AddressSource
from routing.engine.cache import LegCache
from routing.maps.building import CannotBuild, build_map
from routing.maps.manifest import read_manifest
from routing.maps.shelf import MapShelf, list_maps
from routing.maps.verifying import verify_map
from routing.pointing import current_id, make_current
from services.routing.tests.support.building import BUILT_AT, built
from services.routing.tests.support.tiny_map import address_id, write_tiny_map


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shelf") / "maps"


@pytest.fixture(scope="module")
def first(folder):
    return built(write_tiny_map(folder.parent / "first.osm"), folder)


@pytest.fixture(scope="module")
def second(folder):
    return built(write_tiny_map(folder.parent / "second.osm", stretch=1.1), folder)


def test_a_map_says_what_it_was_made_of(folder, first):
    manifest = read_manifest(folder / first)
    assert (manifest.map_id, manifest.map_name, manifest.data_date) == (first, "first.osm", "2026-02-03")
    assert manifest.address_count == 13
    assert [graph.profile for graph in manifest.graphs] == ["car-fastest", "car-shortest", "bicycle"]
    assert len({graph.profile_sha256 for graph in manifest.graphs}) == 3
    assert {graph.algorithm for graph in manifest.graphs} == {"CH"}


def test_the_same_file_is_the_same_map_and_is_not_built_twice(folder, first):
    steps = []
    again = build_map(folder.parent / "first.osm", folder, BUILT_AT, lambda *step: steps.append(step))
    assert (again, steps) == (first, [])


def test_building_reports_every_step_to_its_end(tmp_path):
    steps = []
    source = write_tiny_map(tmp_path / "x.osm")
    build_map(source, tmp_path / "maps", BUILT_AT, lambda *step: steps.append(step))
    ended = [step for step, percent in steps if percent == 100]
    assert ended[0] == "addresses"
    assert len(ended) == len(set(ended)) == 7
    assert all(0 <= percent <= 100 for _, percent in steps)


def test_the_same_roads_rebuilt_elsewhere_have_the_same_ids_and_metres(folder, first, tmp_path):
    again = built(folder.parent / "first.osm", tmp_path / "maps")
    make_current(tmp_path / "maps", again)
    make_current(folder, first)
    assert again == first
    assert _crossing(MapShelf(tmp_path / "maps", LegCache(0))) == _crossing(MapShelf(folder, LegCache(0)))


def test_a_running_service_takes_up_a_new_map_and_can_go_back(folder, first, second):
    shelf = MapShelf(folder, LegCache(100))
    make_current(folder, first)
    before = _crossing(shelf)
    make_current(folder, second)
    assert _crossing(shelf).driven_m > before.driven_m
    make_current(folder, first)
    assert _crossing(shelf) == before


def test_without_a_map_the_engine_is_unavailable_until_one_is_built(tmp_path):
    shelf = MapShelf(tmp_path / "maps", LegCache(10))
    with pytest.raises(EngineUnavailable, match="routing map build"):
        shelf.current()
    map_id = built(write_tiny_map(tmp_path / "x.osm"), tmp_path / "maps")
    with pytest.raises(EngineUnavailable):
        shelf.current()
    make_current(tmp_path / "maps", map_id)
    assert _crossing(shelf).driven_m > 0


def test_a_pointer_to_a_map_that_is_gone_is_unavailable_and_mended_by_the_next(folder, first):
    shelf = MapShelf(folder, LegCache(10))
    make_current(folder, "0000000000000000")
    assert not shelf.can_measure()
    with pytest.raises(EngineUnavailable, match="cannot be read"):
        shelf.current()
    make_current(folder, first)
    assert _crossing(shelf).driven_m > 0


@pytest.mark.parametrize("broken", ["addresses.sqlite3", "car-fastest/graph.osrm.hsgr"])
@pytest.mark.parametrize("content", [None, b"", b"no such file was ever built here"])
def test_a_map_with_a_broken_file_is_unavailable_until_it_is_whole(tmp_path, folder, first, broken, content):
    """Whoever asks waits; nothing about the question is to blame."""
    shutil.copytree(folder / first, tmp_path / first)
    make_current(tmp_path, first)
    (tmp_path / first / broken).unlink()
    if content is not None:
        (tmp_path / first / broken).write_bytes(content)
    shelf = MapShelf(tmp_path, LegCache(10))
    assert not shelf.can_measure()
    with pytest.raises(EngineUnavailable):
        shelf.current()
    shutil.copy(folder / first / broken, tmp_path / first / broken)
    assert _crossing(shelf).driven_m > 0


def test_an_address_file_that_breaks_while_it_is_open_is_unavailable(folder, first):
    register = AddressRegister(folder / first / "addresses.sqlite3", AddressSource("test"))
    register.close()
    for question in (lambda: register.get("x"), lambda: register.search("strandvej", 5)):
        with pytest.raises(EngineUnavailable):
            question()


def test_a_map_of_another_engine_version_is_not_opened(tmp_path):
    folder = tmp_path / "maps"
    map_id = built(write_tiny_map(tmp_path / "x.osm"), folder)
    path = folder / map_id / "manifest.json"
    document = json.loads(path.read_text())
    for graph in document["graphs"]:
        graph["engine_version"] = "1.0.0"
    path.write_text(json.dumps(document))
    make_current(folder, map_id)
    with pytest.raises(EngineUnavailable, match=r"built with engine 1\.0\.0"):
        MapShelf(folder, LegCache(10)).current()


def test_maps_are_listed_and_the_current_one_is_known(folder, first, second):
    make_current(folder, second)
    assert {manifest.map_id for manifest in list_maps(folder)} == {first, second}
    assert current_id(folder) == second


def test_a_whole_map_verifies(folder, first):
    assert verify_map(folder / first) == []


@pytest.mark.parametrize("harmed", ["addresses.sqlite3", "car-fastest/graph.osrm.hsgr", "profiles/bicycle.lua"])
def test_a_harmed_or_missing_file_is_found(tmp_path, harmed):
    folder = tmp_path / "maps"
    map_id = built(write_tiny_map(tmp_path / "x.osm"), folder)
    path = folder / map_id / harmed
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert verify_map(folder / map_id) == [f"{harmed} has changed since the map was built"]
    path.unlink()
    assert verify_map(folder / map_id) == [f"{harmed} is missing"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.osm", "not a map", "cannot be read"),
        ("x.osm", '<osm version="0.6"><node id="1" version="1" lat="56" lon="11"/></osm>', "no roads"),
        ("x.osm.pbf", "not a map", "cannot be read"),
        ("x.txt", "not a map", "cannot be read"),
    ],
)
def test_what_is_no_map_is_refused_in_a_sentence_and_leaves_nothing(tmp_path, name, content, why):
    (tmp_path / name).write_text(content)
    with pytest.raises(CannotBuild, match=why):
        built(tmp_path / name, tmp_path / "maps")
    assert list_maps(tmp_path / "maps") == []
    assert [path.name for path in (tmp_path / "maps").iterdir()] == [".lock"]


def test_two_builds_at_once_do_not_meet(folder, tmp_path):
    source = write_tiny_map(tmp_path / "third.osm", stretch=1.2)
    refusals = []

    def build_another(*_step):
        with pytest.raises(CannotBuild, match="Another build is at work"):
            built(source, folder)
        refusals.append(True)

    map_id = build_map(source, folder, BUILT_AT, build_another)
    assert refusals
    assert verify_map(folder / map_id) == []


def test_a_build_that_was_killed_leaves_nothing_in_the_way(tmp_path):
    (tmp_path / "maps" / ".building" / "car-fastest").mkdir(parents=True)
    map_id = built(write_tiny_map(tmp_path / "x.osm"), tmp_path / "maps")
    assert verify_map(tmp_path / "maps" / map_id) == []


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CannotBuild, match="There is no file"):
        built(tmp_path / "x.osm.pbf", tmp_path / "maps")


def _crossing(shelf):
    current = shelf.current()
    start, end = (
        current.register.get(address_id(*house)).point
        for house in (("Strandvej", "1", "Vestø"), ("Kirkevej", "4", "Østø"))
    )
    return current.provider("car-fastest").leg(start, end)
