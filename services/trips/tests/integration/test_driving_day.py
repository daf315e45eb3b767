"""The driving day in the store: what happens to one trip of a day changes the others, in the same transaction."""

import pytest

from chassis.errors import Conflict, NotFound
from services.trips.tests.builders import HOME, OTHER, SCHOOL, TRIP, asked
from trips.domain.trip import Status

THIRD = "1c0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b12"
BACK = {"points": asked(SCHOOL.text, HOME.text), "purpose": "Hjem igen"}


@pytest.fixture
def day(school):
    """Bent's unit deducts one commute a day; he has driven from home to the school."""
    school.set_policy(deduction="per_day")
    school.report(points=asked(HOME.text, SCHOOL.text))
    school.routing_answers()
    return school


def commute_m(world, trip_id=TRIP):
    return sum(line.metres for line in world.trip(trip_id).submitted.quote.deductions if line.name == "commute")


def four_km_m(world, *trip_ids):
    lines = [line for one in trip_ids for line in world.trip(one).submitted.quote.deductions]
    return sum(line.metres for line in lines if line.name == "four_km")


def test_the_commute_home_is_carried_by_the_last_trip_of_the_day_and_the_others_are_reckoned_anew(day):
    day.report(OTHER, **BACK)
    day.routing_answers()
    assert (commute_m(day), commute_m(day, OTHER)) == (4_500, 4_500)
    day.report(THIRD, **{**BACK, "purpose": "Igen"})
    day.routing_answers()
    assert [commute_m(day, one) for one in (TRIP, OTHER, THIRD)] == [4_500, 0, 4_500]
    assert (day.trip().revision, day.trip(OTHER).revision, day.trip(THIRD).revision) == (1, 2, 1)
    published = [(one.subject, one.data["revision"]) for one in day.published("trip-submitted")]
    assert published == [(TRIP, 1), (OTHER, 1), (OTHER, 2), (THIRD, 1)]


def test_an_approved_trip_that_is_reckoned_anew_leaves_out_a_home_that_has_become_protected(day):
    day.report(OTHER, **BACK)
    day.routing_answers()
    day.approve(OTHER)
    day.home(since="2026-03-01", protected=True)
    day.report(THIRD, **{**BACK, "purpose": "Igen"})
    day.routing_answers()
    last = [one.data for one in day.published("trip-submitted") if one.subject == OTHER][-1]
    assert (last["revision"], last["points"], last["stops"]) == (2, [], [SCHOOL.text, "Hjem"])


def test_an_approved_trip_whose_figures_change_awaits_a_decision_again_and_the_old_approval_is_stale(day):
    day.report(OTHER, **BACK)
    day.routing_answers()
    day.approve(OTHER)
    assert day.trip(OTHER).status is Status.APPROVED
    day.report(THIRD, **{**BACK, "purpose": "Igen"})
    day.routing_answers()
    assert (day.trip(OTHER).status, day.trip(OTHER).revision) == (Status.SUBMITTED, 2)
    day.approve(OTHER, revision=1)
    assert day.trip(OTHER).status is Status.SUBMITTED
    day.approve(OTHER, revision=2)
    assert day.trip(OTHER).status is Status.APPROVED


def test_a_settled_trip_keeps_what_it_had_and_counts_as_used(day):
    day.report(OTHER, **BACK)
    day.routing_answers()
    day.approve(OTHER)
    day.settle(OTHER)
    before = day.trip(OTHER)
    day.report(THIRD, **{**BACK, "purpose": "Igen"})
    day.routing_answers()
    assert day.trip(OTHER) == before
    assert [commute_m(day, one) for one in (TRIP, OTHER, THIRD)] == [4_500, 4_500, 0]


@pytest.mark.parametrize("gone", ["withdraw", "reject"])
def test_a_trip_that_is_withdrawn_or_rejected_gives_the_others_back_what_was_shared(day, gone):
    alone = day.trip().submitted.quote
    day.set_policy(deduction="per_day", four_km_allowed=True, since="2020-02-01")
    day.report(OTHER, four_km=True, **BACK)
    day.report(THIRD, four_km=True, **{**BACK, "purpose": "Igen"})
    day.routing_answers()
    assert (four_km_m(day, OTHER), four_km_m(day, THIRD)) == (4_000, 0)
    getattr(day, gone)(OTHER)
    assert four_km_m(day, THIRD) == 4_000
    assert day.trip().submitted.quote.net_m == alone.net_m


def test_editing_a_trip_twice_does_not_deduct_twice(school):
    """The predecessor's defect: every edit ran the day again without giving the earlier deduction back first, counted a
    trip's own four kilometres as used by others, and did not price anew.
    """
    school.set_policy(four_km_allowed=True)
    school.report(four_km=True)
    school.pass_time(minutes=1)
    school.report(OTHER, four_km=True, **BACK)
    school.routing_answers()
    before = [school.trip(one).submitted.quote for one in (TRIP, OTHER)]
    for purpose in ("Rettet", "Rettet igen", "Rettet en tredje gang"):
        school.amend(four_km=True, purpose=purpose)
    assert [school.trip(one).submitted.quote for one in (TRIP, OTHER)] == before
    assert four_km_m(school, TRIP, OTHER) == 4_000
    assert before[0].amount_oere == 3_290, "12,345 m less 4,000 m at 3.94 kr."


