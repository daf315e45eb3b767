"""What every engine must do, however it is asked; each test runs on each of them, on the map known by heart.

Valhalla is answered from a recording; where it is installed ($VALHALLA_BIN or PATH) the real one is asked too.
RECORD_VALHALLA=1 makes the recording anew from it.
"""

import os
from itertools import accumulate, permutations
from pathlib import Path

import osmium
import pytest

from routing.domain.errors import NoRoadNear, NoRoute, OutsideArea
from routing.domain.geography import Point, apart_m
from routing.domain.route import PROFILES, measure
from routing.engine.cache import LegCache
from routing.engine.opening import in_process, osrm_routed, valhalla
from routing.maps.shelf import LoadedMap
from services.routing.tests.support.engines import osrm_servers, valhalla_program, valhalla_server
from services.routing.tests.support.recorded import RecordedService
from services.routing.tests.support.tiny_map import place

RECORDING = Path(__file__).parents[1] / "recorded" / "valhalla.json"
HARBOUR_WEST, CORNER, ALLE_EAST = place(800, 0), place(0, 0), place(800, 600)
CHURCH, SEA = place(6400, 400), place(3000, 3000)


@pytest.fixture(scope="module", params=["in_this_process", "behind_osrm_routed", "valhalla_recorded", "valhalla_live"])
def measuring(request, maps_folder, tiny_map):
    """The tiny map on one of the engines, and nothing remembered."""
    return LoadedMap(maps_folder / tiny_map, LegCache(0), request.getfixturevalue(request.param))


@pytest.fixture(scope="module")
def in_this_process():
    return in_process


@pytest.fixture(scope="module")
def behind_osrm_routed(maps_folder, tiny_map):
    with osrm_servers(maps_folder.parent, tiny_map) as urls:
        yield osrm_routed(urls, 10)


@pytest.fixture(scope="module")
def valhalla_recorded(request):
    upstream = request.getfixturevalue("valhalla_url") if os.environ.get("RECORD_VALHALLA") else ""
    service = RecordedService(RECORDING, upstream)
    yield valhalla(service.url, 10)
    service.close()


@pytest.fixture(scope="module")
def valhalla_live(valhalla_url):
    return valhalla(valhalla_url, 10)


@pytest.fixture(scope="module")
def valhalla_url(tmp_path_factory, maps_folder):
    if valhalla_program("valhalla_service") is None:
        pytest.skip("Valhalla is not installed (pip install pyvalhalla); set VALHALLA_BIN")
    folder = tmp_path_factory.mktemp("valhalla")
    with osmium.SimpleWriter(str(folder / "tiny.osm.pbf")) as writer:
        for element in osmium.FileProcessor(str(maps_folder.parent / "tiny.osm")):
            writer.add(element)
    with valhalla_server(folder / "tiny.osm.pbf", folder) as url:
        yield url


def leg(measuring, start, end, profile="car-fastest"):
    return measuring.provider(profile).leg(start, end)


def metres(count):
    """Engines measure on the ellipsoid, the map was drawn on a sphere: half a percent apart, and Valhalla rounds."""
    return pytest.approx(count, rel=0.005, abs=2)


def test_a_straight_street_is_as_long_as_it_is(measuring):
    found = leg(measuring, CORNER, HARBOUR_WEST)
    assert (found.driven_m, found.ferry_m, found.snap_from_m, found.snap_to_m) == (metres(800), 0, 0, 0)
    assert found.duration_s > 0


def test_the_line_begins_and_ends_where_the_drive_does(measuring):
    line = decoded(leg(measuring, CORNER, HARBOUR_WEST).polyline6)
    assert all(apart_m(*pair) <= 1 for pair in ((line[0], CORNER), (line[-1], HARBOUR_WEST)))


def test_a_one_way_street_makes_there_and_back_differ(measuring):
    assert leg(measuring, HARBOUR_WEST, ALLE_EAST).driven_m == metres(600)
    assert leg(measuring, ALLE_EAST, HARBOUR_WEST).driven_m == metres(800 + 600 + 800)


