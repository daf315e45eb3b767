"""A trip reported on a real store, measured with routing away and back."""

from dataclasses import replace
from datetime import date

import pytest

from chassis.errors import Conflict, Rejected, Unreadable
from services.trips.tests.builders import HALL, HOME, PLACES, SCHOOL, TRIP, asked
from trips.application import hearing, protecting
from trips.domain.trip import Status

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


def test_a_trip_is_accepted_while_routing_is_away_and_submitted_when_it_is_back(school):
    assert school.report() == {"trip_id": TRIP, "revision": 1, "status": "measuring"}
    assert school.published("trip-submitted") == []
    school.routing_answers()
    [event] = school.published("trip-submitted")
    assert (event.subject, event.data["gross_m"], event.data["net_m"]) == (TRIP, 12_345, 7_850)


def test_a_trip_between_points_measured_the_same_day_is_submitted_at_once(school):
    school.report()
    school.routing_answers()
    school.pass_time(hours=23)
    assert school.report(OTHER, purpose="Igen")["status"] == "submitted"


def test_a_route_measured_just_before_midnight_serves_the_morning_after(school):
    school.now = school.now.replace(hour=23, minute=50)
    school.report()
    school.routing_answers()
    school.pass_time(minutes=20)
    assert school.report(OTHER, purpose="Igen")["status"] == "submitted"


def test_a_trip_reported_just_before_midnight_goes_on_when_routing_answers_the_morning_after(school):
    school.now = school.now.replace(hour=23, minute=50)
    school.report()
    school.pass_time(hours=9)
    school.routing_answers()
    assert school.trip().status is Status.SUBMITTED


def test_a_route_measured_more_than_a_day_ago_is_measured_again(school):
    school.report()
    school.routing_answers()
    school.pass_time(hours=25)
    assert school.report(OTHER, purpose="Igen")["status"] == "measuring"
    school.routing_answers()
    assert school.trip(OTHER).status is Status.SUBMITTED


def test_two_trips_that_wait_for_the_same_route_ask_once_and_are_both_submitted(school):
    school.routing_answers()
    school.report()
    school.report(OTHER, purpose="Igen")
    assert len(school.questions()) == 1
    school.routing_answers()
    assert {event.subject for event in school.published("trip-submitted")} == {TRIP, OTHER}


def test_a_trip_waits_for_the_commute_too_and_goes_on_when_the_last_of_both_is_known(school):
    school.report()
    commute, route = school.questions()
    assert [point["text"] for point in commute["points"]] == [HOME.text, HALL.text]
    assert [point["text"] for point in route["points"]] == [HOME.text, SCHOOL.text]
    school.routing_answers()
    assert school.trip().submitted.quote.home_work_m == 4_500


def test_a_trip_from_home_to_work_is_all_commute(school):
    school.report(points=asked(HOME.text, HALL.text))
    school.routing_answers()
    quote = school.trip().submitted.quote
    assert (quote.gross_m, quote.net_m, quote.deductions[0].metres) == (4_500, 0, 4_500)


def test_routing_is_asked_without_saying_who_wants_to_know(school):
    school.report()
    for question in school.questions():
        assert set(question) == {"request_id", "profile", "points"}
        assert "bent" not in str(question)


def test_the_same_submission_twice_is_one_trip(school):
    school.routing_answers()
    assert school.report() == school.report()
    school.routing_answers()
    assert len(school.published("trip-submitted")) == 1


def test_a_repeated_command_answers_what_it_answered_first(school):
    first = school.report(key="k")
    school.routing_answers()
    assert school.report(key="k") == first


def test_an_id_already_used_by_another_person_is_refused_without_saying_so(school):
    school.employee("carl")
    school.report()
    refusals = []
    for person_id, over in [("bent", {"purpose": "Kursus"}), ("carl", {"employment_id": "e-carl"})]:
        with pytest.raises(Conflict) as refused:
            school.report(person_id=person_id, **over)
        refusals.append((refused.value.code, refused.value.message))
    assert refusals[0] == refusals[1]


def test_a_preview_is_exactly_what_the_trip_then_comes_to(school):
    assert school.preview(round_trip=True) is None
    school.routing_answers()
    promised = school.preview(round_trip=True)
    school.report(round_trip=True)
    assert school.trip().submitted.quote == promised
    assert (promised.gross_m, promised.deductions[0].metres) == (24_690, 9_000)


def test_a_preview_asks_routing_once_however_often_it_is_repeated(school):
    school.routing_answers()
    school.preview()
    school.preview()
    assert len(school.questions()) == 1


