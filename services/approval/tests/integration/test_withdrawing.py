"""A trip is taken back, or changes, while it waits or after it was decided."""

import pytest

from services.approval.tests.contract.scenarios import TRIP, populate

SUBMITTED = {"trip_id": TRIP, "person_id": "p-1017", "org_unit_id": "u-12"}


@pytest.fixture
def hall(world):
    populate(world)
    world.submit(SUBMITTED)
    return world


def outcome(world, revision=1):
    answer = world.decide("p-1003", {"trip_id": TRIP, "revision": revision})
    [one] = answer.json["items"]
    return one


def test_a_withdrawn_trip_waits_for_nobody_and_cannot_be_decided(hall):
    hall.withdraw(TRIP)
    assert hall.inbox("p-1003")["items"] == []
    assert outcome(hall)["outcome"] == "refused"
    assert hall.published() == []


def test_a_trip_reported_anew_after_it_was_taken_back_waits_again(hall):
    hall.withdraw(TRIP)
    hall.submit({**SUBMITTED, "revision": 2})
    assert [item["revision"] for item in hall.inbox("p-1003")["items"]] == [2]
    assert outcome(hall, 2)["outcome"] == "approved"


def test_an_approved_trip_whose_figures_change_waits_again_and_its_older_revision_is_stale(hall):
    assert outcome(hall)["outcome"] == "approved"
    hall.submit({**SUBMITTED, "revision": 2})
    assert outcome(hall)["problem"]["code"] == "other_revision"
    assert [item["revision"] for item in hall.inbox("p-1003")["items"]] == [2]


def test_a_withdrawal_of_an_older_revision_takes_nothing_back(hall):
    hall.submit({**SUBMITTED, "revision": 2})
    hall.withdraw(TRIP, revision=1)
    assert outcome(hall, 2)["outcome"] == "approved"
