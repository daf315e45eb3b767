"""An engine over HTTP that is away, wrong or new is waited for: it is never the reason why a route has no distance."""

import pytest

from chassis.errors import Unavailable
from routing.domain.errors import EngineUnavailable, NoRoadNear, NotRoutable
from routing.engine.cache import LegCache
from routing.engine.opening import osrm_routed, valhalla
from routing.maps.shelf import LoadedMap
from services.routing.tests.integration.conftest import World, give_map
from services.routing.tests.integration.test_answering import request
from services.routing.tests.support.building import built
from services.routing.tests.support.engines import osrm_servers
from services.routing.tests.support.recorded import RecordedService
from services.routing.tests.support.tiny_map import place, write_tiny_map
from tests.support.servers import free_ports

CORNER, HARBOUR, SEA = place(0, 0), place(800, 0), place(3000, 3000)


class Scripted(RecordedService):
    """Answers by the first word of the path, whatever else is asked."""

    def __init__(self, tmp_path, answers):
        (tmp_path / "empty.json").write_text("[]")
        super().__init__(tmp_path / "empty.json")
        self.answers = answers

    def answer(self, _method, target, _body):
        self.asked.append(target)
        return (200, self.answers[target.split("/")[1].split("?")[0]]) if self.failing is None else (self.failing, None)


@pytest.fixture
def service(tmp_path):
    made = Scripted(tmp_path, {})
    yield made
    made.close()


@pytest.fixture
def loaded(maps_folder, tiny_map):
    def opened(open_graphs, capacity=0):
        return LoadedMap(maps_folder / tiny_map, LegCache(capacity), open_graphs)

    return opened


def nobody():
    return f"http://127.0.0.1:{free_ports(1)[0]}"


def everywhere(url):
    return dict.fromkeys(("car-fastest", "car-shortest", "bicycle"), url)


@pytest.mark.parametrize("kind", ["osrm-http", "valhalla-http"])
def test_an_engine_that_is_away_is_waited_for(loaded, kind):
    url = nobody()
    provider = loaded(osrm_routed(everywhere(url), 1) if kind == "osrm-http" else valhalla(url, 1)).provider("bicycle")
    with pytest.raises(EngineUnavailable) as caught:
        provider.leg(CORNER, HARBOUR)
    assert isinstance(caught.value, Unavailable)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_an_engine_that_fails_is_waited_for(loaded, service, status):
    service.failing = status
    with pytest.raises(EngineUnavailable, match=str(status)):
        loaded(osrm_routed(everywhere(service.url), 1)).provider("bicycle").leg(CORNER, HARBOUR)


def test_an_engine_that_was_away_is_asked_again_and_nothing_of_it_is_remembered(loaded, tiny_map, maps_folder):
    with osrm_servers(maps_folder.parent, tiny_map) as urls:
        measuring = loaded(osrm_routed(urls, 5), 100)
        first = measuring.provider("car-fastest").leg(CORNER, HARBOUR)
        assert measuring.provider("car-fastest").leg(CORNER, HARBOUR) == first
    assert measuring.provider("car-fastest").leg(CORNER, HARBOUR) == first, "it is in the cache"
    with pytest.raises(EngineUnavailable):
        measuring.provider("car-fastest").leg(HARBOUR, CORNER)


def test_a_server_that_ends_kept_connections_is_asked_again(loaded, tiny_map, maps_folder):
    """osrm-routed does after 512 requests."""
    with osrm_servers(maps_folder.parent, tiny_map) as urls:
        provider = loaded(osrm_routed(urls, 5)).provider("car-fastest")
        assert len({provider.leg(CORNER, HARBOUR) for _ in range(1100)}) == 1


def test_a_server_of_another_map_or_profile_measures_nothing(loaded, maps_folder, tmp_path):
    """Neither a distance nor a refusal of it counts."""
    other = built(write_tiny_map(tmp_path / "other.osm", stretch=1.1), tmp_path / "maps")
    with osrm_servers(tmp_path, other) as urls:
        provider = loaded(osrm_routed(urls, 5)).provider("car-fastest")
        for start, end in ((CORNER, HARBOUR), (CORNER, SEA)):
            with pytest.raises(EngineUnavailable, match="serves the graph"):
                provider.leg(start, end)


