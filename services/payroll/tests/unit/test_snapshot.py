"""The comparison's cases are in tests/cases (org_sync); here is what holds for every snapshot."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from payroll.domain.errors import SnapshotRefused
from payroll.domain.organisation import (
    UNNAMED,
    Address,
    Organisation,
    OrgUnit,
    Snapshot,
    SnapshotEmployment,
    SnapshotPerson,
)
from payroll.domain.snapshot_diff import compare
from payroll.domain.snapshot_rules import check_leavers

TODAY = date(2026, 4, 1)
DAYS = st.dates(date(2019, 1, 1), date(2028, 12, 31))


@st.composite
def snapshots(draw):
    count = draw(st.integers(1, 5))
    units = tuple(
        OrgUnit(f"u{i}", f"u{draw(st.integers(0, i - 1))}" if i else None, draw(st.sampled_from("ABC")))
        for i in range(count)
    )
    numbers = iter(draw(st.permutations([str(number) for number in range(12)])))
    people = tuple(
        SnapshotPerson(f"p{i}", draw(st.sampled_from([None, "Anne", "Bent"])), None, None,
                       draw(st.sampled_from([None, Address("Vej 1", "9990", "By")])),
                       tuple(draw(jobs(next(numbers), count)) for _ in range(draw(st.integers(0, 2)))))
        for i in draw(st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True))
    )  # fmt: skip
    return Snapshot(units, people)


@st.composite
def jobs(draw, number, units):
    begins, last = draw(st.none() | DAYS), draw(st.none() | DAYS)
    assume(begins is None or last is None or begins <= last)
    return SnapshotEmployment(number, f"u{draw(st.integers(0, units - 1))}", "Lærer", draw(st.booleans()), begins, last)


def taken(current, snapshot, today=TODAY):
    """The organisation as it is stored after the snapshot."""
    difference = compare(current, snapshot, today, 100)
    units = current.units | {item.unit.org_unit_id: item.unit for item in difference.units}
    return Organisation(units, current.people | {item.person.person_id: item.person for item in difference.people})


@given(snapshots(), snapshots())
def test_the_same_snapshot_twice_changes_nothing_the_second_time(first, second):
    after = taken(taken(Organisation(), first), second)
    assert list(compare(after, second, TODAY, 0).changes()) == []


@given(snapshots(), snapshots(), st.randoms())
def test_the_order_of_units_and_people_has_no_meaning(first, second, chance):
    current = taken(Organisation(), first)
    units, people = list(second.units), list(second.people)
    chance.shuffle(units)
    chance.shuffle(people)
    assert taken(current, Snapshot(tuple(units), tuple(people))) == taken(current, second)


@given(snapshots(), snapshots())
def test_whoever_is_missing_is_inactive_and_whoever_is_there_is_as_stated(first, second):
    after = taken(taken(Organisation(), first), second)
    there = {person.person_id for person in second.people}
    assert not any(person.active_on(TODAY) for key, person in after.people.items() if key not in there)
    assert {key for key, unit in after.units.items() if not unit.closed} == {unit.org_unit_id for unit in second.units}


@given(snapshots(), snapshots())
def test_ids_of_employments_never_change_and_are_unique(first, second):
    before = taken(Organisation(), first)
    after = taken(before, second)

    def ids(organisation):
        return {
            (key, job.employee_number): job.employment_id
            for key, person in organisation.people.items()
            for job in person.employments
        }

    assert ids(before).items() <= ids(after).items()
    assert len(set(ids(after).values())) == len(ids(after))


def test_silence_about_name_address_and_start_keeps_what_was_known():
    unit = OrgUnit("u0", None, "A")
    job = SnapshotEmployment("1", "u0", "Lærer", leader=False, valid_from=None, last_day=None)
    told = SnapshotPerson("p", None, None, None, None, (job,))
    fresh = taken(Organisation(), Snapshot((unit,), (told,)))
    assert fresh.people["p"].name == UNNAMED
    assert fresh.people["p"].employments[0].valid_from == TODAY
    named = replace(told, name="Anne", address=Address("Vej 1", "9990", "By"))
    known = taken(fresh, Snapshot((unit,), (named,)))
    later = taken(known, Snapshot((unit,), (told,)), date(2026, 5, 1))
    assert later.people["p"] == known.people["p"]


@pytest.mark.parametrize(
    ("active", "leavers", "percent", "refused"),
    [
        (20, 2, 10, False),
        (20, 3, 10, True),
        (19, 2, 10, True),
        (0, 0, 0, False),
        (7, 7, 100, False),
        (1000, 1, 0, True),
    ],
)
def test_exactly_the_allowed_share_may_leave(active, leavers, percent, refused):
    with pytest.raises(SnapshotRefused) if refused else nullcontext():
        check_leavers(active, leavers, percent)


def test_a_unit_or_an_id_twice_and_an_employment_that_ends_before_it_begins_are_refused():
    unit = OrgUnit("u", None, "A")
    backwards = SnapshotEmployment("1", "u", "x", leader=False, valid_from=date(2026, 2, 1), last_day=date(2026, 1, 31))
    nobody = SnapshotPerson("p", None, None, None, None, ())
    for snapshot, code in (
        (Snapshot((unit, unit), (nobody,)), "duplicate_unit"),
        (Snapshot((unit,), (nobody, nobody)), "duplicate_person"),
        (Snapshot((unit,), (replace(nobody, employments=(backwards,)),)), "ends_before_it_begins"),
        (Snapshot((OrgUnit("u", "u", "A"),), (nobody,)), "cycle"),
    ):
        with pytest.raises(SnapshotRefused) as refused:
            compare(Organisation(), snapshot, TODAY, 100)
        assert refused.value.code == code


def test_a_tree_of_ten_thousand_levels_is_walked():
    units = tuple(OrgUnit(f"u{i}", f"u{i - 1}" if i else None, "A") for i in reversed(range(10_000)))
    nobody = SnapshotPerson("p", None, None, None, None, ())
    assert len(compare(Organisation(), Snapshot(units, (nobody,)), TODAY, 10).units) == 10_000