def test_a_trip_whose_address_does_not_exist_ends_as_not_measurable_with_the_point_at_fault(school):
    school.report(points=asked(HOME.text, "Findesikkevej 1"))
    school.routing_answers(failing="Findesikkevej 1")
    trip = school.trip()
    assert (trip.status, trip.fault.code, trip.fault.point_index) == (Status.NOT_MEASURABLE, "unknown_address", 1)
    assert school.published("trip-submitted") == []


def test_a_route_just_found_impossible_is_refused_at_once_at_the_point_at_fault_and_asked_again_later(school):
    wrong = {"points": asked(HOME.text, "Findesikkevej 1")}
    school.preview(**wrong)
    school.routing_answers(failing="Findesikkevej 1")
    with pytest.raises(Rejected) as refused:
        school.report(**wrong)
    assert refused.value.details["errors"] == {"points.1": ["unknown_address"]}
    assert school.trip().status is Status.NONE
    school.pass_time(minutes=11)
    assert school.report(**wrong)["status"] == "measuring"


def test_a_round_trip_from_home_to_home_is_refused_when_its_ends_are_known(school):
    there_and_back = {"points": asked(HOME.text, SCHOOL.text, HOME.text), "round_trip": True}
    school.report(OTHER, **there_and_back)
    school.routing_answers()
    assert school.trip(OTHER).fault.code == "round_trip_closed_path"
    with pytest.raises(Rejected) as refused:
        school.report(**there_and_back)
    assert refused.value.details["errors"] == {"round_trip": ["round_trip_closed_path"]}


@pytest.fixture
def stops(school):
    """Reports the trip from home, and gives what others are told of its way."""

    def stops():
        school.report()
        school.routing_answers()
        data = school.published("trip-submitted")[-1].data
        return data["points"], data["stops"]

    return stops


def test_a_home_is_named_to_others_where_it_is_not_protected(stops):
    points, named = stops()
    assert [point["text"] for point in points] == named == [HOME.text, SCHOOL.text]


def test_a_protected_home_is_named_to_nobody_else(school, stops):
    school.home(since="2026-03-01", protected=True)
    assert stops() == ([], ["Hjem", SCHOOL.text])
    assert school.trip().submitted.quote.points[0].text == HOME.text, "its driver sees where it was driven"


def test_a_home_that_is_protected_since_the_trip_was_driven_is_named_to_nobody_else(school, stops):
    school.home(since="2026-03-10", protected=True)
    assert stops() == ([], ["Hjem", SCHOOL.text])


def told(world):
    return [(one.data["revision"], one.data["points"], one.data["stops"]) for one in world.published("trip-submitted")]


def protect(world):
    """The mark comes, and the loop has its next turn."""
    world.home(since="2026-03-01", protected=True)
    world.look_for_protected_homes()


def test_open_trips_of_a_home_that_becomes_protected_are_published_again_without_it(school, stops):
    points, named = stops()
    protect(school)
    assert told(school) == [(1, points, named), (2, [], ["Hjem", SCHOOL.text])]
    trip = school.trip()
    assert (trip.status, trip.submitted.quote.net_m, trip.submitted.cause) == (
        Status.SUBMITTED,
        7_850,
        "home_protected",
    )
    assert trip.submitted.quote.points[0].text == HOME.text, "its driver sees where it was driven"


def test_a_trip_that_is_published_again_without_the_home_was_submitted_when_it_was(school, stops):
    stops()
    school.pass_time(hours=90 * 24)
    protect(school)
    first, second = (one.data["submitted_at"] for one in school.published("trip-submitted"))
    assert first == second, "whoever decides it is not told that it came late"


def test_hearing_of_the_protected_home_again_publishes_nothing_more(school, stops):
    stops()
    protect(school)
    protect(school)
    assert len(told(school)) == 2


@pytest.mark.parametrize("end", ["approve", "settle", "withdraw", "reject"])
def test_a_trip_that_awaits_no_decision_is_not_published_again(school, stops, end):
    stops()
    getattr(school, end)()
    before = school.trip()
    protect(school)
    assert len(told(school)) == 1
    assert school.trip() == before, "what was decided stays as it was decided"


def test_trips_that_are_not_near_a_home_that_becomes_protected_stay_as_they_are(school):
    school.report(points=asked(SCHOOL.text, HALL.text))
    school.routing_answers()
    protect(school)
    assert [revision for revision, _, _ in told(school)] == [1]


@pytest.fixture
def several(school):
    """Trips from home on five days, measured."""
    ids = [f"{number}b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11" for number in range(5)]
    for number, trip_id in enumerate(ids):
        school.report(trip_id, driving_date=date(2026, 3, number + 1))
    school.routing_answers()
    return ids


