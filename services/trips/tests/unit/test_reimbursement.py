import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from trips.domain.deduction import POLICIES, Commute, Drive
from trips.domain.reimbursement import reimburse

drives = st.builds(
    Drive,
    trip_id=st.uuids().map(str),
    method=st.sampled_from(["calculated", "without_extra", "odometer"]),
    route_m=st.integers(0, 2_000_000),
    starts_at_home=st.booleans(),
    ends_at_home=st.booleans(),
    round_trip=st.booleans(),
).filter(lambda drive: not (drive.round_trip and drive.starts_at_home and drive.ends_at_home))
commutes = st.one_of(
    st.integers(0, 300_000).map(Commute),
    st.sampled_from(["home_unknown", "work_unknown", "home_work_not_measured"]).map(lambda fault: Commute(None, fault)),
)
settings = {"policy": st.sampled_from(sorted(POLICIES)), "commute": commutes, "rate": st.integers(0, 1000)}


def drive(route_m=42_000, **over):
    fields = {"method": "calculated", "starts_at_home": False, "ends_at_home": False, "round_trip": False}
    return Drive(trip_id="a", route_m=route_m, **{**fields, **over})


TEN_KM = Commute(10_000)


def paid(one, policy="per_trip", commute=TEN_KM, rate=394):
    [result] = reimburse([one], policy=policy, commute=commute, oere_per_km=rate)
    return result


def test_a_round_trip_with_one_home_end_has_both_and_is_deducted_twice():
    assert paid(drive(starts_at_home=True, round_trip=True)).deducted_m("commute") == 20_000


def test_a_deduction_longer_than_the_trip_takes_all_of_it_and_says_so():
    result = paid(drive(route_m=7_000, ends_at_home=True))
    assert (result.net_m, result.amount_oere) == (0, 0)
    assert (result.deductions[0].metres, result.deductions[0].reason) == (7_000, "whole_trip")


def test_the_amount_is_priced_from_the_rounded_distance():
    """12,345 m is paid as 12.35 km: 46.07 kr. at 3.73, where the unrounded distance would give 46.05."""
    assert paid(drive(route_m=12_345), policy="none", rate=373).amount_oere == 4607


@pytest.mark.parametrize("fault", ["home_unknown", "work_unknown", "home_work_not_measured"])
def test_a_commute_that_is_not_known_is_not_deducted_and_the_line_says_why(fault):
    result = paid(drive(), commute=Commute(None, fault))
    assert (result.deducted_m("commute"), result.deductions[0].reason, result.net_m) == (0, fault, 42_000)


def test_a_round_trip_that_already_goes_from_home_to_home_is_refused():
    with pytest.raises(Rejected) as refused:
        paid(drive(starts_at_home=True, ends_at_home=True, round_trip=True))
    assert refused.value.code == "round_trip_closed_path"


@given(day=st.lists(drives, max_size=6), **settings)
def test_a_deduction_never_exceeds_its_trip_and_a_net_distance_is_whole_tens_near_what_is_left(
    day, policy, commute, rate
):
    for one, result in zip(day, reimburse(day, policy=policy, commute=commute, oere_per_km=rate), strict=True):
        left_m = one.gross_m - result.deducted_m("commute")
        assert 0 <= result.deducted_m("commute") <= one.gross_m
        assert result.net_m % 10 == 0
        assert -5 < result.net_m - left_m <= 5
        assert abs(result.amount_oere * 1000 - result.net_m * rate) <= 500


@given(day=st.lists(drives, min_size=2, max_size=6), **{**settings, "policy": st.sampled_from(["none", "per_trip"])})
def test_under_these_policies_a_trip_is_paid_the_same_whatever_else_is_driven_that_day(day, policy, commute, rate):
    together = reimburse(day, policy=policy, commute=commute, oere_per_km=rate)
    alone = [reimburse([one], policy=policy, commute=commute, oere_per_km=rate)[0] for one in day]
    assert list(together) == alone


@given(one=drives, commute=commutes)
def test_without_a_deduction_policy_or_with_without_extra_nothing_is_deducted(one, commute):
    assert paid(one, policy="none", commute=commute).deducted_m("commute") == 0
    assert one.method != "without_extra" or paid(one, commute=commute).deducted_m("commute") == 0
