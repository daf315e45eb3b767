"""What others tell of a trip that is reported: decisions, payments, answers, and what cannot be read."""

import pytest

from chassis.errors import Unreadable
from services.trips.tests.builders import HALL, HOME, SCHOOL, TRIP, asked, report
from trips.domain.trip import Status

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


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


def test_the_list_shows_the_revision_that_was_paid_whatever_was_made_of_the_trip_meanwhile(school):
    from datetime import date

    from trips.projections.tables import trip_list

    def row():
        with school.reading() as conn:
            return conn.execute(trip_list.select()).one()

    school.report()
    school.routing_answers()
    first = row()
    school.amend(driving_date=date(2026, 3, 8), purpose="Andet", points=asked(SCHOOL.text, HALL.text))
    school.routing_answers()
    assert row().driving_date == "2026-03-08"
    school.settle()
    paid = row()
    changed = {"status": "settled", "period": "2026-03"}
    assert paid._mapping == {**first._mapping, **changed}
    words = school.call("GET", f"/api/v1/trips/{TRIP}/history", "bent").json["items"][-1]["words"]["da"]
    assert words == "Den udgave af turen, der er udbetalt, gælder. Det, der siden blev rettet, bortfalder."
    head = school.app.store.read_log(0, 1).head
    school.settle()
    assert school.app.store.read_log(0, 1).head == head


def test_a_paid_trip_that_was_reckoned_anew_meanwhile_does_not_say_that_its_driver_changed_it(school):
    school.set_policy(deduction="per_day")
    school.report()
    school.routing_answers()
    for number, purpose in enumerate(("Hjem igen", "Hjem en gang til")):
        back = asked(SCHOOL.text, HOME.text)
        school.report(f"{number}b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11", points=back, purpose=purpose)
        school.routing_answers()
    first = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"
    assert school.trip(first).revision == 2
    school.settle(first)
    words = school.call("GET", f"/api/v1/trips/{first}/history", "bent").json["items"][-1]["words"]
    assert words["da"] == "Den udgave af turen, der er udbetalt, gælder. Den nyere beregning bortfalder."
    assert words["en"] == "The trip stands as it was paid. The newer calculation is dropped."


def test_a_trip_that_is_rejected_and_reported_anew_in_one_page_of_the_log_is_not_shown_as_rejected(school):
    from chassis.store import Context
    from trips.application.hearing import trip_decided
    from trips.application.reporting import AmendTrip, amend_trip
    from trips.domain.events import TripRejected
    from trips.projections.tables import trip_list

    school.report()
    school.routing_answers()
    no = TripRejected(1, "dina", school.now, "leader", None)
    store, rules = school.app.store, school.app.rules
    store.execute(Context("approval"), lambda uow: trip_decided(uow, rules, TRIP, no))
    again = AmendTrip(TRIP, "bent", report(purpose="Igen"))
    store.execute(Context("bent"), lambda uow: amend_trip(uow, rules, again))
    school.app.projections.run_to_head()
    with school.reading() as conn:
        assert conn.execute(trip_list.select()).one().status == "submitted"
