from dataclasses import replace

import pytest

from chassis.errors import Conflict, Rejected, Unreadable
from services.trips.tests.builders import HOME, NOON, SCHOOL, TRIP, measured, quoted, report
from trips.domain import trip as trips
from trips.domain.deduction import Commute
from trips.domain.events import (
    HOME_PROTECTED,
    PaidRevisionStands,
    TripApproved,
    TripRejected,
    TripReported,
    TripSettled,
    TripSubmitted,
)
from trips.domain.home import Position
from trips.domain.quoting import HomeAndWork, home_and_work
from trips.domain.trip import Status

KNOWN = HomeAndWork(Position(HOME.lon_e6, HOME.lat_e6), Commute(4_500))
QUOTE = quoted(known=KNOWN)
REPORTED = TripReported(TRIP, 1, "bent", report(), NOON)
SUBMITTED = TripSubmitted(TRIP, 1, "bent", report(), QUOTE, NOON)
APPROVED = TripApproved(1, "dina", NOON, "leader", None, None)
REJECTED = TripRejected(1, "dina", NOON, "leader", "Omvej")
SETTLED = TripSettled(1, "2026-03", 7_850, "car_high", 394, 3_093, "0355", NOON)


def given_(*events):
    state = trips.NO_TRIP
    for event in events:
        state = trips.evolve(state, event)
    return state


def report_again(state, person_id="bent", content=None):
    return trips.report(state, trip_id=TRIP, person_id=person_id, content=content or report(), now=NOON)


def test_a_new_trip_is_reported_and_measured():
    events = report_again(trips.NO_TRIP)
    assert events == [REPORTED]
    assert given_(*events).status is Status.MEASURING


@pytest.mark.parametrize("happened", [[REPORTED], [REPORTED, SUBMITTED], [REPORTED, SUBMITTED, APPROVED, SETTLED]])
def test_the_same_report_again_is_the_same_trip_however_far_it_has_come(happened):
    assert report_again(given_(*happened)) == []


def test_an_id_that_stands_for_another_trip_is_a_conflict_that_does_not_say_whose_it_is():
    mine, anothers = [], []
    for person_id, content, seen in [("bent", report(purpose="Kursus"), mine), ("carl", None, anothers)]:
        with pytest.raises(Conflict) as refused:
            report_again(given_(REPORTED), person_id, content)
        seen.append((refused.value.code, refused.value.message, refused.value.details))
    assert mine == anothers


def test_a_measured_trip_is_submitted_once():
    assert trips.submit(given_(REPORTED), QUOTE, NOON) == [SUBMITTED]
    assert trips.submit(given_(REPORTED, SUBMITTED), QUOTE, NOON) == []


def test_a_trip_that_cannot_be_measured_is_not_submitted_afterwards():
    [event] = trips.give_up(given_(REPORTED), "unknown_address", 1, "")
    state = given_(REPORTED, event)
    assert state.status is Status.NOT_MEASURABLE
    assert trips.submit(state, QUOTE, NOON) == []
    assert trips.give_up(state, "no_route", None, "") == []


def test_a_decision_and_a_payment_count_once():
    stored = trips.decided(given_(REPORTED, SUBMITTED), APPROVED)
    assert len(stored) == 1
    assert trips.decided(given_(REPORTED, SUBMITTED, *stored), APPROVED) == []
    assert trips.settled(given_(REPORTED, SUBMITTED, APPROVED, SETTLED), SETTLED) == []


def test_the_same_payment_said_again_is_the_same_payment():
    """A restored payroll closes the same period again, at another moment."""
    again = replace(SETTLED, settled_at=NOON.replace(hour=13))
    assert trips.settled(given_(REPORTED, SUBMITTED, APPROVED, SETTLED), again) == []


@pytest.mark.parametrize("other", [{"period": "2026-04"}, {"amount_oere": 3_094}, {"pay_code": "0356"}])
def test_a_second_payment_of_a_paid_trip_is_for_a_person_to_look_at(other):
    with pytest.raises(Unreadable) as held:
        trips.settled(given_(REPORTED, SUBMITTED, APPROVED, SETTLED), replace(SETTLED, **other))
    assert held.value.code == "settled_otherwise"


