import json

import pytest

from routing.domain.errors import NotMeasurable
from routing.domain.geography import Point
from routing.domain.route import PROFILES
from routing.engine.cache import LegCache
from routing.maps.shelf import LoadedMap


@pytest.fixture(scope="module")
def golden(shared_osm):
    return json.loads((shared_osm / "golden-dk-fixture.json").read_text())["pairs"]


def _point(lon_lat):
    return Point(*(round(degrees * 1_000_000) for degrees in lon_lat))


def _measured(loaded, profile, pair):
    try:
        leg = loaded.provider(profile).leg(_point(pair["from_lonlat"]), _point(pair["to_lonlat"]))
    except NotMeasurable as error:
        return error.code
    return leg.driven_m, leg.ferry_m


def _differences(loaded, profile, golden, key):
    found = {}
    for pair in golden:
        expected, got = pair["results"][key], _measured(loaded, profile, pair)
        if "error" in expected:
            right = got == {"NoRoute": "no_route", "NoSegment": "no_road_near"}[expected["error"]]
        else:
            right = not isinstance(got, str) and all(
                abs(figure - expected[name]) <= 1 for figure, name in zip(got, ("driven_m", "ferry_m"), strict=True)
            )
        if not right:
            found[pair["start"], pair["end"]] = (expected, got)
    return found


@pytest.mark.parametrize("profile", PROFILES)
def test_distances_on_the_real_map_are_the_golden_ones_within_a_metre(real_map, golden, profile):
    assert len(golden) > 5
    assert _differences(real_map, profile, golden, profile) == {}


def test_distances_on_the_map_with_the_ferry_are_the_golden_ones_within_a_metre(ferry_map, golden):
    assert _differences(ferry_map, "car-fastest", golden, "car-fastest+ferrylink") == {}


def test_a_drive_over_two_ferries_is_split_into_driven_and_carried_metres(ferry_map):
    """Samsø to Tunø by way of Hov: 42,252 m, of which 35,130 m at sea."""
    samsoe, tunoe = Point(10_594_900, 55_831_600), _tunoe(ferry_map)
    leg = ferry_map.provider("car-fastest").leg(samsoe, tunoe)
    assert leg.ferry_m == pytest.approx(35_130, abs=1)
    assert 5_000 < leg.driven_m < 20_000


def _tunoe(loaded):
    return loaded.register.search("Revet 32, 8799 Tunø", 1)[0].point


def test_a_map_built_again_measures_the_same_metres(real_map, ferry_map, golden):
    """The road added to the other map joins only islands; everywhere else it is the same map, built anew."""
    again = {(p["start"], p["end"]): _measured(ferry_map, "car-fastest", p) for p in golden}
    first = {(p["start"], p["end"]): _measured(real_map, "car-fastest", p) for p in golden}
    assert again == first


def test_what_the_cache_gives_is_what_the_engine_gave(real_map, maps_folder, golden):
    fresh = LoadedMap(maps_folder / real_map.manifest.map_id, LegCache(0))
    for pair in golden:
        first, second = (_measured(real_map, "bicycle", pair) for _ in range(2))
        assert first == second == _measured(fresh, "bicycle", pair)