def test_there_and_back_is_the_sum_of_the_two_single_drives(measuring):
    provider = measuring.provider("car-fastest")
    there, back = measure(provider, [HARBOUR_WEST, ALLE_EAST]) + measure(provider, [ALLE_EAST, HARBOUR_WEST])
    assert measure(provider, [HARBOUR_WEST, ALLE_EAST, HARBOUR_WEST]) == (there, back)


def test_the_metres_at_sea_are_not_driven(measuring):
    found = leg(measuring, CORNER, CHURCH)
    assert (found.driven_m, found.ferry_m) == (metres(800 + 400 + 400), metres(5200))


def test_an_island_without_a_ferry_cannot_be_driven_to(measuring):
    with pytest.raises(NoRoute):
        leg(measuring, CORNER, place(100, 9000))


@pytest.mark.parametrize(("start", "end", "index"), [(SEA, CORNER, 0), (CORNER, SEA, 1)])
def test_a_place_in_the_sea_is_never_moved_ashore(measuring, start, end, index):
    with pytest.raises(NoRoadNear) as caught:
        leg(measuring, start, end)
    assert caught.value.point_index == index


def test_a_place_on_the_line_of_the_ferry_is_in_the_sea(measuring):
    if measuring.provider("car-fastest").graph.engine == "osrm":
        pytest.skip("OSRM takes a ferry's line for a road to start from; no address lies at sea")
    with pytest.raises(NoRoadNear):
        leg(measuring, CORNER, place(3400, 0))


def test_a_house_400_m_from_the_road_is_measured_from_the_road_and_says_so(measuring):
    found = leg(measuring, place(400, -400), HARBOUR_WEST)
    assert (found.driven_m, found.snap_from_m) == (metres(400), metres(400))


def test_exchanged_coordinates_are_outside_the_map(measuring):
    with pytest.raises(OutsideArea) as caught:
        leg(measuring, CORNER, Point(CHURCH.lat_e6, CHURCH.lon_e6))
    assert caught.value.point_index == 1


def test_from_a_place_to_itself_is_no_distance(measuring):
    found = leg(measuring, CORNER, CORNER)
    assert (found.driven_m, found.ferry_m, found.duration_s) == (0, 0, 0)


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_has_a_graph_of_its_own(measuring, profile):
    graph = measuring.provider(profile).graph
    others = {measuring.provider(other).graph.graph_id for other in PROFILES if other != profile}
    assert (graph.profile, graph.graph_id in others) == (profile, False)
    assert graph.map_sha256 == measuring.manifest.graphs[0].map_sha256


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_measures(measuring, profile):
    assert leg(measuring, CORNER, HARBOUR_WEST, profile).driven_m == metres(800)


def test_the_shortest_way_is_never_longer_than_the_fastest(measuring):
    ways = [leg(measuring, CORNER, CHURCH, profile).driven_m for profile in ("car-shortest", "car-fastest")]
    assert ways == sorted(ways)


def test_the_same_question_gives_the_same_leg(measuring):
    assert leg(measuring, CORNER, CHURCH) == leg(measuring, CORNER, CHURCH)


def test_what_was_measured_with_is_named(measuring):
    provider = measuring.provider("bicycle")
    name, _, version = provider.adapter.partition("/")
    assert name
    assert version.isdigit()
    assert provider.area == measuring.manifest.area


def test_osrm_in_the_process_and_behind_its_server_give_the_same_legs(tiny, behind_osrm_routed, maps_folder, tiny_map):
    served = LoadedMap(maps_folder / tiny_map, LegCache(0), behind_osrm_routed)
    places = [place(*where) for where in ((0, 0), (800, 600), (6400, 400), (400, -400), (600, 600), (6200, 10))]
    for profile in PROFILES:
        for pair in permutations(places, 2):
            assert served.provider(profile).leg(*pair) == tiny.provider(profile).leg(*pair)
            assert served.provider(profile).graph == tiny.provider(profile).graph


def decoded(polyline6):
    """The points of an encoded polyline of precision 6."""
    numbers, value, shift = [], 0, 0
    for char in polyline6:
        bits = ord(char) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    steps = zip(numbers[1::2], numbers[::2], strict=True)
    return list(
        accumulate((Point(*step) for step in steps), lambda a, b: Point(a.lon_e6 + b.lon_e6, a.lat_e6 + b.lat_e6))
    )
