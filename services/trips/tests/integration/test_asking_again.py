"""A question to routing that is never answered holds nobody up for good."""

from dataclasses import replace
from uuid import UUID

import pytest

from chassis.errors import Unavailable
from services.trips.tests.builders import HOME, TRIP, asked
from trips.application import asking
from trips.application.reporting import resume_trip
from trips.application.standard import seek_again
from trips.domain.deduction import POLICIES
from trips.domain.trip import Status
from trips.installed import check_installed

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


def test_a_trip_that_cannot_be_reckoned_keeps_none_of_the_others_back(school, monkeypatch, caplog):
    def resumed(uow, rules, trip_id):
        if trip_id == OTHER:
            raise KeyError("a policy of the municipality's own")
        resume_trip(uow, rules, trip_id)

    assert OTHER < TRIP, "it is the first of the pass"
    school.report()
    school.report(OTHER, purpose="Andet")
    school.routing_loses_the_questions()
    school.pass_time(minutes=11)
    monkeypatch.setattr(asking, "resume_trip", resumed)
    school.ask_again()
    assert school.questions(), "the other trip was gone on with"
    assert OTHER in caplog.text


def kept_addresses(school, number):
    """So many addresses of the municipality's that routing has said nothing of, and will not be heard of again."""
    for place in range(number):
        document = {"name": f"Skole {place}", "address": {"text": f"Skolevej {place}"}}
        school.call("PUT", f"/api/v1/standard-addresses/{UUID(int=place)}", "dina", "admin", json=document)
    school.routing_loses_the_questions()
    school.pass_time(minutes=11)


def test_the_municipalitys_addresses_are_asked_for_a_few_at_a_time_with_a_sign_of_life_before_each(school, monkeypatch):
    kept_addresses(school, 5)
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    asked_before = []
    asking.ask_again(school.app, lambda: asked_before.append(len(school.questions())))
    assert asked_before == [0, 2, 4]
    assert len(school.questions()) == 5


def test_addresses_that_cannot_be_asked_for_keep_back_neither_others_nor_what_comes_after(school, monkeypatch, caplog):
    def sought(uow, place_ids):
        if str(UUID(int=0)) in place_ids:
            raise KeyError("a stream that cannot be read")
        seek_again(uow, place_ids)

    kept_addresses(school, 3)
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    monkeypatch.setattr(asking.standard, "seek_again", sought)
    asking.ask_again(school.app)
    assert len(school.questions()) == 1
    assert "cannot be asked for now" in caplog.text
    monkeypatch.setattr(asking.standard, "still_sought", lambda _: 1 / 0)
    asking.ask_again(school.app)
    assert "ZeroDivisionError" in caplog.text


def test_a_service_that_lacks_a_policy_a_unit_was_given_does_not_start_and_says_which(school):
    school.app.rules = replace(school.app.rules, policies={**POLICIES, "half_commute": POLICIES["none"]})
    school.set_policy(deduction="half_commute")
    with school.reading() as conn:
        check_installed(conn, school.app.rules.policies)
        with pytest.raises(Unavailable, match="not installed: half_commute;"):
            check_installed(conn, POLICIES)
