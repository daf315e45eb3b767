"""A trip from report to payment on a real store, with routing away and back, and everything told by events."""

from datetime import date, timedelta

import pytest

from chassis.errors import Conflict, Rejected, Unreadable
from services.trips.tests.builders import HALL, HOME, SCHOOL, TRIP, asked
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


def test_a_trip_of_somebody_whose_home_is_not_on_the_map_is_accepted_undeducted_and_says_so(school):
    school.report()
    school.routing_answers(failing=HALL.text)
    school.home(street="Skovhytten", since="2026-03-01")
    school.report(OTHER, driving_date=date(2026, 3, 8))
    school.routing_answers(failing="Skovhytten, 8900 Randers C")
    [event] = [one for one in school.published("trip-submitted") if one.subject == OTHER]
    assert event.data["flags"] == ["home_unknown"]
    assert (event.data["deductions"][0]["metres"], event.data["net_m"]) == (0, 12_350)
    assert "kan ikke findes på kortet" in event.data["deductions"][0]["reason"]["da"]


def test_of_somebody_without_any_home_nothing_is_deducted_and_the_trip_says_so(school):
    school.employee("carl")
    school.report(person_id="carl", employment_id="e-carl")
    school.routing_answers()
    assert school.trip().submitted.quote.flags == ("home_unknown",)


def test_before_the_first_home_that_was_told_that_home_holds(school):
    """The first import says where people live today; nothing earlier can have been told."""
    school.home("carl", since="2026-03-10")
    school.employee("carl")
    school.report(person_id="carl", employment_id="e-carl")
    school.routing_answers()
    assert school.trip().submitted.quote.starts_at_home


def test_a_rate_that_has_ended_prices_nothing(school):
    data = {"rate_type": "car_high", "name": {"da": "Bil", "en": "Car"}, "oere_per_km": 394, "from": "2026-01-01"}
    school.tell("payroll", "rate-set", {**data, "to": "2026-03-10", "pay_code": "0355", "requires_plate": False})
    assert school.report()["status"] == "measuring"
    with pytest.raises(Rejected) as refused:
        school.report(OTHER, driving_date=date(2026, 3, 10))
    assert refused.value.details["errors"] == {"rate_type": ["no_rate"]}


def test_the_home_of_the_driving_date_decides_and_not_the_home_of_today(school):
    school.home(street="Nyvej 2", since="2026-03-10")
    school.report()
    school.routing_answers()
    assert school.trip().submitted.quote.starts_at_home


def test_a_unit_without_an_address_works_at_the_unit_above_it(school):
    school.org_unit("class", parent_id="school", street=None)
    school.employee("carl", unit="class")
    school.home("carl")
    school.report(person_id="carl", employment_id="e-carl")
    school.routing_answers()
    quote = school.trip().submitted.quote
    assert (quote.org_unit_id, quote.home_work_m) == ("class", 4_500)


def test_a_unit_changed_today_does_not_move_the_trips_of_yesterday(school):
    school.org_unit("hall", street="Nygade 9")
    school.employee(unit="hall")
    school.report()
    school.report(OTHER, driving_date=date(2026, 3, 10))
    school.routing_answers()
    assert school.trip().submitted.quote.org_unit_id == "school"
    assert school.trip(OTHER).submitted.quote.org_unit_id == "hall"


def test_a_home_work_distance_once_measured_stays_though_the_same_route_is_measured_anew(school, monkeypatch):
    from services.trips.tests.integration import conftest

    school.routing_answers()
    school.pass_time(hours=30)
    monkeypatch.setitem(conftest.DRIVEN_M, (HOME.text, HALL.text), 9_999)
    school.report(points=asked(HOME.text, HALL.text))
    school.routing_answers()
    quote = school.trip().submitted.quote
    assert (quote.gross_m, quote.home_work_m) == (9_999, 4_500)


def test_moving_has_the_commute_measured_before_a_trip_needs_it(school):
    school.routing_answers()
    school.home(street="Nyvej 2", since="2026-03-10")
    assert [point["text"] for point in school.questions()[0]["points"]] == ["Nyvej 2, 8900 Randers C", HALL.text]
    school.routing_answers()
    school.org_unit(street="Nygade 9", since="2026-03-10")
    assert school.questions()[0]["points"][1]["text"] == "Nygade 9, 8900 Randers C"


@pytest.mark.parametrize(
    ("over", "errors"),
    [
        ({"employment_id": "e-carl"}, {"employment_id": ["employment_unknown"]}),
        ({"rate_type": "boat"}, {"rate_type": ["no_rate"]}),
        ({"driving_date": date(2025, 12, 31)}, {"rate_type": ["no_rate"]}),
        ({"driving_date": date(2026, 3, 11)}, {"driving_date": ["date_in_future"]}),
        ({"rate_type": "van"}, {"licence_plate": ["plate_missing"]}),
        ({"without_extra": True}, {"without_extra": ["without_extra_not_allowed"]}),
        ({"purpose": ""}, {"purpose": ["purpose_missing"]}),
        ({"points": asked(HOME.text)}, {"points": ["too_few_points"]}),
    ],
)
def test_a_trip_that_breaks_a_rule_is_refused_by_field_and_nothing_is_stored(school, over, errors):
    school.employee("carl")
    school.rate("van", requires_plate=True)
    head = school.app.store.read_log(0, 1).head
    with pytest.raises(Rejected) as refused:
        school.report(**over)
    assert (refused.value.code, refused.value.details["errors"]) == ("trip_invalid", errors)
    assert school.app.store.read_log(0, 1).head == head


