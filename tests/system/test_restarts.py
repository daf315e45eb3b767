"""Services come and go in the middle of the line, and nothing is lost or paid twice."""

import pytest

from chassis.clock import local_date, utc_now
from deploy.demo import line
from deploy.month.check import differences, payables
from tests.system.test_line import PATIENCE_S, approve, close_next, drawn, published

pytestmark = [pytest.mark.slow]


def reported(running, count):
    trips = [drawn(running, f"restart {index}") for index in range(count)]
    for trip in trips:
        line.report(running.system, trip)
    return [trip.trip_id for trip in trips]


def measured(running, ids):
    assert sorted(line.wait_measured(running.system, ids, PATIENCE_S)) == sorted(ids)


def decided(running, ids):
    leaders = [person for person in running.people if person.leads]
    assert sorted(line.decide_all(running.system, leaders, ids, approve, PATIENCE_S)) == sorted(ids)


def statuses(running, ids):
    return {running.acting_as("employee").get(f"/trips/api/v1/trips/{trip_id}")["status"] for trip_id in ids}


def test_each_service_is_stopped_and_started_in_the_middle_of_the_line(distributed):
    """Each is down while its neighbours work; payroll is killed outright, the others end by SIGTERM, cleanly."""
    outside = distributed.outside
    assert outside.stop("routing") == [0]
    ids = reported(distributed, 10)
    outside.start("routing")
    measured(distributed, ids[:5])
    assert outside.stop("trips") == [0]
    outside.start("trips")
    measured(distributed, ids)
    outside.kill("payroll")
    decided(distributed, ids)
    assert outside.stop("approval") == [0]
    outside.start("approval", "payroll")
    line.wait_until_known(distributed.system, "approval", ("payroll", "trips"), PATIENCE_S)
    closed, file = close_next(distributed)
    everything = published(distributed)
    assert differences(payables(everything, closed["period"]), everything, closed, file) == []
    assert statuses(distributed, ids) == {"settled"}


def test_a_trip_is_accepted_while_routing_is_down_and_completed_when_it_is_back(distributed):
    outside = distributed.outside
    outside.stop("routing")
    trip = drawn(distributed, "routing down")
    assert line.report(distributed.system, trip)["status"] == "measuring"
    shown = distributed.acting_as("employee").get(f"/trips/api/v1/trips/{trip.trip_id}")
    assert shown["status"] == "measuring"
    outside.start("routing")
    measured(distributed, [trip.trip_id])
    shown = distributed.acting_as("employee").get(f"/trips/api/v1/trips/{trip.trip_id}")
    assert shown["status"] == "submitted"
    assert shown["quote"]["gross_m"] > 0


def test_approval_goes_on_while_payroll_is_down(distributed):
    ids = reported(distributed, 2)
    measured(distributed, ids)
    distributed.outside.stop("payroll")
    decided(distributed, ids)
    distributed.outside.start("payroll")
    line.wait_until_known(distributed.system, "approval", ("payroll", "trips"), PATIENCE_S)
    assert statuses(distributed, ids) == {"approved"}


def test_the_embedded_system_stops_cleanly_in_the_middle_and_keeps_everything(embedded):
    ids = reported(embedded, 5)
    assert embedded.outside.stop() == 0
    embedded.outside.start()
    assert embedded.outside.output().count("moving 200 people in") == 1
    measured(embedded, ids)
    decided(embedded, ids)
    line.wait_until_known(embedded.system, "approval", ("payroll", "trips"), PATIENCE_S)
    assert statuses(embedded, ids) == {"approved"}


def test_the_embedded_system_killed_outright_loses_nothing_it_had_accepted(embedded):
    ids = reported(embedded, 5)
    embedded.outside.kill()
    embedded.outside.start()
    measured(embedded, ids)
    shown = embedded.acting_as("employee").get(f"/trips/api/v1/trips/{ids[0]}")
    assert shown["driving_date"] <= local_date(utc_now()).isoformat()
