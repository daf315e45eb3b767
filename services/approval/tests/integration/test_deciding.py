"""Decisions on a real store: what is stored, what is published, and that it counts once."""

import pytest

from approval import application
from approval.domain import errors
from approval.domain.decision import Decide, Verdict
from chassis.errors import Rejected, Unreadable
from chassis.store import Context, VersionConflict
from services.approval.tests.builders import TRIP

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


def decide(world, by, verdict=Verdict.APPROVE, revision=1, trip_id=TRIP, key=None, **over):
    command = Decide(trip_id, revision, verdict, by, **over)
    return application.decide(world.app, Context(by, key), command)


def test_an_approval_is_published_with_who_decided_when_and_in_what_capacity(school):
    school.submit()
    decide(school, "dina", account="1234567890", comment="Projekt 12")
    (event,) = school.published()
    assert (event.type, event.subject) == ("trip-approved", TRIP)
    assert event.data == {
        "trip_id": TRIP,
        "revision": 1,
        "person_id": "bent",
        "decided_by": "dina",
        "decided_at": "2026-03-10T11:00:00.000000Z",
        "decided_as": "leader",
        "comment": "Projekt 12",
        "account": "1234567890",
    }


def test_a_rejection_is_published_with_its_reason(school):
    school.submit()
    decide(school, "dina", Verdict.REJECT, comment="Ruten går en omvej")
    (event,) = school.published()
    assert (event.type, event.data["comment"], "account" in event.data) == (
        "trip-rejected",
        "Ruten går en omvej",
        False,
    )


def test_a_leaders_own_trip_is_decided_by_the_leader_above(school):
    school.submit({"person_id": "dina"})
    with pytest.raises(errors.OwnTrip):
        decide(school, "dina")
    decide(school, "anne")
    assert school.published()[0].data["decided_as"] == "leader_of_parent"


def test_who_may_decide_follows_the_organisation_as_it_is_now(school):
    school.submit()
    school.employee("dina", ("school", True, "2020-01-01", "2026-03-10"))
    school.employee("carl", ("school", True))
    with pytest.raises(errors.NotYourTrip):
        decide(school, "dina")
    decide(school, "carl")


def test_a_leader_reported_as_having_left_decides_nothing_whatever_the_employments_say(school):
    school.submit()
    school.employee("dina", ("school", True), active=False)
    with pytest.raises(errors.NotYourTrip):
        decide(school, "dina")
    decide(school, "anne")


def test_a_leader_stops_deciding_at_midnight_without_anything_being_told(school):
    school.employee("dina", ("school", True, "2020-01-01", "2026-03-11"))
    school.submit({}, {"trip_id": OTHER})
    decide(school, "dina")
    school.now = school.now.replace(day=10, hour=23)  # midnight in Denmark
    with pytest.raises(errors.NotYourTrip):
        decide(school, "dina", trip_id=OTHER)


def test_the_same_decision_again_answers_the_same_and_publishes_nothing_more(school):
    school.submit()
    first = decide(school, "dina")
    again = decide(school, "dina")
    assert first.value == again.value == {"trip_id": TRIP, "outcome": "approved"}
    assert len(school.published()) == 1


def test_a_repeated_request_is_recognised_by_its_key(school):
    school.submit()
    first = decide(school, "dina", key="k1")
    again = decide(school, "dina", key="k1")
    assert (again.repeated, again.position) == (True, first.position)


def test_the_key_of_an_approval_does_not_answer_for_a_rejection(school):
    school.submit()
    decide(school, "dina", key="k1")
    with pytest.raises(errors.AlreadyDecided):
        decide(school, "dina", Verdict.REJECT, comment="Nej", key="k1")


@pytest.mark.parametrize("over", [{"account": "1234567890"}, {"comment": "Godt"}])
def test_a_key_used_again_with_another_account_or_comment_does_not_answer_for_the_first_decision(school, over):
    school.submit()
    decide(school, "dina", key="k1")
    with pytest.raises(Rejected):
        decide(school, "dina", key="k1", **over)
    assert len(school.published()) == 1


