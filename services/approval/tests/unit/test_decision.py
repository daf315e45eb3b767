from functools import reduce

import pytest

from approval.domain import decision, errors
from approval.domain.decision import INITIAL, Status
from approval.domain.events import TripApproved, TripRejected
from services.approval.tests.builders import (
    ANNE_AND_CARL_DECIDE,
    ANNE_DECIDES,
    NOON,
    TRIP,
    approve,
    approved,
    reject,
    rejected,
    requested,
    settled,
)


def given(*events):
    return reduce(decision.evolve, events, INITIAL)


def when(state, command, approvers=ANNE_DECIDES):
    return list(decision.decide(state, command, approvers, NOON))


def test_an_approver_approves_the_revision_that_waits():
    assert when(given(requested()), approve(account="1234567890")) == [
        TripApproved(TRIP, 1, "bent", "anne", "leader", NOON, account="1234567890")
    ]


def test_an_approver_rejects_with_the_reason_typed_without_the_blanks_around_it():
    assert when(given(requested()), reject(comment="  Forkert rute ")) == [
        TripRejected(TRIP, 1, "bent", "anne", "leader", NOON, "Forkert rute")
    ]


def test_a_substitute_decides_in_that_capacity():
    (event,) = when(given(requested()), approve(by="carl"), ANNE_AND_CARL_DECIDE)
    assert (event.decided_by, event.decided_as) == ("carl", "substitute")


@pytest.mark.parametrize(
    ("events", "command", "error"),
    [
        pytest.param([], approve(), errors.UnknownTrip, id="a trip never heard of"),
        pytest.param([settled()], approve(), errors.UnknownTrip, id="a trip only its settlement is known of"),
        pytest.param([requested()], approve(by="bent"), errors.OwnTrip, id="the reporter's own trip"),
        pytest.param([requested()], approve(by="dina"), errors.NotYourTrip, id="somebody else's to decide"),
        pytest.param([requested(2)], approve(1), errors.OtherRevision, id="an older revision"),
        pytest.param([requested(2)], approve(3), errors.OtherRevision, id="a newer revision"),
        pytest.param([requested(2)], approve(1, by="dina"), errors.NotYourTrip, id="a stranger learns no revision"),
        pytest.param([requested(), approved()], reject(), errors.AlreadyDecided, id="reject after approve"),
        pytest.param([requested(), rejected()], approve(), errors.AlreadyDecided, id="approve after reject"),
        pytest.param([requested(), rejected()], reject(comment="Nej"), errors.AlreadyDecided, id="another reason"),
        pytest.param(
            [requested(), approved()],
            approve(account="1234567890"),
            errors.AlreadyDecided,
            id="another account",
        ),
        pytest.param([requested(), settled()], approve(), errors.AlreadyDecided, id="settled meanwhile"),
        pytest.param(
            [requested(), rejected(), requested(2)],
            reject(),
            errors.OtherRevision,
            id="repeat of an old revision",
        ),
        pytest.param([requested()], reject(comment=" "), errors.CommentMissing, id="a rejection without a reason"),
        pytest.param([requested()], approve(account="123456789"), errors.BadAccount, id="nine digits"),
        pytest.param([requested()], approve(account="12345678901"), errors.BadAccount, id="eleven digits"),
        pytest.param([requested()], approve(account="123456789x"), errors.BadAccount, id="a letter"),
        pytest.param([requested()], approve(account="١٢٣٤٥٦٧٨٩٠"), errors.BadAccount, id="digits of another script"),
        pytest.param([requested()], reject(account="1234567890"), errors.BadAccount, id="an account on a rejection"),
    ],
)
def test_a_decision_is_refused_on(events, command, error):
    with pytest.raises(error):
        when(given(*events), command)


def test_another_approver_who_comes_second_is_told_that_it_is_decided():
    with pytest.raises(errors.AlreadyDecided):
        when(given(requested(), approved()), approve(by="carl"), ANNE_AND_CARL_DECIDE)


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (approved(), approve()),
        (approved(account="1234567890"), approve(account=" 1234567890 ")),
        (rejected(), reject()),
    ],
)
def test_the_same_decision_again_changes_nothing_even_when_settled_since_or_no_longer_leader(event, command):
    nobody = ANNE_DECIDES.__class__((), ANNE_DECIDES.reason)
    assert when(given(requested(), event), command) == []
    assert when(given(requested(), event, settled()), command, nobody) == []


def test_a_later_revision_waits_again_and_an_earlier_one_or_the_same_does_not():
    state = given(requested(2), rejected(2))
    assert list(decision.request(state, requested(3))) == [requested(3)]
    assert list(decision.request(state, requested(2))) == []
    assert list(decision.request(state, requested(1))) == []


def test_an_amendment_that_crossed_the_approval_waits_for_a_new_decision():
    state = given(requested(1), approved(1), requested(2))
    assert (state.status, state.revision, state.last) == (Status.AWAITING, 2, None)


def test_a_settlement_heard_of_before_the_trip_keeps_the_trip_from_waiting():
    assert list(decision.request(given(settled()), requested())) == []


def test_a_trip_is_settled_once():
    assert list(decision.close(given(requested(), approved()), settled())) == [settled()]
    assert list(decision.close(given(requested(), approved(), settled()), settled())) == []
