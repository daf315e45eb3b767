"""What holds for every day of driving, whatever the policy."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from trips.domain.deduction import BORDER, COMMUTE, FOUR_KM, POLICIES, SHARED_M, Commute, Drive, FourKm, Settled
from trips.domain.reimbursement import reimburse

drives = st.builds(
    Drive,
    trip_id=st.uuids().map(str),
    method=st.sampled_from(["calculated", "without_extra", "odometer"]),
    route_m=st.integers(0, 60_000),
    starts_at_home=st.booleans(),
    ends_at_home=st.booleans(),
    round_trip=st.booleans(),
    work_route_m=st.none() | st.integers(0, 60_000),
    four_km=st.booleans(),
).filter(lambda drive: not (drive.round_trip and drive.starts_at_home and drive.ends_at_home))
days = st.lists(drives, max_size=6)
policies = st.sampled_from(sorted(POLICIES))
home_work = st.integers(0, 40_000)


def paid(day, policy="per_day", home_work_m=8_000, border_m=2_000):
    """By trip id, so that days of different trips can be compared."""
    found = reimburse(day, policy=policy, commute=Commute(home_work_m), oere_per_km=394, rule=FourKm(border_m))
    return {one.trip_id: one for one in found}


def settle(one, drive):
    """The trip as it stands once it is settled with these figures."""
    return replace(drive, settled=Settled(one.deducted_m(COMMUTE), one.deducted_m(FOUR_KM)))


def a_drive(trip_id, route_m, starts_at_home=False, ends_at_home=False, **over):
    return Drive(trip_id, "calculated", route_m, starts_at_home, ends_at_home, over.pop("round_trip", False), **over)


@given(days, policies, home_work, st.integers(0, 20_000))
def test_no_trip_is_paid_less_than_nothing_or_more_than_was_driven(day, policy, home_work_m, border_m):
    for drive, one in zip(day, paid(day, policy, home_work_m, border_m).values(), strict=True):
        deducted = [line.metres for line in one.deductions]
        assert all(metres >= 0 for metres in deducted)
        assert sum(deducted) <= one.gross_m <= drive.gross_m
        assert 0 <= one.net_m < drive.gross_m + 10


@given(days, policies, home_work, st.integers(0, 20_000), st.integers(0, SHARED_M))
def test_four_kilometres_a_day_are_deducted_at_most(day, policy, home_work_m, border_m, used_m):
    earlier = replace(a_drive("settled", 9_000, four_km=True), settled=Settled(four_km_m=used_m))
    found = paid([*day, earlier], policy, home_work_m, border_m).values()
    assert used_m + sum(one.deducted_m(FOUR_KM) for one in found) <= SHARED_M


@given(days, policies, home_work, st.data())
def test_settling_a_trip_changes_no_other(day, policy, home_work_m, data):
    """A trip that is paid keeps its figures, and the day computed again around it comes to the same."""
    before = paid(day, policy, home_work_m)
    chosen = data.draw(st.sets(st.sampled_from([drive.trip_id for drive in day])) if day else st.just(set()))
    after = paid(
        [settle(before[drive.trip_id], drive) if drive.trip_id in chosen else drive for drive in day],
        policy,
        home_work_m,
    )
    assert after == {trip_id: one for trip_id, one in before.items() if trip_id not in chosen}


@given(days, policies, home_work)
def test_a_trip_that_is_withdrawn_and_submitted_again_leaves_the_day_as_it_was(day, policy, home_work_m):
    before = paid(day, policy, home_work_m)
    for gone in range(len(day)):
        without = [drive for index, drive in enumerate(day) if index != gone]
        paid(without, policy, home_work_m)
        assert paid([*without[:gone], day[gone], *without[gone:]], policy, home_work_m) == before


@given(days, policies, home_work, st.randoms(use_true_random=False))
def test_the_order_of_unrelated_trips_does_not_matter(day, policy, home_work_m, random):
    """Only trips that share a deduction know each other: those of the four-km rule, and per day the commuting ones."""
    shared = [drive.four_km or (policy == "per_day" and drive.method != "without_extra") for drive in day]
    places = list(range(len(day)))
    alone = [index for index in places if not shared[index]]
    random.shuffle(alone)
    moved = alone + [index for index in places if shared[index]]
    four = [drive.trip_id for drive in day if drive.four_km]
    commuting = [drive.trip_id for drive, one in zip(day, shared, strict=True) if one and not drive.four_km]
    reordered = [day[index] for index in moved]
    assert [drive.trip_id for drive in reordered if drive.trip_id in four] == four
    assert [drive.trip_id for drive in reordered if drive.trip_id in commuting] == commuting
    assert paid(reordered, policy, home_work_m) == paid(day, policy, home_work_m)


@given(days, home_work, st.randoms(use_true_random=False))
def test_per_day_the_order_of_all_trips_decides_who_carries_the_commute_but_never_how_much(day, home_work_m, random):
    commuting = [replace(drive, four_km=False, method="calculated") for drive in day]
    shuffled = commuting[:]
    random.shuffle(shuffled)
    total = sum(one.deducted_m(COMMUTE) for one in paid(commuting, "per_day", home_work_m).values())
    ways = any(drive.leaves_home for drive in day) + any(drive.reaches_home for drive in day)
    assert total == min(ways * home_work_m, sum(drive.gross_m for drive in commuting))
    assert sum(one.deducted_m(COMMUTE) for one in paid(shuffled, "per_day", home_work_m).values()) == total


@given(days, policies, home_work)
def test_a_trip_without_extra_distance_has_neither_commute_nor_border_deducted(day, policy, home_work_m):
    found = paid(day, policy, home_work_m)
    for drive in day:
        if drive.method == "without_extra":
            assert found[drive.trip_id].deducted_m(COMMUTE) == found[drive.trip_id].deducted_m(BORDER) == 0


def test_an_ordinary_commute_that_is_not_claimed_is_deducted_all_the_same_once_a_day():
    """PAV 21.2, example 3: home to work 90 km, on to the place 60 km, home 50 km, and only the last two claimed. Reckoned
    trip by trip 60 km would be paid, where the day's extra cost is 20 km.
    """
    day = [a_drive("on", 60_000), a_drive("back", 50_000, ends_at_home=True)]
    out = a_drive("out", 90_000, starts_at_home=True)
    assert sum(one.net_m for one in paid([out, *day], "per_day", 90_000).values()) == 20_000
    assert sum(one.net_m for one in paid(day, "per_day", 90_000).values()) == 20_000
    assert sum(one.net_m for one in paid(day, "per_trip", 90_000).values()) == 60_000


def test_the_commute_is_never_deducted_twice_from_a_day_with_two_trips_from_home():
    """Per trip, as the predecessor reckons, it is."""
    day = [a_drive("first", 20_000, starts_at_home=True), a_drive("again", 20_000, starts_at_home=True)]
    assert [one.net_m for one in paid(day, "per_day").values()] == [12_000, 20_000]
    assert [one.net_m for one in paid(day, "per_trip").values()] == [12_000, 12_000]


def test_a_trip_longer_from_the_workplace_is_paid_as_it_was_driven():
    day = [a_drive("a", 10_000, starts_at_home=True, work_route_m=15_000)]
    assert paid(day, "workplace_based")["a"].net_m == 10_000


@pytest.mark.parametrize("settled", [None, Settled(four_km_m=1_000)])
def test_the_four_km_rule_is_refused_where_the_unit_does_not_have_it_unless_the_trip_is_settled(settled):
    day = [a_drive("a", 10_000, four_km=True, settled=settled)]
    if settled is None:
        with pytest.raises(Rejected) as refused:
            reimburse(day, policy="none", commute=Commute(0), oere_per_km=394)
        assert refused.value.code == "four_km_not_allowed"
    else:
        assert reimburse(day, policy="none", commute=Commute(0), oere_per_km=394) == ()
