"""Driving that is taxable wages after 60 days is paid under a pay code of its own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.domain.period import figures_of, lines_of
from payroll.domain.settlement import settle
from services.payroll.tests.builders import NOON, a_basis, a_rate, a_trip


def settled(net_m=12_340, taxable_m=0, trailer=False, **basis):
    trip = replace(a_trip(net_m=net_m), taxable_m=taxable_m, trailer=trailer)
    return settle(trip, a_basis(**basis), "2026-03", NOON)


@pytest.mark.parametrize(
    ("taxable_m", "lines"),
    [
        (0, [("3101", 1_234)]),
        (2_340, [("3101", 1_000), ("3104", 234)]),
        (12_340, [("3104", 1_234)]),
    ],
)
def test_the_file_has_the_taxable_metres_under_their_own_pay_code(taxable_m, lines):
    assert [(line.key.pay_code, line.hundredths_km) for line in lines_of([settled(taxable_m=taxable_m)])] == lines


def test_a_second_pay_code_repeats_all_metres_of_the_trip():
    found = lines_of([settled(taxable_m=2_340, trailer=True, rates=[a_rate(second="3105")])])
    assert {line.key.pay_code: line.hundredths_km for line in found} == {"3101": 1_000, "3104": 234, "3105": 1_234}


@given(net_m=st.integers(0, 10_000).map(lambda step: step * 10), share=st.integers(0, 10))
def test_the_parts_make_up_the_whole_to_the_last_oere(net_m, share):
    one = settled(net_m, net_m // 10 * share // 10 * 10)
    assert (sum(part[1] for part in one.shares), sum(part[2] for part in one.shares)) == (net_m, one.amount_oere)
    assert all(part[2] >= 0 for part in one.shares)
    figures = figures_of([one])
    assert sum(code.amount_oere for code in figures.pay_codes) == figures.amount_oere == one.amount_oere