def test_an_employment_that_ended_takes_trips_up_to_its_last_day_only(school):
    school.employee("carl", until="2026-03-09")
    mine = {"person_id": "carl", "employment_id": "e-carl"}
    assert school.report(**mine, driving_date=date(2026, 3, 8))["status"] == "measuring"
    with pytest.raises(Rejected) as refused:
        school.report(OTHER, **mine, driving_date=date(2026, 3, 9))
    assert refused.value.details["errors"] == {"employment_id": ["employment_not_active"]}


def test_an_employment_no_longer_listed_ends_today(school):
    school.tell("payroll", "employee-changed", {"person_id": "bent", "name": "B", "active": False, "employments": []})
    school.report(driving_date=date(2026, 3, 9))
    with pytest.raises(Rejected):
        school.report(OTHER, driving_date=date(2026, 3, 10))


def test_the_date_is_the_local_date_in_denmark(school):
    school.now = school.now.replace(hour=23, minute=20)  # 00:20 the next day in Denmark
    assert school.report(driving_date=date(2026, 3, 11))["status"] == "measuring"


def test_the_deadline_counts_when_the_trip_is_reported_and_not_when_routing_answers(open_world):
    from services.trips.tests.integration.conftest import populate

    world = open_world(TRIPS_MAX_AGE_DAYS="1")
    populate(world)
    world.report()
    world.now += timedelta(days=5)
    world.routing_answers()
    assert world.trip().status is Status.SUBMITTED


def test_the_policy_none_deducts_nothing_and_waits_for_no_commute(open_world):
    from services.trips.tests.integration.conftest import populate

    world = open_world(TRIPS_DEDUCTION_POLICY="none")
    populate(world)
    world.report()
    world.routing_answers()
    quote = world.trip().submitted.quote
    assert (quote.policy, quote.net_m, quote.starts_at_home, quote.home_work_m) == ("none", 12_350, True, None)


def test_without_extra_is_possible_where_it_is_allowed(open_world):
    from services.trips.tests.integration.conftest import populate

    world = open_world(TRIPS_WITHOUT_EXTRA_ALLOWED="true")
    populate(world)
    world.report(without_extra=True)
    world.routing_answers()
    [line] = world.trip().submitted.quote.deductions
    assert (line.metres, line.reason) == (0, "without_extra")


def test_an_approved_and_settled_trip_shows_what_is_paid(school):
    school.report()
    school.routing_answers()
    school.approve()
    assert school.trip().status is Status.APPROVED
    school.settle()
    trip = school.trip()
    assert (trip.status, trip.settlement.amount_oere, trip.settlement.period) == (Status.SETTLED, 3_093, "2026-03")


def test_a_payment_heard_before_its_approval_is_not_undone_by_it(school):
    school.report()
    school.routing_answers()
    school.settle()
    school.approve()
    with school.reading() as conn:
        from trips.projections.tables import trip_list

        assert conn.execute(trip_list.select()).one().status == "settled"
    assert school.trip().status is Status.SETTLED


def test_a_decision_on_an_unknown_trip_is_left_for_a_person(school):
    with pytest.raises(Unreadable):
        school.approve(OTHER)


@pytest.mark.parametrize(
    ("source", "type_", "data"),
    [
        ("routing", "route-measured", {"request_id": "x"}),
        ("routing", "route-failed", {"request_id": "x", "code": 7}),
        ("payroll", "employee-changed", {"person_id": "x", "employments": [{"employment_id": "y"}]}),
        ("payroll", "home-address-changed", {"person_id": "x", "from": "yesterday", "address": {"street": "a"}}),
        ("payroll", "org-unit-changed", {"org_unit_id": "x"}),
        ("payroll", "rate-set", {"rate_type": "x", "oere_per_km": 3.5}),
        ("payroll", "trip-settled", {"trip_id": TRIP}),
        ("approval", "trip-rejected", {"trip_id": TRIP}),
    ],
)
def test_an_event_that_cannot_be_read_is_parked_and_changes_nothing(school, source, type_, data):
    head = school.app.store.read_log(0, 1).head
    with pytest.raises(Unreadable):
        school.tell(source, type_, data)
    assert school.app.store.read_log(0, 1).head == head


def test_a_route_measured_for_somebody_else_changes_nothing(school):
    from services.trips.tests.integration.conftest import measured_data

    head = school.app.store.read_log(0, 1).head
    school.tell("routing", "route-measured", measured_data("somebody-elses", [HOME.text, SCHOOL.text], school.now))
    assert school.app.store.read_log(0, 1).head == head


def test_the_list_of_trips_is_what_folding_the_log_again_gives(school):
    from trips.projections.tables import trip_list

    school.report()
    school.report(OTHER, points=asked(HOME.text, "Findesikkevej 1"))
    school.routing_answers(failing="Findesikkevej 1")
    school.approve()
    with school.reading() as conn:
        before = sorted(conn.execute(trip_list.select()).all())
    school.app.projections.rebuild("trip_list")
    with school.reading() as conn:
        assert sorted(conn.execute(trip_list.select()).all()) == before
    assert {row.status for row in before} == {"approved", "not_measurable"}
