from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from payroll.domain.errors import BadCode, NoRate
from payroll.domain.pricing import amount_oere
from payroll.domain.rates import RateSet, RateType, decide, evolve, rate_on, table
from services.payroll.tests.builders import a_rate

OLD, NEW = a_rate(oere=381, valid_from=date(2025, 1, 1)), a_rate(oere=394, valid_from=date(2026, 1, 1))


def test_a_rate_holds_until_a_later_one_begins():
    types = table([OLD, NEW])
    assert rate_on(types, "car_high", date(2025, 12, 31)) == OLD
    assert rate_on(types, "car_high", date(2026, 1, 1)) == NEW


def test_the_first_day_after_a_rate_has_none():
    ended = a_rate(valid_to=date(2027, 1, 1))
    assert rate_on(table([ended]), "car_high", date(2026, 12, 31)) == ended
    for day in (date(2027, 1, 1), date(2025, 12, 31)):
        with pytest.raises(NoRate):
            rate_on(table([ended]), "car_high", day)


def test_an_earlier_rate_holds_again_after_one_that_was_set_for_a_while():
    meanwhile = a_rate(oere=400, valid_from=date(2026, 3, 1), valid_to=date(2026, 4, 1))
    types = table([meanwhile, NEW])
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [rate_on(types, "car_high", day).oere_per_km for day in days] == [394, 400, 400, 394]


def test_a_rate_with_the_same_first_day_takes_the_place_of_the_other():
    corrected = a_rate(oere=395)
    assert evolve(evolve(RateType(), RateSet(NEW)), RateSet(corrected)).rates == (corrected,)


def test_setting_a_known_rate_decides_nothing():
    assert decide(RateType((NEW,)), NEW) == []
    assert decide(RateType((NEW,)), OLD) == [RateSet(OLD)]


def test_a_rate_that_no_file_could_hold_or_that_never_holds_is_refused():
    for wrong in (a_rate(pay_code="310"), a_rate(pay_code="٣١٠١"), a_rate(second="31 1")):
        with pytest.raises(BadCode):
            decide(RateType(), wrong)
    with pytest.raises(Rejected):
        decide(RateType(), a_rate(valid_to=date(2026, 1, 1)))


@given(st.permutations([OLD, NEW, a_rate(oere=1, valid_from=date(2025, 6, 1), valid_to=date(2025, 7, 1))]))
def test_the_order_in_which_rates_are_set_has_no_meaning(rates):
    assert table(rates) == table(sorted(rates, key=lambda rate: rate.valid_from))


@given(st.integers(0, 10**9), st.integers(0, 10**4))
def test_the_amount_is_rounded_half_up_and_never_off_by_more_than_half_an_oere(net_m, oere_per_km):
    amount = amount_oere(net_m, oere_per_km)
    difference = 1000 * amount - net_m * oere_per_km
    assert -500 < difference <= 500


def test_exactly_half_an_oere_is_rounded_up():
    assert [amount_oere(net_m, 1) for net_m in (499, 500, 1_499, 1_500)] == [0, 1, 1, 2]