def test_a_settled_trip_stays_settled_when_its_approval_is_heard_late():
    state = given_(REPORTED, SUBMITTED, SETTLED, APPROVED)
    assert (state.status, state.decision) == (Status.SETTLED, APPROVED)


def test_a_rejected_trip_says_so():
    assert given_(REPORTED, SUBMITTED, REJECTED).status is Status.REJECTED


@pytest.mark.parametrize("state", [trips.NO_TRIP, given_(REPORTED)])
def test_a_decision_or_payment_of_a_trip_that_was_never_submitted_is_for_a_person_to_look_at(state):
    with pytest.raises(Unreadable):
        trips.decided(state, APPROVED)
    with pytest.raises(Unreadable):
        trips.settled(state, SETTLED)


@pytest.mark.parametrize("happened", [[], [replace(SUBMITTED, revision=2)]])
def test_a_decision_on_an_older_revision_is_passed_over_and_a_payment_of_it_stands(happened):
    """Both were on their way while the trip was reported anew. What is paid is paid: the trip is that revision again."""
    state = given_(REPORTED, SUBMITTED, replace(REPORTED, revision=2), *happened)
    assert trips.decided(state, APPROVED) == []
    stands = PaidRevisionStands(TRIP, 1, "bent", SUBMITTED.report, SUBMITTED.quote)
    assert trips.settled(state, SETTLED) == [SETTLED, stands]
    paid = trips.evolve(trips.evolve(state, SETTLED), stands)
    assert (paid.status, paid.revision, paid.submitted) == (Status.SETTLED, 1, SUBMITTED)


def test_a_decision_on_a_later_revision_is_for_a_person_to_look_at():
    with pytest.raises(Unreadable):
        trips.decided(given_(REPORTED, SUBMITTED), replace(APPROVED, revision=2))


def test_a_home_that_has_become_protected_is_left_out_of_a_trip_that_awaits_a_decision_and_of_no_other():
    [event] = trips.leave_out(given_(REPORTED, SUBMITTED), [0])
    assert (event.revision, event.quote.hidden_points, event.cause) == (2, (0,), HOME_PROTECTED)
    assert trips.leave_out(given_(REPORTED, SUBMITTED, event), [0]) == []
    for decision in (APPROVED, REJECTED, SETTLED):
        assert trips.leave_out(given_(REPORTED, SUBMITTED, decision), [0]) == []
    assert trips.leave_out(given_(REPORTED), [0]) == []


def test_home_ends_are_decided_by_where_the_points_are():
    assert (QUOTE.starts_at_home, QUOTE.ends_at_home) == (True, False)
    assert (QUOTE.gross_m, QUOTE.deductions[0].metres, QUOTE.net_m) == (12_345, 4_500, 7_850)
    assert QUOTE.amount_oere == 3_093


def test_a_ferry_is_shown_apart_and_doubled_on_a_round_trip():
    known = HomeAndWork(None, Commute(None, "home_unknown"))
    found = quoted(report(round_trip=True), measured(ferry_m=3_000), known=known)
    assert (found.gross_m, found.ferry_m, found.net_m) == (24_690, 6_000, 24_690)
    assert found.flags == ("home_unknown",)


def test_a_round_trip_from_home_to_home_cannot_be_quoted():
    with pytest.raises(Rejected):
        quoted(report(round_trip=True), measured(points=(HOME, SCHOOL, HOME)), known=KNOWN)


@pytest.mark.parametrize(
    ("point_index", "fault"), [(0, "home_unknown"), (1, "work_unknown"), (None, "home_work_not_measured")]
)
def test_what_is_wrong_with_a_commute_is_named_by_the_end_at_fault(point_index, fault):
    from services.trips.tests.builders import failed

    assert home_and_work(failed(point_index=point_index)) == HomeAndWork(None, Commute(None, fault))
