"""What holds for every driving day, whatever is driven, by whatever policy, in however many employments."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.trips.tests.builders import GRAPH, HOME, NOON, SCHOOL, report
from trips.domain.deduction import FOUR_KM, POLICIES, SHARED_M, Commute
from trips.domain.driving_day import DayTrip, reckon_day, same_figures
from trips.domain.events import Graph
from trips.domain.quoting import Driven, draw
from trips.domain.settings import Terms
from trips.domain.sixty_day import CountedDay

POLICY_NAMES = sorted(POLICIES)
JOBS = {"e-1": 8_000, "e-2": 3_333}
DAY = date(2026, 3, 9)


@st.composite
def trips(draw_):
    starts = draw_(st.booleans())
    ends = draw_(st.booleans())
    over = {
        "employment_id": draw_(st.sampled_from(sorted(JOBS))),
        "round_trip": draw_(st.booleans()) and not (starts and ends),
        "without_extra": draw_(st.integers(0, 4)) == 0,
        "four_km": draw_(st.integers(0, 2)) == 0,
    }
    route_m = draw_(st.integers(0, 30_000))
    points = (HOME, SCHOOL, HOME) if starts and ends else (HOME, SCHOOL)
    legs = (route_m // 2, route_m - route_m // 2) if len(points) == 3 else (route_m,)
    way = Driven(points, route_m, legs, 0, starts, ends, Graph(**GRAPH))
    return report(**over), way, draw_(st.one_of(st.none(), st.integers(0, 30_000)))


@st.composite
def days(draw_):
    """Open trips of a day as they were measured, in the order in which they were reported."""
    terms = {job: draw_(st.sampled_from(POLICY_NAMES)) for job in JOBS}
    after, border_m = draw_(st.sampled_from(["unpaid", "taxable"])), draw_(st.integers(0, 5_000))
    found = []
    for number, (told, way, work_route_m) in enumerate(draw_(st.lists(trips(), max_size=6))):
        raw = draw(
            told, way, org_unit_id="u", terms=Terms(terms[told.employment_id], after_sixty_days=after),
            commute=Commute(JOBS[told.employment_id]), border_m=border_m, work_route_m=work_route_m, oere_per_km=394,
            name_of=str,
        )  # fmt: skip
        found.append(DayTrip(f"t{number}", told, raw, NOON + timedelta(minutes=number)))
    number = draw_(st.integers(58, 63))
    return found, {SCHOOL.address_id: CountedDay(DAY, SCHOOL.address_id, number, date(2025, 3, 9))}


def reckoned(day, counts):
    """The day with the figures it comes to; settled trips as they are."""
    quotes = reckon_day(day, POLICIES, counts)
    return [replace(one, quote=quotes.get(one.trip_id, one.quote)) for one in day]


def settled(day, *indices):
    return [replace(one, settled=one.settled or index in indices) for index, one in enumerate(day)]


def deducted_m(day, name):
    return sum(line.metres for one in day for line in one.quote.deductions if line.name == name)


@settings(max_examples=400, deadline=None)
@given(given_=days())
def test_nobody_is_paid_less_than_nothing_or_for_more_than_was_driven(given_):
    for one in reckoned(*given_):
        quote = one.quote
        assert 0 <= quote.taxable_m <= quote.net_m <= one.drive.gross_m + 5
        assert 0 <= sum(line.metres for line in quote.deductions) <= quote.gross_m <= one.drive.gross_m
        assert all(line.metres >= 0 for line in quote.deductions)


@settings(max_examples=400, deadline=None)
@given(given_=days())
def test_reckoning_a_day_again_changes_nothing(given_):
    once = reckoned(*given_)
    assert reckoned(once, given_[1]) == once


@settings(max_examples=400, deadline=None)
@given(given_=days(), data=st.data())
def test_four_kilometres_a_day_are_deducted_at_most_whatever_is_settled_and_added(given_, data):
    day, counts = given_
    cut = data.draw(st.integers(0, len(day)))
    paid = settled(reckoned(day[:cut], counts), *data.draw(st.sets(st.integers(0, max(0, cut - 1)))))
    assert deducted_m(reckoned([*paid, *day[cut:]], counts), FOUR_KM) <= SHARED_M


@settings(max_examples=400, deadline=None)
@given(given_=days(), data=st.data())
def test_no_settled_trip_ever_changes_and_settling_one_changes_no_other(given_, data):
    day, counts = given_
    before = reckoned(day, counts)
    some = data.draw(st.sets(st.integers(0, max(0, len(day) - 1))))
    paid = settled(before, *some)
    after = reckoned(paid, counts)
    assert all(one.quote is other.quote for one, other in zip(paid, after, strict=True) if one.settled)
    assert all(same_figures(one.quote, other.quote) for one, other in zip(before, after, strict=True))


@settings(max_examples=400, deadline=None)
@given(given_=days())
def test_a_trip_that_is_withdrawn_and_submitted_again_leaves_the_day_as_it_was(given_):
    day, counts = given_
    before = reckoned(day, counts)
    for index in range(len(day)):
        without = reckoned([*before[:index], *before[index + 1 :]], counts)
        assert reckoned([*without[:index], day[index], *without[index:]], counts) == before


@settings(max_examples=400, deadline=None)
@given(given_=days())
def test_the_order_of_unrelated_trips_does_not_matter(given_):
    """Trips of two employments share nothing but the four kilometres."""
    day, counts = given_
    unrelated = [one for one in day if not one.report.four_km]
    apart = sorted(unrelated, key=lambda one: one.report.employment_id, reverse=True)
    found = {one.trip_id: one.quote for one in reckoned(unrelated, counts)}
    assert {one.trip_id: one.quote for one in reckoned(apart, counts)} == found


@settings(max_examples=200, deadline=None)
@given(given_=days())
def test_a_preview_is_what_the_trip_then_comes_to(given_):
    """Both are the last of the day, reckoned by one function; nothing of the trips before it decides but the day."""
    day, counts = given_
    if not day:
        return
    *earlier, new = day
    promised = reckoned([*reckoned(earlier, counts), replace(new, trip_id="")], counts)[-1].quote
    assert reckoned([*reckoned(earlier, counts), new], counts)[-1].quote == promised


def test_the_predecessors_double_deduction_cannot_happen():
    """There, every edit of a day ran the four-km rule again without giving back what it had taken before: two trips of
    10 km lost 4 km, then 8 km, then 12 km. Here a day is always reckoned from what was measured.
    """
    told = report(employment_id="e-1", four_km=True)
    way = Driven((HOME, SCHOOL), 10_000, (10_000,), 0, False, False, Graph(**GRAPH))
    raw = draw(
        told, way, org_unit_id="u", terms=Terms("per_trip"), commute=Commute(8_000), border_m=0, work_route_m=None,
        oere_per_km=394, name_of=str,
    )  # fmt: skip
    day = [DayTrip(name, told, raw, NOON) for name in ("first", "second")]
    for _ in range(5):
        day = reckoned(day, {})
        assert [one.quote.net_m for one in day] == [6_000, 10_000]
        assert [one.quote.amount_oere for one in day] == [2_364, 3_940]
