"""A question to routing that is never answered holds nobody up for good."""

from services.trips.tests.builders import HOME, TRIP, asked
from trips.domain.trip import Status

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


def test_a_trip_whose_questions_were_lost_is_asked_for_again_and_goes_on(school):
    school.report()
    school.routing_loses_the_questions()
    school.pass_time(minutes=11)
    school.ask_again()
    assert len(school.questions()) == 2
    school.routing_answers()
    assert school.trip().status is Status.SUBMITTED


def test_a_trip_that_only_the_next_day_is_asked_for_again_goes_on_too(school):
    school.report()
    school.routing_loses_the_questions()
    school.pass_time(hours=30)
    school.ask_again()
    school.routing_answers()
    assert school.trip().status is Status.SUBMITTED


def test_a_lost_question_about_the_commute_is_asked_again_by_a_later_trip_and_frees_those_before(school):
    school.routing_loses_the_questions()
    school.report()
    school.routing_answers()
    assert school.trip().status is Status.MEASURING
    school.pass_time(minutes=11)
    school.report(OTHER, points=asked(HOME.text, "Nygade 9"))
    school.routing_answers()
    assert {school.trip(one).status for one in (TRIP, OTHER)} == {Status.SUBMITTED}


def test_nothing_is_asked_again_while_an_answer_may_still_come(school):
    school.report()
    school.pass_time(minutes=9)
    head = school.app.store.read_log(0, 1).head
    school.ask_again()
    assert school.app.store.read_log(0, 1).head == head


def test_a_late_answer_to_the_first_question_counts_and_the_second_changes_nothing(school):
    school.report()
    school.pass_time(minutes=11)
    school.ask_again()
    school.routing_answers()
    assert school.trip().status is Status.SUBMITTED
    assert len(school.published("trip-submitted")) == 1


def test_a_question_stored_before_questions_carried_their_time_is_read_and_asked_again(school):
    from trips.published import CODEC

    stored = {"request_id": "k-1", "profile": "car-fastest", "points": [{"address_id": None, "text": HOME.text}]}
    assert CODEC.decode("route-requested", 1, stored).requested_at is None
