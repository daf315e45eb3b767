from dataclasses import replace

import pytest

from routing.domain.errors import EngineUnavailable
from routing.engine.osrm_graph import OsrmGraph
from services.routing.tests.support.tiny_map import place

HARBOUR_WEST, CORNER, ALLE_EAST = place(800, 0), place(0, 0), place(800, 600)


def leg(loaded, start, end, profile="car-fastest"):
    return loaded.provider(profile).leg(start, end)


def metres(count):
    """The engine measures on the ellipsoid, the map was drawn on a sphere: half a percent apart."""
    return pytest.approx(count, rel=0.005)


def test_a_bicycle_may_walk_against_the_one_way_street(tiny):
    assert leg(tiny, ALLE_EAST, HARBOUR_WEST, "bicycle").driven_m == metres(600)


def test_a_graph_of_another_map_is_refused(tiny, maps_folder, tiny_map):
    graph = replace(tiny.manifest.graphs[0], map_sha256="another")
    wrong = OsrmGraph(maps_folder / tiny_map / graph.profile, graph, tiny.manifest.area)
    with pytest.raises(EngineUnavailable, match="another map"):
        wrong.leg(CORNER, HARBOUR_WEST)


def test_a_profile_the_map_has_no_graph_for_is_unavailable(tiny):
    with pytest.raises(EngineUnavailable):
        tiny.provider("lorry")
