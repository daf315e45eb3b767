import pytest

from routing.domain.errors import EngineUnavailable, NoRoadNear, NoRoute, OutsideArea
from routing.domain.geography import Point
from routing.domain.route import PROFILES, driven_m, measure
from routing.engine.cache import LegCache
from routing.engine.osrm_graph import OsrmGraph
from routing.maps.shelf import LoadedMap
from services.routing.tests.support.tiny_map import lon_lat


def place(x_m, y_m):
    lon, lat = lon_lat(x_m, y_m)
    return Point(round(lon * 1_000_000), round(lat * 1_000_000))


HARBOUR_WEST, CORNER, ALLE_EAST = place(800, 0), place(0, 0), place(800, 600)
HARBOUR_EAST, CHURCH = place(6000, 0), place(6400, 400)


def leg(loaded, start, end, profile="car-fastest"):
    return loaded.provider(profile).leg(start, end)


def metres(count):
    """The engine measures on the ellipsoid, the map was drawn on a sphere: half a percent apart."""
    return pytest.approx(count, rel=0.005)


def test_a_straight_street_is_as_long_as_it_is(tiny):
    found = leg(tiny, CORNER, HARBOUR_WEST)
    assert (found.driven_m, found.ferry_m, found.snap_from_m, found.snap_to_m) == (metres(800), 0, 0, 0)
    assert found.polyline6
    assert found.duration_s > 0


def test_a_one_way_street_makes_there_and_back_differ(tiny):
    assert leg(tiny, HARBOUR_WEST, ALLE_EAST).driven_m == metres(600)
    assert leg(tiny, ALLE_EAST, HARBOUR_WEST).driven_m == metres(800 + 600 + 800)


def test_there_and_back_is_the_sum_of_the_two_single_drives(tiny):
    provider = tiny.provider("car-fastest")
    there, back = measure(provider, [HARBOUR_WEST, ALLE_EAST]) + measure(provider, [ALLE_EAST, HARBOUR_WEST])
    assert measure(provider, [HARBOUR_WEST, ALLE_EAST, HARBOUR_WEST]) == (there, back)


def test_the_metres_at_sea_are_not_driven(tiny):
    found = leg(tiny, CORNER, CHURCH)
    assert (found.driven_m, found.ferry_m) == (metres(800 + 400 + 400), metres(5200))


def test_an_island_without_a_ferry_cannot_be_driven_to(tiny):
    with pytest.raises(NoRoute):
        leg(tiny, CORNER, place(100, 9000))


@pytest.mark.parametrize(("start", "end", "index"), [(place(3000, 3000), CORNER, 0), (CORNER, place(3000, 3000), 1)])
def test_a_place_in_the_sea_is_never_moved_ashore(tiny, start, end, index):
    with pytest.raises(NoRoadNear) as caught:
        leg(tiny, start, end)
    assert caught.value.point_index == index


def test_a_house_400_m_from_the_road_is_measured_from_the_road_and_says_so(tiny):
    found = leg(tiny, place(400, -400), HARBOUR_WEST)
    assert (found.driven_m, found.snap_from_m) == (metres(400), metres(400))


def test_exchanged_coordinates_are_outside_the_map(tiny):
    with pytest.raises(OutsideArea) as caught:
        leg(tiny, CORNER, Point(CHURCH.lat_e6, CHURCH.lon_e6))
    assert caught.value.point_index == 1


def test_from_a_place_to_itself_is_no_distance(tiny):
    found = leg(tiny, CORNER, CORNER)
    assert (found.driven_m, found.ferry_m, found.duration_s) == (0, 0, 0)


def test_a_bicycle_may_walk_against_the_one_way_street(tiny):
    assert leg(tiny, ALLE_EAST, HARBOUR_WEST, "bicycle").driven_m == metres(600)


def test_a_graph_of_another_map_is_refused(tiny, maps_folder, tiny_map):
    graph = tiny.manifest.graphs[0]
    wrong = OsrmGraph(maps_folder / tiny_map / graph.profile, graph, tiny.manifest.area, "another map")
    with pytest.raises(EngineUnavailable, match="another map"):
        wrong.leg(CORNER, HARBOUR_WEST)


def test_a_profile_the_map_has_no_graph_for_is_unavailable(tiny):
    with pytest.raises(EngineUnavailable):
        tiny.provider("lorry")


def test_three_profiles_asked_in_turn_answer_as_each_does_alone(real_map, maps_folder):
    """Engines in one process have shared caches before, and answered with each other's roads."""
    pairs = _pairs(real_map, 120)
    folder = maps_folder / real_map.manifest.map_id
    alone = {}
    for profile in PROFILES:
        provider = LoadedMap(folder, LegCache(0)).provider(profile)
        alone[profile] = [_driven(provider, *pair) for pair in pairs]
    together = LoadedMap(folder, LegCache(0))
    turns = [[_driven(together.provider(profile), *pair) for profile in PROFILES] for pair in pairs]
    assert turns == [list(answers) for answers in zip(*(alone[profile] for profile in PROFILES), strict=True)]
    assert len(set(alone["car-fastest"]) ^ set(alone["car-shortest"])) > 20, "the profiles do differ"


def _pairs(loaded, count):
    """Addresses of Samsø, spread by their ids."""
    found = [address.point for address in loaded.register.search("Samsø", 50)]
    for street in "abcdefghijklmnoprstu":
        found += [address.point for address in loaded.register.search(street, 50) if address.postal_code == "8305"]
    return [(found[i], found[-i * 7 % len(found)]) for i in range(min(count, len(found)))]


def _driven(provider, start, end):
    try:
        return driven_m(measure(provider, [start, end]))
    except (NoRoadNear, NoRoute) as error:
        return error.code