def test_a_server_per_map_is_found_by_the_maps_id(tiny_map, maps_folder, loaded, tmp_path):
    service = Scripted(tmp_path, {tiny_map: {"code": "Ok"}})
    with pytest.raises(EngineUnavailable, match="serves the graph None"):
        loaded(osrm_routed(everywhere(service.url + "/{map_id}"), 5)).provider("bicycle").leg(CORNER, HARBOUR)
    service.close()
    assert service.asked[0].startswith(f"/{tiny_map}/route/v1/driving/11.000000,56.000000;")


def test_valhalla_whose_tiles_are_changed_gives_a_new_graph_and_no_leg_in_between(loaded, service):
    step = {"mode": "driving", "distance": 800.0}
    route = {"distance": 800.0, "duration": 60.0, "geometry": "x", "legs": [{"steps": [step]}]}
    ends = [{"distance": 0.0}, {"distance": 0.0}]
    service.answers["route"] = {"code": "Ok", "routes": [route], "waypoints": ends}
    service.answers["status"] = {"version": "3.9.1", "tileset_last_modified": 1}
    provider = loaded(valhalla(service.url, 5)).provider("car-fastest")
    first = provider.graph
    assert provider.leg(CORNER, HARBOUR).driven_m == 800
    service.answers["status"] = {"version": "3.9.1", "tileset_last_modified": 2}
    with pytest.raises(EngineUnavailable, match="tiles were changed"):
        provider.leg(CORNER, HARBOUR)
    assert provider.leg(CORNER, HARBOUR).driven_m == 800
    assert (first.engine_data, provider.graph.engine_data) == ("tiles 1", "tiles 2")
    assert first.graph_id != provider.graph.graph_id


@pytest.mark.parametrize("answer", [[], {"code": "InvalidQuery", "message": "?"}, {"code": "Ok"}])
def test_what_is_no_engine_measures_nothing(loaded, service, answer):
    service.answers |= {"route": answer, "nearest": answer}
    with pytest.raises(EngineUnavailable):
        loaded(osrm_routed(everywhere(service.url), 1)).provider("bicycle").leg(CORNER, HARBOUR)


@pytest.mark.parametrize("capacity", [0, 100])
def test_a_question_that_the_right_server_will_never_answer_is_final(loaded, service, capacity):
    provider = loaded(osrm_routed(everywhere(service.url), 1), capacity).provider("bicycle")
    refusal = {"code": "InvalidQuery", "message": "?"}
    service.answers |= {"route": refusal, "nearest": {"code": "Ok", "data_version": provider.graph.graph_id}}
    for _ in range(2):
        with pytest.raises(NotRoutable):
            provider.leg(CORNER, HARBOUR)


def test_a_refusal_by_the_right_server_is_final(loaded, tiny_map, maps_folder):
    with osrm_servers(maps_folder.parent, tiny_map) as urls, pytest.raises(NoRoadNear):
        loaded(osrm_routed(urls, 5)).provider("car-fastest").leg(CORNER, SEA)


def test_a_request_waits_for_the_engine_and_is_measured_when_it_is_there(tmp_path, maps_folder, tiny_map):
    with osrm_servers(maps_folder.parent, tiny_map) as urls:
        given = ",".join(f"{profile}={url}" for profile, url in urls.items())
    world = World(tmp_path, f"sqlite:///{tmp_path}/routing.db", ENGINE="osrm-http", OSRM_URLS=given)
    give_map(world, maps_folder, tiny_map)
    with pytest.raises(Unavailable):
        world.ask(request())
    assert world.answers() == []
    ports = [int(url.rpartition(":")[2]) for url in urls.values()]
    with osrm_servers(maps_folder.parent, tiny_map, ports):
        world.ask(request())
    (event,) = world.answers()
    world.app.close()
    assert (event.type, event.data["measured_with"]["adapter"]) == ("route-measured", "osrm-http/1")