def test_an_older_revision_cannot_be_approved_and_nothing_is_stored(school):
    school.submit()
    school.submit({"revision": 2, "purpose": "Møde"})
    head = school.app.store.read_log(0, 1).head
    with pytest.raises(errors.OtherRevision):
        decide(school, "dina", revision=1)
    assert school.app.store.read_log(0, 1).head == head
    decide(school, "dina", revision=2)


def test_of_several_decisions_each_stands_or_falls_alone(school):
    school.submit({}, {"trip_id": OTHER, "person_id": "dina"})
    commands = [Decide(one, 1, Verdict.APPROVE, "dina") for one in (OTHER, TRIP, "unheard-of")]
    own, good, unknown = application.decide_all(school.app, Context("dina"), commands)
    assert (own.refused.code, good.refused, unknown.refused.code) == ("own_trip", None, "unknown_trip")
    assert [event.subject for event in school.published()] == [TRIP]


def test_one_decision_said_twice_in_a_request_counts_once_and_another_one_is_refused(school):
    school.submit()
    approve, reject = (Decide(TRIP, 1, verdict, "dina", comment="x") for verdict in Verdict)
    first, again, other = application.decide_all(school.app, Context("dina"), [approve, approve, reject])
    assert (first.refused, again.refused, other.refused.code) == (None, None, "already_decided")
    assert len(school.published()) == 1


def test_decisions_that_meet_somebody_elses_are_taken_one_by_one(school, monkeypatch):
    """What cannot be stored together is not given up: each is decided on what stands then."""
    school.submit({}, {"trip_id": OTHER, "person_id": "dina"})
    execute, tried = school.app.store.execute, []

    def meets_another_at_first(context, work):
        tried.append(work)
        if len(tried) == 1:
            raise VersionConflict("version_conflict", "somebody else decided")
        return execute(context, work)

    monkeypatch.setattr(school.app.store, "execute", meets_another_at_first)
    commands = [Decide(one, 1, Verdict.APPROVE, "dina") for one in (OTHER, TRIP)]
    own, good = application.decide_all(school.app, Context("dina"), commands)
    assert (own.refused.code, good.refused, len(tried)) == ("own_trip", None, 3)
    assert [event.subject for event in school.published()] == [TRIP]


def test_a_settled_trip_is_not_decided_again(school):
    school.submit()
    decide(school, "dina")
    school.settle(TRIP)
    with pytest.raises(errors.AlreadyDecided):
        decide(school, "dina", Verdict.REJECT, comment="Fortrudt")


def test_a_settlement_that_comes_before_the_trip_leaves_nothing_to_decide(school):
    school.settle(TRIP)
    school.submit()
    with pytest.raises(errors.UnknownTrip):
        decide(school, "dina")


def test_a_trip_told_before_its_organisation_can_be_decided_once_that_is_known(world):
    world.submit()
    with pytest.raises(errors.NotYourTrip):
        decide(world, "dina")
    world.employee("dina", ("school", True))
    world.unit("school")
    decide(world, "dina")


def test_the_trail_of_a_decision_leads_back_to_the_trips_event(school):
    school.submit()
    (recorded,) = school.app.store.read_stream(f"decision-{TRIP}")
    assert (recorded.meta.causation_id, recorded.meta.correlation_id) == ("trips-1", "c-trips-1")


@pytest.mark.parametrize(
    ("source", "type_", "data"),
    [
        ("trips", "trip-submitted", {"trip_id": TRIP}),
        ("trips", "trip-submitted", {"trip_id": TRIP, "revision": 0}),
        ("payroll", "employee-changed", {"person_id": "bent", "name": "Bent", "active": "yes", "employments": []}),
        ("payroll", "org-unit-changed", {"org_unit_id": "hall"}),
        ("payroll", "trip-settled", {"trip_id": TRIP, "revision": "one", "settled_at": "today"}),
    ],
)
def test_an_event_that_does_not_fit_is_unreadable_and_leaves_nothing_behind(world, source, type_, data):
    with pytest.raises(Unreadable):
        world.tell(source, type_, data)
    assert world.app.store.read_log(0, 1).head == 0
