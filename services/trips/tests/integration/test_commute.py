"""What a trip rests on besides its route: home, unit, the distance between them, and the policy that deducts it."""

from datetime import date

from services.trips.tests.builders import HALL, HOME, asked

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


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


def test_a_unit_that_changes_costs_nothing_and_the_next_preview_asks(school):
    """A unit may have thousands of people below it, and hearing of it must not take the longer for that."""
    school.routing_answers()
    head = school.app.store.read_log(0, 1).head
    school.org_unit(street="Nygade 9", since="2026-03-10")
    assert school.app.store.read_log(0, 1).head == head
    school.preview(driving_date=date(2026, 3, 10))
    assert school.questions()[0]["points"][1]["text"] == "Nygade 9, 8900 Randers C"


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