def test_a_trip_that_cannot_be_read_keeps_neither_the_mark_nor_any_other_trip_back(
    school, several, monkeypatch, caplog
):
    hidden = protecting.hidden_now

    def broken(uow, sent):
        if sent.trip_id == several[2]:
            raise Unreadable("seal_broken", "a sealed field does not open")
        return hidden(uow, sent)

    monkeypatch.setattr(protecting, "hidden_now", broken)
    protect(school)
    assert [school.trip(one).revision for one in several] == [2, 2, 1, 2, 2]
    assert several[2] in caplog.text
    school.report()
    school.routing_answers()
    assert told(school)[-1] == (1, [], ["Hjem", SCHOOL.text])


def test_a_mark_is_stored_also_where_the_commute_cannot_be_measured_ahead(school, stops, monkeypatch, caplog):
    def broken(*_given):
        raise Unreadable("seal_broken", "a sealed field does not open")

    with monkeypatch.context() as patched:
        patched.setattr(hearing, "measure_commutes", broken)
        school.home(since="2026-03-01", protected=True)
    assert "commute" in caplog.text
    assert stops() == ([], ["Hjem", SCHOOL.text])


def test_a_turn_that_finds_nothing_to_hide_writes_nothing(school, several, monkeypatch):
    protect(school)
    assert [school.trip(one).revision for one in several] == [2] * 5
    written = []
    monkeypatch.setattr(school.app.store, "execute", lambda *given: written.append(given))
    school.look_for_protected_homes()
    assert written == []


def test_a_mark_is_looked_after_at_the_next_look_and_once_more_everybody_every_few_minutes(school):
    engine, watch = school.app.store.engine, protecting.Watch()
    assert watch.people(engine) == []
    school.home(since="2026-03-01", protected=True)
    found = [watch.people(engine) for _ in range(2 * protecting.LOOKS_A_ROUND)]
    assert found[:3] == [["bent"], ["bent"], []]
    assert found.count(["bent"]) == 4, "the two looks after the mark, and one of each round"
    school.home(since="2026-03-09", street="Nyvej 2", protected=True)
    assert watch.people(engine) == ["bent"]


FLAT = "Hjemvej 1, 1. th."
FARM = "Gårdvej 9, 8900 Randers C"


@pytest.fixture
def flat(school):
    """Bent has set the farm as his home, and payroll's is a protected flat, which routing finds as its house."""
    school.home(street=FLAT, protected=True)
    place = {"kind": "alternative_home", "from": "2020-01-01", "address": {"text": FARM}}
    assert school.call("PUT", f"/api/v1/profile/entries/{OTHER}", "bent", json=place).status_code == 200
    return school


def test_a_protected_home_is_left_out_where_its_driver_has_set_another_home(flat):
    flat.report(points=asked(HOME.text, SCHOOL.text))
    flat.routing_answers()
    assert told(flat) == [(1, [], ["Hjem", SCHOOL.text])]


def test_a_protected_home_that_is_not_the_home_of_the_day_is_known_by_where_it_lies(flat, monkeypatch):
    flat.report(points=asked("Naboens hus", SCHOOL.text))
    monkeypatch.setitem(PLACES, f"{FLAT}, 8900 Randers C", HOME)
    monkeypatch.setitem(PLACES, "Naboens hus", replace(HOME, text="Hjemvej 3, 8900 Randers C"))
    flat.routing_answers()
    assert told(flat) == [(1, [], ["Hjem", SCHOOL.text])]


def test_a_trip_goes_on_where_routing_does_not_find_a_protected_home(flat):
    flat.report(points=asked(SCHOOL.text, HALL.text))
    flat.routing_answers(failing=f"{FLAT}, 8900 Randers C")
    assert [stops for _, _, stops in told(flat)] == [[SCHOOL.text, HALL.text]]


def test_a_home_that_becomes_protected_is_looked_for_on_the_map_and_then_known_by_where_it_lies(flat, monkeypatch):
    flat.report(points=asked("Naboens hus", SCHOOL.text))
    monkeypatch.setitem(PLACES, "Naboens hus", replace(HOME, text="Hjemvej 3, 8900 Randers C"))
    flat.routing_answers()
    assert [revision for revision, _, _ in told(flat)] == [1]
    flat.home(street="Nyvej 2", since="2026-03-01", protected=True)
    flat.look_for_protected_homes()
    monkeypatch.setitem(PLACES, "Nyvej 2, 8900 Randers C", HOME)
    flat.routing_answers()
    flat.look_for_protected_homes()
    assert told(flat)[-1] == (2, [], ["Hjem", SCHOOL.text])
