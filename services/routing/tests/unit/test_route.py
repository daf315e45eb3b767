from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain.errors import EngineUnavailable, NoRoadNear, NoRoute, NotMeasurable, OutsideArea
from routing.domain.geography import Area, Point, apart_m
from routing.domain.route import GraphId, driven_m, ferry_m, measure
from routing.engine.cache import CachedProvider, LegCache
from services.routing.tests.support.fakes import ABROAD, GRAPH, LONELY, SEA, FakeProvider

points = st.builds(Point, st.integers(8_000_000, 15_000_000), st.integers(54_000_000, 58_000_000)) | st.sampled_from(
    [SEA, ABROAD, LONELY, Point(10, 10), Point(20, 10)]
)
routes = st.lists(points, min_size=2, max_size=6)


def outcome(provider, route):
    """The legs, or what the error says: everything a caller can see."""
    try:
        return measure(provider, route)
    except NotMeasurable as error:
        return error.code, error.point_index, error.message


@given(routes)
def test_a_route_is_the_sum_of_its_legs_each_measured_alone(route):
    result = outcome(FakeProvider(), route)
    if isinstance(result[0], str):
        return
    alone = [FakeProvider().leg(start, end) for start, end in pairwise(route)]
    assert list(result) == alone
    assert driven_m(result) == sum(leg.driven_m for leg in alone)
    assert ferry_m(result) == sum(leg.ferry_m for leg in alone)


@given(st.lists(routes, max_size=8), st.integers(0, 4))
def test_the_cache_never_changes_an_answer_however_small_it_is(asked, capacity):
    cache = LegCache(capacity)
    cached = CachedProvider(FakeProvider(), cache)
    other = CachedProvider(FakeProvider(GraphId(**{**FIELDS, "profile": "bicycle"})), cache)
    for route in asked:
        assert outcome(cached, route) == outcome(FakeProvider(), route)
        assert outcome(other, route) == outcome(FakeProvider(other.graph), route)


FIELDS = {name: getattr(GRAPH, name) for name in GraphId.__slots__}


def test_the_same_leg_is_asked_of_the_engine_once_and_its_reverse_separately():
    provider = FakeProvider()
    cached = CachedProvider(provider, LegCache(10))
    here, there = Point(11_000_000, 56_000_000), Point(11_100_000, 56_000_000)
    out, back, again = measure(cached, [here, there, here, there])
    assert provider.asked == [(here, there), (there, here)]
    assert out == again != back


@pytest.mark.parametrize("place", [SEA, ABROAD, LONELY])
def test_a_final_failure_is_remembered(place):
    provider = FakeProvider()
    cached = CachedProvider(provider, LegCache(10))
    for _ in range(3):
        with pytest.raises(NotMeasurable):
            cached.leg(Point(1, 1), place)
    assert len(provider.asked) == 1


def test_an_engine_that_is_away_is_asked_again():
    provider = FakeProvider()
    provider.leg = _away_once(provider.leg)
    cached = CachedProvider(provider, LegCache(10))
    with pytest.raises(EngineUnavailable):
        cached.leg(Point(1, 1), Point(2, 2))
    assert cached.leg(Point(1, 1), Point(2, 2)) == FakeProvider().leg(Point(1, 1), Point(2, 2))


def _away_once(leg):
    answers = iter([EngineUnavailable("starting")])

    def once(start, end):
        for error in answers:
            raise error
        return leg(start, end)

    return once


@pytest.mark.parametrize(
    ("route", "error", "index"),
    [
        ([SEA, Point(1, 1), Point(2, 2)], NoRoadNear, 0),
        ([Point(1, 1), SEA, Point(2, 2)], NoRoadNear, 1),
        ([Point(1, 1), Point(2, 2), Point(3, 3), ABROAD], OutsideArea, 3),
        ([Point(1, 1), Point(2, 2), LONELY], NoRoute, None),
    ],
)
def test_a_failure_names_the_point_of_the_route_not_of_the_leg(route, error, index):
    with pytest.raises(error) as caught:
        measure(FakeProvider(), route)
    assert caught.value.point_index == index


def test_everything_that_can_change_a_distance_changes_the_graph_id():
    ids = {GraphId(**{**FIELDS, name: "other"}).graph_id for name in FIELDS}
    assert len(ids | {GRAPH.graph_id}) == len(FIELDS) + 1


def test_the_graph_id_is_the_same_on_every_machine():
    assert GRAPH.graph_id == "c89b2ad30c6b5366"


@given(points)
def test_exchanged_coordinates_in_denmark_are_outside_any_danish_map(point):
    denmark = Area(8_000_000, 54_000_000, 15_300_000, 58_000_000)
    assert denmark.holds(point) == (point not in {SEA, ABROAD, LONELY, Point(10, 10), Point(20, 10)})
    assert not denmark.holds(Point(point.lat_e6, point.lon_e6))


def test_the_area_reaches_the_snap_limit_beyond_its_roads_and_no_farther():
    area = Area(11_000_000, 56_000_000, 11_100_000, 56_100_000)
    north = Point(11_050_000, 56_100_000)
    just, beyond = Point(11_050_000, 56_104_490), Point(11_050_000, 56_104_600)
    assert apart_m(north, just) <= 500 < apart_m(north, beyond)
    assert area.holds(just)
    assert not area.holds(beyond)
