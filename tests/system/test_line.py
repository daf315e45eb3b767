"""One trip through all four services, from the organisation to the payroll file, in both ways of running them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.clock import local_date, utc_now
from deploy.client import CallFailed, program
from deploy.demo import arrival, line
from deploy.demo.municipality import snapshot
from deploy.demo.trips import TripPlanner, workdays_before
from deploy.month.check import Published, differences, payables

PATIENCE_S = 60


@pytest.fixture
def trip(running, request):
    return drawn(running, request.node.nodeid)


def drawn(running, seed, part="employee"):
    """A trip of one of the cast that nobody has reported yet, and that is paid."""
    planner = TripPlanner(f"{seed} {utc_now().isoformat()}", workdays_before(local_date(utc_now()), 14))
    return planner.plan_paid(running.cast[part])


def approve(_item):
    return {"decision": "approve"}


def approve_all(running, trips):
    ids = [trip.trip_id for trip in trips]
    assert sorted(line.wait_measured(running.system, ids, PATIENCE_S)) == sorted(ids)
    leaders = [person for person in running.people if person.leads]
    list(line.decide_all(running.system, leaders, ids, approve, PATIENCE_S))
    line.wait_until_known(running.system, "approval", ("payroll", "trips"), PATIENCE_S)


def published(running):
    api = running.system.acting_as(program("integration"))
    return Published(*(list(api.feed(service)) for service in ("trips", "approval", "payroll")))


def close_next(running):
    officer = running.cast["payroll"]
    period = line.next_period(running.system, officer)
    closed = line.close(running.system, officer, period)
    line.wait_until_known(running.system, "payroll", ("trips", "approval"), PATIENCE_S)
    return closed, line.fetch_file(running.system, officer, period)


def test_a_trip_goes_from_the_organisation_to_the_payroll_file(running, trip):
    accepted = line.report(running.system, trip)
    assert accepted["trip_id"] == trip.trip_id
    approve_all(running, [trip])
    closed, file = close_next(running)

    shown = running.acting_as("employee").get(f"/trips/api/v1/trips/{trip.trip_id}")
    assert shown["status"] == "settled"
    assert shown["settlement"]["period"] == closed["period"]
    assert shown["settlement"]["net_m"] == shown["quote"]["net_m"]
    number = trip.person.employments[0].employee_number
    cpr = next(p["CPR"] for p in snapshot()["Persons"] if p["Employments"][0]["EmployeeNumber"] == number)
    assert cpr in file.decode()
    everything = published(running)
    assert differences(payables(everything, closed["period"]), everything, closed, file) == []


def test_the_same_report_twice_is_one_trip(running, trip):
    first, second = line.report(running.system, trip), line.report(running.system, trip)
    assert first["trip_id"] == second["trip_id"]
    history = running.acting_as("employee").get(f"/trips/api/v1/trips/{trip.trip_id}/history")
    assert sum(entry["type"] == "trip-reported" for entry in history["items"]) == 1


def test_the_same_snapshot_twice_publishes_nothing(running):
    api = running.system.acting_as(program("integration"))
    before = api.head("payroll")
    arrival.import_organisation(running.system)
    assert api.head("payroll") == before


def test_an_empty_snapshot_and_one_that_ends_many_people_are_refused(running):
    api = running.system.acting_as(program("integration"))
    before = api.head("payroll")
    for broken in ({"OrgUnits": [], "Persons": []}, {**snapshot(), "Persons": snapshot()["Persons"][:150]}):
        with pytest.raises(CallFailed) as refusal:
            api.put("/payroll/api/v1/organisation", broken)
        assert refusal.value.status == 422
    assert api.head("payroll") == before


def test_closing_from_two_places_at_once_settles_once(running):
    trips = [drawn(running, f"twice {index}") for index in range(5)]
    for trip in trips:
        line.report(running.system, trip)
    approve_all(running, trips)
    period = line.next_period(running.system, running.cast["payroll"])

    def close(_index):
        try:
            running.acting_as("payroll").post(f"/payroll/api/v1/periods/{period}/close", {})
        except CallFailed as error:
            return error.status
        return 200

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(close, range(4)))
    assert {200} <= answers <= {200, 409}
    settled = [e for e in published(running).payroll if e["type"] == "trip-settled" and e["data"]["period"] == period]
    assert sorted(e["subject"] for e in settled) == sorted(trip.trip_id for trip in trips)
    assert sum(e["type"] == "period-closed" and e["subject"] == period for e in published(running).payroll) == 1


def test_a_file_asked_for_again_is_the_same_bytes(running):
    officer = running.acting_as("payroll")
    closed = [p["period"] for p in officer.items("/payroll/api/v1/periods") if p.get("closed_at")]
    path = f"/payroll/api/v1/periods/{closed[0]}/files/opus"
    assert officer.get_bytes(path) == officer.get_bytes(path)


def test_nobody_decides_a_trip_that_is_not_theirs(running, trip):
    line.report(running.system, trip)
    list(line.wait_measured(running.system, [trip.trip_id], PATIENCE_S))
    line.wait_until_known(running.system, "trips", ("approval",), PATIENCE_S)
    decision = {"decisions": [{"trip_id": trip.trip_id, "revision": 1, "decision": "approve"}]}
    stranger = next(p for p in running.people if p.leads and p != running.cast["leader"])
    for person in (running.cast["employee"], stranger):
        answer = running.system.acting_as(person.identity).post("/approval/api/v1/decisions", decision)
        assert answer["items"][0]["outcome"] == "refused"
        assert answer["items"][0]["problem"]["status"] in (403, 404)
    stale = {"decisions": [{"trip_id": trip.trip_id, "revision": 2, "decision": "approve"}]}
    answer = running.acting_as("leader").post("/approval/api/v1/decisions", stale)
    assert answer["items"][0]["problem"]["status"] == 409


def test_a_leaders_own_trip_climbs_to_the_next_level(running):
    leader, trip = running.cast["leader"], drawn(running, "climb", "leader")
    line.report(running.system, trip)
    list(line.wait_measured(running.system, [trip.trip_id], PATIENCE_S))
    above = next(p for p in running.people if p.leads and p.employments[0].org_unit_id == "31")
    assert list(line.decide_all(running.system, [above], [trip.trip_id], approve, PATIENCE_S)) == [trip.trip_id]
    own = running.system.acting_as(leader.identity).items("/approval/api/v1/inbox")
    assert all(item["trip_id"] != trip.trip_id for item in own)
