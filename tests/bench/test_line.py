"""The arithmetic behind the benchmarks of the line; how long anything takes is no matter of a test."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from bench.line.cpu import ticks_of
from bench.line.facts import Facts, Ledger, MeasuredRoute, amount_oere, expected, net_m, rate_on, route_key
from bench.line.latency import arrive, percentile
from bench.line.run import AFTER, LineRun
from bench.line.work import ROUTES_PER_PERSON, plan_month
from deploy.demo.municipality import snapshot
from deploy.demo.people import Employment, Person
from deploy.demo.trips import PlannedTrip
from payroll.domain import pricing

ROUTE = MeasuredRoute(10_004, 0, starts_at_home=False, ends_at_home=False, home_work_m=3_000, points=[], graph={})
RATE = {"rate_type": "car_high", "from": "2026-01-01", "to": None, "oere_per_km": 394}
DATES = [date(2026, 9, 1), date(2026, 9, 2)]


def driver(number="20001", unit="1"):
    return Person(f"person {number}", "Kaj", (Employment(f"job {number}", number, unit, "Sekretær", leader=False),))


def people():
    """The first five of the demo municipality, by number and unit."""
    jobs = [person["Employments"][0] for person in snapshot()["Persons"][:5]]
    return [driver(job["EmployeeNumber"], job["OrgUnitId"]) for job in jobs]


def test_a_trip_without_a_home_end_is_paid_whole_to_the_nearest_ten_metres():
    assert net_m(ROUTE, round_trip=False) == 10_000
    assert net_m(replace(ROUTE, driven_m=10_005), round_trip=False) == 10_010


def test_each_end_at_home_costs_the_commute_and_a_round_trip_has_both():
    from_home = replace(ROUTE, starts_at_home=True)
    assert net_m(from_home, round_trip=False) == 7_000
    assert net_m(from_home, round_trip=True) == 14_010


def test_no_trip_is_paid_less_than_nothing():
    assert net_m(replace(ROUTE, starts_at_home=True, home_work_m=99_000), round_trip=True) == 0


def test_the_amount_is_the_one_that_payroll_pays():
    for metres in (0, 10, 1_270, 9_990, 123_450):
        assert amount_oere(metres, 394) == pricing.amount_oere(metres, 394)


def test_of_the_rates_that_hold_the_one_that_began_last_counts():
    old, other = RATE | {"from": "2025-01-01", "oere_per_km": 381}, RATE | {"rate_type": "bicycle"}
    ended = RATE | {"from": "2026-05-01", "to": "2026-06-01", "oere_per_km": 999}
    assert rate_on([old, RATE, other, ended], "car_high", "2026-09-01") == RATE
    assert rate_on([old, RATE, other, ended], "car_high", "2025-12-31") == old


def test_the_expected_ledger_sums_every_trip_at_the_rate_of_its_day():
    body = {
        "employment_id": "job", "points": [{"text": "a"}, {"text": "b"}], "round_trip": False, "rate_type": "car_high",
        "driving_date": "2026-09-01",
    }  # fmt: skip
    facts = Facts([], [], [RATE], {route_key("job", body["points"]): ROUTE}, {})
    trips = [PlannedTrip(driver(), body), PlannedTrip(driver(), body | {"round_trip": True})]
    assert expected(facts, trips) == Ledger(2, 10_000 + 20_010, 3_940 + 7_884)
    assert expected(Facts.from_json(facts.to_json()), trips) == expected(facts, trips)


def test_the_same_seed_plans_the_same_month():
    first, again = (plan_month(people(), 40, "2026-09", DATES, "seed") for _ in range(2))
    assert first == again
    assert first != plan_month(people(), 40, "2026-09", DATES, "other")


def test_everybody_drives_the_same_few_routes_and_no_trip_comes_twice():
    month = plan_month(people(), 100, "2026-09", DATES, "seed")
    drivers = sum(not person.leads for person in people())
    known = {route_key(trip.body["employment_id"], trip.body["points"]) for trip in month.routes}
    assert len(month.routes) == ROUTES_PER_PERSON * drivers
    assert {route_key(trip.body["employment_id"], trip.body["points"]) for trip in month.trips} <= known
    assert len({trip.trip_id for trip in month.trips}) == 100


def test_the_rate_of_a_month_is_counted_to_the_file_and_its_cpu_to_the_end():
    run = LineRun(100, {"submit": 3.0, "file": 1.0, AFTER: 96.0}, {}, {"trips": 0.5, "postgresql": 0.25},
                  Ledger(100, 0, 0), b"")  # fmt: skip
    assert run.trips_per_s == 25
    assert run.cpu_ms_per_trip == 7.5


def test_the_time_of_a_process_is_read_past_a_name_with_blanks_and_brackets():
    assert ticks_of("7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 5 6") == 127


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)) == (50.0, 99.0, 7.0)


def test_arrivals_do_not_wait_for_the_answers_to_those_before():
    together = threading.Barrier(3)
    arrive([1, 2, 3], 1000, lambda _: together.wait(10))
    assert not together.broken


def test_an_arrival_that_fails_is_not_passed_over():
    with pytest.raises(ZeroDivisionError):
        arrive([1, 0], 1000, lambda one: 1 / one)
