from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.domain.accounts import Administrative
from payroll.domain.errors import (
    FiguresChanged,
    PeriodRefused,
    Problem,
    SourcesIncomplete,
    SourceWarning,
    TripsUnpayable,
)
from payroll.domain.opus import FileSettings
from payroll.domain.period import (
    ClosePeriod,
    Expected,
    Period,
    decide_closing,
    evolve,
    figures_of,
    is_month,
    open_periods,
)
from payroll.domain.settlement import TripSettled, settle
from services.payroll.tests.builders import NOON, a_basis, a_rate, a_trip, an_employment

TODAY = date(2026, 4, 7)
FILE = FileSettings(123, None, "utf-8")


def closing(period="2026-03", cut_off=NOON, expected=None):
    return ClosePeriod(period, cut_off, NOON, TODAY, FILE, expected=expected)


def settled(*trips, basis=None):
    return [settle(trip, basis or a_basis(), "2026-03", NOON) for trip in trips]


def test_a_trip_is_priced_by_its_driving_date_and_keeps_what_the_file_needs():
    basis = a_basis([a_rate(oere=381, valid_from=date(2025, 1, 1)), a_rate(oere=394)])
    (old,) = settled(a_trip(day=date(2025, 12, 31)), basis=basis)
    (new,) = settled(a_trip(day=date(2026, 1, 1)), basis=basis)
    assert (old.oere_per_km, old.amount_oere) == (381, 4_702)
    assert (new.oere_per_km, new.amount_oere) == (394, 4_862)
    assert (new.employee_number, new.employment_type, new.extra_digit, new.pay_code) == ("10", 1, 0, "3101")


@pytest.mark.parametrize(
    ("trip", "code"),
    [
        (a_trip(day=date(2025, 12, 31)), "no_rate"),
        (a_trip(rate_type="trailer"), "no_rate"),
        (a_trip(employment_id="other"), "unknown_employment"),
        (a_trip(account="123"), "bad_account"),
        (a_trip(account=""), "bad_account"),
    ],
)
def test_a_trip_that_cannot_be_paid_says_why(trip, code):
    assert settled(trip) == [Problem("t-1", code)]


def test_the_administrative_account_is_for_covered_cost_centres_without_a_chosen_account():
    administrative = Administrative("123", "0000000001")
    accounts = []
    for chosen, cost_centre in ((None, "1234"), ("9999999999", "1234"), (None, "4123"), (None, None)):
        basis = a_basis(employments=[an_employment(cost_centre=cost_centre)], administrative=administrative)
        accounts.append(settled(a_trip(account=chosen), basis=basis)[0].account)
    assert accounts == ["0000000001", "9999999999", None, None]
    (covered_by_nothing,) = settled(a_trip(), basis=a_basis(administrative=Administrative("", "0000000001")))
    assert covered_by_nothing.account is None


def test_a_closed_period_decides_nothing_when_it_is_closed_again():
    (closed,) = decide_closing(Period(), closing(), settled(a_trip()))
    again = evolve(Period(), closed)
    assert again.closed == closed
    assert decide_closing(again, closing(), settled(a_trip("t-2"))) == []


def test_one_trip_that_cannot_be_paid_refuses_the_whole_closing():
    with pytest.raises(TripsUnpayable) as refused:
        decide_closing(Period(), closing(), settled(a_trip(), a_trip("t-2", rate_type="x")))
    assert refused.value.details == {"problems": [{"trip_id": "t-2", "code": "no_rate"}]}


def test_a_period_may_be_empty():
    (closed,) = decide_closing(Period(), closing(), [])
    assert (closed.figures.trip_count, closed.figures.line_count, closed.figures.amount_oere) == (0, 0, 0)


@pytest.mark.parametrize("period", ["2026-05", "2027-01", "2026-00", "2026-13", "2026-3", "26-03", "", "2026-03\n"])
def test_only_a_month_that_has_begun_is_closed(period):
    with pytest.raises(PeriodRefused):
        decide_closing(Period(), closing(period), [])


@pytest.mark.parametrize("period", ["1999-01", "0000-01", "2026-01"])
def test_the_first_period_is_one_of_the_last_three_months(period):
    with pytest.raises(PeriodRefused) as refused:
        decide_closing(Period(), closing(period), [])
    assert refused.value.code == "period_too_early"
    assert decide_closing(Period(), closing("2026-02"), [])


