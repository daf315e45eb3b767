import pytest
from jsonschema import Draft202012Validator

from chassis.contracts import read_contract
from chassis.errors import Unavailable, Unreadable
from routing.engine.osrm_answer import refusal_of
from routing.projections.answers import newest
from services.routing.tests.integration.conftest import NOON, give_map
from services.routing.tests.support.tiny_map import address_id

STRAND_1, KIRKE_4 = address_id("Strandvej", "1", "Vestø"), address_id("Kirkevej", "4", "Østø")


def request(request_id="r-1", *points, profile="car-fastest"):
    asked = points or (STRAND_1, KIRKE_4)
    return {
        "request_id": request_id,
        "profile": profile,
        "points": [
            {"address_id": one, "text": None} if "-" in one else {"address_id": None, "text": one} for one in asked
        ],
    }


def test_a_requested_route_is_measured_and_published(world):
    world.ask(request())
    (event,) = world.answers()
    assert (event.type, event.subject, event.data["request_id"]) == ("route-measured", "r-1", "r-1")
    assert event.data["driven_m"] == pytest.approx(1600, rel=0.005)
    assert event.data["ferry_m"] == pytest.approx(5200, rel=0.005)
    assert [point["text"] for point in event.data["points"]] == ["Strandvej 1, 9990 Vestø", "Kirkevej 4, 9991 Østø"]
    assert event.data["graph"]["profile"] == "car-fastest"
    assert event.data["graph"]["map_data_date"] == "2026-02-03"


def test_the_answer_says_what_it_answers(world):
    world.ask(request())
    (event,) = world.answers()
    assert (event.causationid, event.correlationid) == ("trips-1", "c-1")


def test_texts_and_ids_are_measured_alike(world):
    world.ask(request(), request("r-2", "Strandvej 1, 9990 Vestø", "kirkevej 4"))
    first, second = (event.data for event in world.answers())
    assert first | {"request_id": ""} == second | {"request_id": ""}


def test_the_sum_of_the_legs_is_the_route(world):
    world.ask(request("r-1", STRAND_1, "Nørre Allé 12B", KIRKE_4, STRAND_1))
    (event,) = world.answers()
    assert len(event.data["legs"]) == 3
    for total in ("driven_m", "ferry_m"):
        assert event.data[total] == sum(leg[total] for leg in event.data["legs"])


@pytest.mark.parametrize(
    ("points", "code", "index"),
    [
        ((STRAND_1, "Ukendt Vej 3"), "unknown_address", 1),
        (("no-such-id", STRAND_1), "unknown_address", 0),
        ((STRAND_1, KIRKE_4, "Strandvej 3"), "ambiguous_address", 2),
        ((STRAND_1, "Alenevej 1"), "no_route", None),
        ((STRAND_1, "Klitten 1"), "no_road_near", 1),
    ],
)
def test_what_cannot_be_measured_is_answered_with_why(world, points, code, index):
    world.ask(request("r-1", *points))
    (event,) = world.answers()
    assert event.type == "route-failed"
    assert (event.data["code"], event.data["point_index"]) == (code, index)
    assert event.data["detail"]


def test_a_question_that_the_engine_refuses_is_answered_and_nobody_queues_behind_it(world, monkeypatch):
    provider = world.app.shelf.current().provider("bicycle")

    def refused(*_):
        raise refusal_of("InvalidValue", "?")

    monkeypatch.setattr(provider, "_provider", Refusing(provider, refused))
    world.ask(request("r-1", profile="bicycle"), request("r-2"))
    first, second = world.answers()
    assert (first.type, first.data["code"], first.data["point_index"]) == ("route-failed", "not_routable", None)
    assert second.type == "route-measured"
    Draft202012Validator(read_contract_schema("route-failed")).validate(first.data)


class Refusing:
    """A provider that refuses every leg."""

    def __init__(self, provider, leg):
        self.graph, self.area, self.adapter, self.leg = provider.graph, provider.area, provider.adapter, leg


def read_contract_schema(type_):
    return next(event.schema for event in read_contract("routing") if event.type == type_)


def test_a_repeated_request_is_answered_once(world):
    world.ask(request(), request())
    world.ask(request())
    world.ask(request("r-1", STRAND_1, "Ukendt Vej 3"))
    assert [event.type for event in world.answers()] == ["route-measured"]


def test_a_repeated_request_needs_no_map(world):
    world.ask(request())
    (world.app.config.maps_folder / "current").unlink()
    world.ask(request())
    assert len(world.answers()) == 1


def test_the_same_legs_asked_again_cost_the_engine_nothing(world):
    world.ask(request())
    measured = sample(world, "routing_legs_measured")
    world.ask(*(request(f"r-{number}") for number in range(2, 30)))
    assert sample(world, "routing_legs_measured") == measured
    assert len(world.answers()) == 29


def sample(world, name):
    return world.app.metrics.registry.get_sample_value(name)


def test_a_request_waits_for_a_map_and_is_measured_when_there_is_one(empty_world, maps_folder, tiny_map):
    with pytest.raises(Unavailable):
        empty_world.ask(request())
    assert empty_world.answers() == []
    assert sample(empty_world, "routing_map_loaded") == 0
    give_map(empty_world, maps_folder, tiny_map)
    empty_world.ask(request())
    assert [event.type for event in empty_world.answers()] == ["route-measured"]
    assert sample(empty_world, "routing_map_loaded") == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"profile": "helicopter"},
        {"points": [{"address_id": STRAND_1, "text": None}]},
        {"points": "here and there"},
        {"points": [{"address_id": 7, "text": None}, {"address_id": STRAND_1}]},
    ],
)
def test_a_request_that_cannot_be_read_is_parked_and_nothing_is_stored(world, broken):
    with pytest.raises(Unreadable):
        world.ask(request() | broken)
    assert world.answers() == []


def test_a_field_added_by_a_later_publisher_changes_nothing(world):
    world.ask(request() | {"urgency": "high"})
    assert [event.type for event in world.answers()] == ["route-measured"]


def test_the_list_of_answers_is_the_fold_of_the_log_and_can_be_rebuilt(world):
    world.ask(request(), request("r-2", STRAND_1, "Alenevej 1"))
    before = listed(world)
    assert [(row["request_id"], row["outcome"]) for row in before] == [("r-2", "no_route"), ("r-1", "measured")]
    assert before[1]["answered_at"].startswith(NOON.date().isoformat())
    world.app.projections.rebuild("measured_routes")
    assert listed(world) == before


def listed(world):
    with world.app.store.engine.connect() as conn:
        return newest(conn, None, 10)
