"""Day 61 between home and one workplace within 12 months is private."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trips.domain.sixty_day import Day, sixty_day_account, window_start

MONDAY = date(2026, 1, 5)
PLACES = ["hall", "school", "site"]
legs = st.frozensets(st.sampled_from(PLACES))
some_days = st.lists(
    st.builds(
        lambda after, home, more: Day(MONDAY + timedelta(days=after), home, home | more),
        st.integers(0, 500),
        legs,
        legs,
    ),
    max_size=150,
)


def home_and(place, first, count):
    return [Day(first + timedelta(days=index), frozenset([place]), frozenset([place])) for index in range(count)]


def numbers(days, place="hall"):
    return [one.day_number for one in sixty_day_account(days) if one.workplace == place]


@given(some_days, st.randoms(use_true_random=False))
def test_the_order_in_which_days_are_told_does_not_matter(days, random):
    shuffled = days[:]
    random.shuffle(shuffled)
    assert sixty_day_account(shuffled) == sixty_day_account(days)


@given(some_days)
def test_a_day_told_twice_counts_once(days):
    assert sixty_day_account([*days, *days]) == sixty_day_account(days)


@given(some_days)
def test_every_home_leg_is_in_the_account_once_and_each_number_fits_its_window(days):
    account = sixty_day_account(days)
    told = {(day.on, place) for day in days for place in day.home_legs}
    assert [(one.on, one.workplace) for one in account] == sorted(told)
    for one in account:
        within = [
            other for other in account if other.workplace == one.workplace and one.window_from <= other.on <= one.on
        ]
        assert 1 <= one.day_number <= len(within)
        assert one.tax_free == (one.day_number <= 60)


@given(some_days, st.lists(st.integers(0, 500), max_size=40))
def test_sick_days_and_holidays_neither_count_nor_break(days, off):
    idle = [Day(MONDAY + timedelta(days=after)) for after in off]
    assert sixty_day_account([*days, *idle]) == sixty_day_account(days)


@given(some_days)
def test_another_workplace_changes_a_count_only_by_starting_it_anew(days):
    """Driving to one workplace never makes another's number higher."""
    alone = [Day(day.on, day.home_legs & {"hall"}, day.worked_at & {"hall"}) for day in days]
    assert all(here <= there for here, there in zip(numbers(days), numbers(alone), strict=True))


def test_a_private_day_counts_too_so_the_account_does_not_mend_by_itself():
    assert numbers(home_and("hall", MONDAY, 62))[-2:] == [61, 62]


def test_sixty_days_elsewhere_begin_a_new_count_and_fifty_nine_do_not():
    used = home_and("hall", MONDAY, 60)
    for elsewhere, number in ((59, 61), (60, 1)):
        away = home_and("school", MONDAY + timedelta(days=60), elsewhere)
        back = home_and("hall", MONDAY + timedelta(days=60 + elsewhere), 1)
        assert numbers(used + away + back)[-1] == number


def test_work_at_the_place_in_the_middle_of_a_day_does_not_break_the_days_elsewhere():
    used = home_and("hall", MONDAY, 1)
    away = [
        Day(MONDAY + timedelta(days=1 + index), frozenset(["school"]), frozenset(["school", "hall"]))
        for index in range(60)
    ]
    assert numbers(used + away + home_and("hall", MONDAY + timedelta(days=61), 1)) == [1, 1]


def test_the_window_begins_on_the_date_a_year_before_and_the_29th_of_february_goes_back_to_the_28th():
    assert window_start(date(2026, 3, 3)) == date(2025, 3, 3)
    assert window_start(date(2028, 2, 29)) == date(2027, 2, 28)
    first, later = home_and("hall", date(2025, 3, 3), 1), home_and("hall", date(2026, 3, 3), 1)
    assert numbers(first + later) == [1, 2]
    assert numbers(first + home_and("hall", date(2026, 3, 4), 1)) == [1, 1]
