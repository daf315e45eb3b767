from datetime import date

import pytest

from payroll.domain.erasing import NotYet, Standing, check, kept_until

PAID = date(2026, 3, 31)
FREE = Standing(employed=False, unsettled_trips=0, last_settled=PAID)


def test_what_was_settled_is_kept_until_so_many_years_after_the_end_of_its_accounting_year():
    assert kept_until(date(2026, 1, 1), 5) == kept_until(date(2026, 12, 31), 5) == date(2032, 1, 1)


def test_a_person_may_be_erased_from_the_first_day_on_which_nothing_must_be_kept():
    check(FREE, date(2032, 1, 1), 5)
    with pytest.raises(NotYet) as refused:
        check(FREE, date(2031, 12, 31), 5)
    assert refused.value.code == "retention"


def test_whoever_was_never_paid_anything_may_be_erased_at_once():
    check(Standing(employed=False, unsettled_trips=0, last_settled=None), PAID, 5)


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(employed=True, unsettled_trips=1, last_settled=PAID), "still_employed"),
        (Standing(employed=False, unsettled_trips=1, last_settled=PAID), "unsettled_trips"),
    ],
)
def test_an_employment_and_an_unpaid_trip_come_before_the_time_of_keeping(standing, code):
    with pytest.raises(NotYet) as refused:
        check(standing, date(2099, 1, 1), 0)
    assert refused.value.code == code
