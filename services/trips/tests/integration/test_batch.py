"""Several trips in one request: each stands or falls alone, in their order, and together they are stored or not."""

from uuid import UUID

import pytest
from sqlalchemy import event

from services.trips.tests.builders import HALL, HOME, SCHOOL, body

BATCH = "/api/v1/trips/batch"


def trip(number, **over):
    return body(trip_id=str(UUID(int=number)), driving_date=f"2026-03-0{number}", **over)


def post(world, *documents, **options):
    return world.call("POST", BATCH, "bent", json={"trips": documents}, **options)


def listed(world):
    return world.call("GET", "/api/v1/trips", "bent").json["items"]


def test_each_trip_has_an_outcome_in_the_order_in_which_they_were_given(school):
    answer = post(school, trip(3), trip(1), trip(2))
    assert answer.status_code == 200
    assert [item["trip_id"] for item in answer.json["items"]] == [str(UUID(int=number)) for number in (3, 1, 2)]
    assert {(item["outcome"], item["status"], item["revision"]) for item in answer.json["items"]} == {
        ("accepted", "measuring", 1)
    }
    assert len(listed(school)) == 3


def test_a_trip_that_is_refused_leaves_nothing_and_keeps_no_other_from_standing(school):
    school.rate("van", requires_plate=True)
    answer = post(school, trip(1), trip(2, rate_type="van"), trip(3, purpose=" "), trip(4))
    outcomes = [item["outcome"] for item in answer.json["items"]]
    assert outcomes == ["accepted", "refused", "refused", "accepted"]
    refused = answer.json["items"][1]
    assert (refused["status"], refused["problem"]["code"]) == (None, "trip_invalid")
    assert refused["problem"]["errors"] == {"licence_plate": ["plate_missing"]}
    assert len(listed(school)) == 2


def test_a_trip_whose_route_was_just_found_impossible_is_refused_after_it_was_begun_and_leaves_nothing(school):
    post(school, trip(1, points=[{"text": "Torvet 1, 8900 Randers C"}, {"text": "Skovhytten"}]))
    school.routing_answers(failing="Skovhytten")
    answer = post(school, trip(2, points=[{"text": "Torvet 1, 8900 Randers C"}, {"text": "Skovhytten"}]), trip(3))
    assert [item["outcome"] for item in answer.json["items"]] == ["refused", "accepted"]
    assert answer.json["items"][0]["problem"]["errors"] == {"points.1": ["unknown_address"]}
    assert school.app.store.read_stream(f"trip-{UUID(int=2)}") == []


def test_the_trips_of_a_request_stand_in_their_day_in_the_order_of_the_request(school):
    school.set_policy(four_km_allowed=True)
    numbers = (3, 1, 2)
    post(school, *[trip(number, four_km=True) | {"driving_date": "2026-03-09"} for number in numbers])
    school.routing_answers()
    quotes = [school.trip(str(UUID(int=number))).submitted.quote for number in numbers]
    four_km = [sum(line.metres for line in quote.deductions if line.name == "four_km") for quote in quotes]
    assert four_km == [4_000, 0, 0]


def test_the_same_batch_sent_again_is_the_same_trips(school):
    first = post(school, trip(1), trip(2))
    again = post(school, trip(1), trip(2))
    assert again.json["items"] == first.json["items"]
    assert len(listed(school)) == 2


def test_a_batch_repeated_under_its_key_answers_what_it_answered_first(school):
    first = post(school, trip(1), trip(2, purpose=""), headers={"Idempotency-Key": "k-1"})
    school.routing_answers()
    again = post(school, trip(1), trip(2, purpose=""), headers={"Idempotency-Key": "k-1"})
    assert again.json == first.json


def test_an_id_used_for_another_trip_is_a_conflict_of_that_trip_alone(school):
    post(school, trip(1))
    answer = post(school, trip(1, purpose="Kursus"), trip(2))
    assert [item["outcome"] for item in answer.json["items"]] == ["refused", "accepted"]
    assert answer.json["items"][0]["problem"]["code"] == "trip_id_taken"


@pytest.mark.parametrize("documents", [[], [trip(1), trip(1)], [trip(1), {"purpose": "?"}]])
def test_a_batch_that_cannot_be_read_stores_nothing(school, documents):
    answer = post(school, *documents)
    assert (answer.status_code, answer.json["code"]) == (400, "invalid")
    assert listed(school) == []


def test_a_batch_has_at_most_a_hundred_trips(school):
    documents = [body(trip_id=str(UUID(int=number + 1))) for number in range(101)]
    assert post(school, *documents).status_code == 400
    assert post(school, *documents[:100]).status_code == 200
    assert len(school.published("route-requested")) == 2, "the commute and the one route of all of them"


def test_one_transaction_holds_the_whole_batch(school):
    """A request that meets somebody else's change is tried again as a whole, and counts once."""
    position = post(school, *[trip(number) for number in range(1, 6)]).json["position"]
    assert school.app.store.read_log(0, 100).head == position


def test_a_person_s_driving_record_is_read_and_written_once_for_a_whole_batch_and_each_trip_counts_after_the_last(
    school,
):
    ways = {"points": [{"text": HOME.text}, {"text": SCHOOL.text}, {"text": HALL.text}]}
    post(school, trip(1, **ways))
    school.routing_answers()
    asked = []
    event.listen(school.app.store.engine, "before_cursor_execute", lambda *told: asked.append(told[2].strip()))
    answer = post(school, *[trip(number, **ways) for number in (2, 3, 4)])
    assert [item["status"] for item in answer.json["items"]] == ["submitted"] * 3
    begun = [one.split()[0] for one in asked if "driving_record" in one]
    assert begun == ["SELECT", "INSERT", "INSERT"], "the last is the read model's own, by which nothing changes"
    quotes = [school.trip(str(UUID(int=number))).submitted.quote for number in (2, 3, 4)]
    assert [quote.sixty_day[0].day_number for quote in quotes] == [2, 3, 4]