def test_a_route_that_is_answered_late_takes_its_place_in_the_day_by_when_it_was_reported(school):
    school.set_policy(four_km_allowed=True)
    school.routing_answers()
    school.report(four_km=True)
    school.preview(**BACK)
    school.routing_loses_the_questions()
    school.pass_time(minutes=30)
    school.report(OTHER, four_km=True, **BACK)
    school.routing_answers()
    assert (school.trip().status, four_km_m(school, OTHER)) == (Status.MEASURING, 4_000)
    school.pass_time(minutes=30)
    school.ask_again()
    school.routing_answers()
    assert (four_km_m(school, TRIP), four_km_m(school, OTHER)) == (4_000, 0)


def test_the_four_kilometres_are_a_persons_whatever_the_employment(school):
    job = {
        "employee_number": "102",
        "org_unit_id": "school",
        "position": "Vikar",
        "leader": False,
        "from": "2020-01-01",
    }
    jobs = [{**job, "employment_id": one, "to": None} for one in ("e-bent", "e-other")]
    school.tell("payroll", "employee-changed", {"person_id": "bent", "name": "B", "active": True, "employments": jobs})
    school.set_policy(four_km_allowed=True)
    school.report(four_km=True)
    school.pass_time(minutes=1)
    school.report(OTHER, four_km=True, employment_id="e-other", **BACK)
    school.routing_answers()
    assert (four_km_m(school, TRIP), four_km_m(school, OTHER)) == (4_000, 0)


def test_an_amended_trip_is_its_next_revision_and_moves_to_another_day(day):
    day.report(OTHER, **BACK)
    day.routing_answers()
    answer = day.amend(OTHER, **BACK, driving_date=school_day(8))
    assert answer == {"trip_id": OTHER, "revision": 2, "status": "submitted"}
    assert (commute_m(day), commute_m(day, OTHER)) == (4_500, 4_500)
    assert day.trip().revision == 1
    assert [one.data["driving_date"] for one in day.published("trip-submitted")][-1] == "2026-03-08"


def school_day(number):
    from datetime import date

    return date(2026, 3, number)


def test_a_trip_whose_new_route_must_be_measured_is_taken_back_from_approval_meanwhile(day):
    day.amend(points=asked(HOME.text, "Nyvej 2, 8900 Randers C"))
    assert (day.trip().status, day.trip().revision) == (Status.MEASURING, 2)
    assert [one.data["revision"] for one in day.published("trip-withdrawn")] == [1]
    day.routing_answers()
    assert [one.data["revision"] for one in day.published("trip-submitted")] == [1, 2]


@pytest.mark.parametrize("change", ["amend", "withdraw"])
def test_only_its_owner_changes_a_trip_and_only_while_it_is_not_approved(day, change):
    with pytest.raises(NotFound):
        getattr(day, change)(person_id="carl")
    with pytest.raises(Conflict) as stale:
        getattr(day, change)(seen=2, **({"purpose": "x"} if change == "amend" else {}))
    assert stale.value.code == "other_revision"
    day.approve()
    with pytest.raises(Conflict) as refused:
        getattr(day, change)(**({"purpose": "x"} if change == "amend" else {}))
    assert refused.value.code == "trip_decided"


def test_what_payroll_paid_while_the_trip_was_withdrawn_stands_and_counts(day):
    day.approve()
    payment = day.trip().submitted.quote
    day.report(OTHER, **BACK)
    day.routing_answers()
    day.report(THIRD, points=asked(HOME.text, SCHOOL.text), round_trip=True, purpose="Frem og tilbage")
    day.routing_answers()
    day.settle(net_m=payment.net_m, amount_oere=payment.amount_oere)
    trip = day.trip()
    assert (trip.status, trip.revision, trip.submitted.quote.net_m) == (Status.SETTLED, 1, payment.net_m)


def test_a_rejected_trip_that_is_amended_counts_again(day):
    day.reject()
    assert day.trip().status is Status.REJECTED
    day.amend(purpose="Hjemmebesøg hos familien")
    assert (day.trip().status, commute_m(day)) == (Status.SUBMITTED, 4_500)


def test_withdrawing_twice_is_once_and_the_list_says_so(day):
    assert day.withdraw() == day.withdraw() == {"trip_id": TRIP, "revision": 1, "status": "withdrawn"}
    assert len(day.published("trip-withdrawn")) == 1
    with day.reading() as conn:
        from trips.projections.tables import trip_list

        assert conn.execute(trip_list.select()).one().status == "withdrawn"


def test_a_rejected_trip_that_is_sent_again_unchanged_awaits_a_new_decision(school):
    school.report()
    school.routing_answers()
    school.reject()
    assert school.amend() == {"trip_id": TRIP, "revision": 2, "status": "submitted"}
    assert school.amend() == {"trip_id": TRIP, "revision": 2, "status": "submitted"}, "it is on its way already"
    assert [one.data["revision"] for one in school.published("trip-submitted")] == [1, 2]


def test_a_trip_that_could_not_be_measured_is_measured_again_when_it_is_sent_again_unchanged(school):
    school.report()
    school.routing_answers(failing=SCHOOL.text)
    assert school.trip().status is Status.NOT_MEASURABLE
    school.pass_time(hours=72)
    assert school.amend()["status"] == "measuring"
    school.routing_answers()
    assert (school.trip().status, school.trip().revision) == (Status.SUBMITTED, 2)