@pytest.mark.parametrize("period", ["1999-01", "2026-01", "2026-02"])
def test_a_month_before_one_that_is_closed_is_closed_no_more_and_the_sentence_says_where_its_trips_are(period):
    with pytest.raises(
        PeriodRefused, match="its trips are paid in 2026-02, or in the period that is closed next"
    ) as no:
        decide_closing(Period(), replace(closing(period), last_closed="2026-02"), [])
    assert no.value.code == "later_period_closed"
    assert decide_closing(Period(), replace(closing("2026-03"), last_closed="2026-02"), [])


@given(
    st.sampled_from([None, "2025-08", "2025-12", "2026-03", "2026-04"]), st.dates(date(2024, 1, 1), date(2027, 1, 1))
)
def test_what_is_listed_as_open_is_exactly_what_can_be_closed(last, day):
    period = f"{day:%Y-%m}"
    command = replace(closing(period), last_closed=last)
    if period in open_periods(last, TODAY):
        assert decide_closing(Period(), command, [])
    else:
        with pytest.raises(PeriodRefused):
            decide_closing(Period(), command, [])


def test_what_is_halted_or_held_must_be_accepted_and_stands_with_the_period():
    stopped = (SourceWarning("trips", "halted"), SourceWarning("approval", "held", 2))
    command = replace(closing(), warnings=stopped)
    with pytest.raises(SourcesIncomplete) as refused:
        decide_closing(Period(), command, [])
    assert [one["kind"] for one in refused.value.details["warnings"]] == ["halted", "held"]
    (closed,) = decide_closing(Period(), replace(command, accept_incomplete=True), [])
    assert closed.warnings == stopped


def test_what_is_on_its_way_is_a_warning_and_no_hindrance():
    (closed,) = decide_closing(Period(), replace(closing(), warnings=(SourceWarning("trips", "behind", 3),)), [])
    assert closed.warnings == (SourceWarning("trips", "behind", 3),)


def test_the_current_month_may_be_closed_and_a_future_cut_off_not():
    assert decide_closing(Period(), closing("2026-04"), [])
    with pytest.raises(PeriodRefused):
        decide_closing(Period(), closing(cut_off=NOON + timedelta(microseconds=1)), [])


def test_figures_that_are_not_those_seen_refuse_the_closing():
    outcomes = settled(a_trip())
    assert decide_closing(Period(), closing(expected=Expected(1, 4_862)), outcomes)
    for seen in (Expected(2, 4_862), Expected(1, 4_861)):
        with pytest.raises(FiguresChanged):
            decide_closing(Period(), closing(expected=seen), outcomes)


@given(
    st.lists(st.tuples(st.integers(0, 200_000), st.sampled_from(["car_high", "trailer"]), st.booleans()), max_size=20)
)
def test_the_sums_are_those_of_the_trips(trips):
    basis = a_basis([a_rate(), a_rate("trailer", 50, pay_code="3104", second="3109")])
    outcomes = settled(
        *(
            replace(a_trip(f"t-{i}", net_m, rate_type=type_), trailer=trailer)
            for i, (net_m, type_, trailer) in enumerate(trips)
        ),
        basis=basis,
    )
    figures = figures_of(outcomes)
    assert figures.trip_count == len(trips)
    assert figures.net_m == sum(net_m for net_m, _, _ in trips)
    assert figures.amount_oere == sum(item.amount_oere for item in outcomes)
    assert sum(one.amount_oere for one in figures.pay_codes) == figures.amount_oere
    firsts = [one for one in figures.pay_codes if one.pay_code != "3109"]
    assert sum(one.net_m for one in firsts) == figures.net_m
    assert all(isinstance(item, TripSettled) for item in outcomes)


def test_the_months_that_can_be_closed_follow_the_last_closed_one():
    assert open_periods(None, date(2026, 1, 15)) == ["2026-01", "2025-12", "2025-11"]
    assert open_periods("2025-11", date(2026, 1, 15)) == ["2026-01", "2025-12"]
    assert open_periods("2026-01", date(2026, 1, 15)) == []
    assert open_periods("2026-02", date(2026, 1, 15)) == []


@given(st.text(alphabet="0123456789-", max_size=8))
def test_a_month_is_four_digits_a_hyphen_and_two(text):
    year, _, month = text.partition("-")
    assert is_month(text) == (len(year) == 4 and year.isdigit() and len(month) == 2 and month in MONTHS)


MONTHS = [f"{month:02d}" for month in range(1, 13)]
