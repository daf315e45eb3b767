"""A new map is taken up while requests run: each answer is wholly of one map, and what was measured stays."""

import threading
import time
from collections import Counter

import pytest

from routing.domain.request import AskedPoint, measure_points
from routing.engine.cache import LegCache
from routing.engine.opening import in_process
from routing.maps.shelf import MapShelf
from routing.pointing import make_current
from services.routing.tests.integration.conftest import give_map
from services.routing.tests.integration.test_answering import request
from services.routing.tests.support.building import built
from services.routing.tests.support.tiny_map import address_id, write_tiny_map

ASKERS = 4
SWITCHES = 60
HOUSES = (("Strandvej", "1", "Vestø"), ("Nørre Allé", "12 B", "Vestø"), ("Kirkevej", "4", "Østø"))


@pytest.fixture(scope="module")
def larger_map(maps_folder):
    """The same places 10 % farther apart."""
    return built(write_tiny_map(maps_folder.parent / "larger.osm", stretch=1.1), maps_folder)


class Slow:
    """Lets everybody else on before each leg, as an engine over the network does."""

    def __init__(self, provider):
        self._provider = provider
        self.adapter, self.area, self.graph = provider.adapter, provider.area, provider.graph

    def leg(self, start, end):
        time.sleep(0)
        return self._provider.leg(start, end)


def slow(directory, manifest):
    return {profile: Slow(provider) for profile, provider in in_process(directory, manifest).items()}


def test_maps_are_switched_while_requests_run_and_no_answer_is_of_two(maps_folder, tiny_map, larger_map):
    shelf = MapShelf(maps_folder, LegCache(0), slow)
    points = [AskedPoint(address_id=address_id(*house)) for house in HOUSES]
    answers, failures, over = Counter(), [], threading.Event()

    def ask():
        while not over.is_set():
            try:
                current = shelf.current()
                found = measure_points(points, current.register, current.provider("car-fastest"))
                answers[found.graph.graph_id, tuple(leg.driven_m for leg in found.legs)] += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody may see it
                failures.append(error)

    make_current(maps_folder, larger_map)
    askers = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for asker in askers:
        asker.start()
    for number in range(SWITCHES):
        make_current(maps_folder, (tiny_map, larger_map)[number % 2])
        for _ in range(number % 5):
            time.sleep(0)
    over.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert len(answers) == len({graph_id for graph_id, _ in answers}) == 2
    assert min(answers.values()) > ASKERS


def test_what_was_measured_keeps_its_distance_and_its_graph(world, maps_folder, tiny_map, larger_map):
    world.ask(request("before"))
    before = world.client("auditor").get("/routing/api/v1/routes/before").get_json()
    give_map(world, maps_folder, larger_map)
    world.ask(request("after"), request("before"))
    answers = {event.subject: event.data for event in world.answers()}
    assert world.client("auditor").get("/routing/api/v1/routes/before").get_json() == before
    assert len(world.answers()) == 2
    assert answers["before"]["driven_m"] == before["driven_m"] < answers["after"]["driven_m"]
    assert answers["before"]["graph"]["graph_id"] != answers["after"]["graph"]["graph_id"]
