"""A trip uses the addresses of its own day, whatever is changed later."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from trips.domain.addresses import DatedAddress, Kind, add, change, on_date
from trips.domain.dated import holds_on, overlap

FIRST = date(2024, 1, 1)
JOB = "e-1"
moves = st.lists(st.tuples(st.integers(0, 1_000), st.sampled_from(["Road 1", "Road 2", "Road 3"])), max_size=8)


def home(id_, starts=FIRST, ends=None, address="Road 1", kind=Kind.HOME):
    return DatedAddress(id_, kind, address, starts, ends)


def work(id_, starts=FIRST, ends=None, kind=Kind.WORK, employment_id=JOB):
    return DatedAddress(id_, kind, "School 1", starts, ends, employment_id)


def moved(history, number, after, address):
    """The history with a move, or as it was where the move is refused."""
    try:
        return change(history, home(f"h-{number}", FIRST + timedelta(days=after), address=address))
    except Rejected:
        return history


@given(moves)
def test_whoever_moves_always_lives_in_exactly_one_place_from_the_first_day_on(all_moves):
    history = (home("h"), work("w"))
    for number, (after, address) in enumerate(all_moves):
        history = moved(history, number, after, address)
    for after in range(0, 1_100, 7):
        day = FIRST + timedelta(days=after)
        assert sum(one.kind is Kind.HOME and holds_on(one, day) for one in history) == 1


@given(moves, st.integers(0, 1_000), st.integers(0, 1_000))
def test_a_move_changes_no_day_before_it(all_moves, after, day):
    history = (home("h"), work("w"))
    for number, move in enumerate(all_moves):
        history = moved(history, number, *move)
    later = moved(history, "new", after, "Road 9")
    if day < after or later == history:
        asked = FIRST + timedelta(days=day)
        assert on_date(later, asked, JOB).home.address == on_date(history, asked, JOB).home.address


@given(st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(0, 300)), max_size=8))
def test_what_is_accepted_never_overlaps_and_what_is_refused_says_with_what(periods):
    history = ()
    for number, (after, until) in enumerate(periods):
        new = home(
            f"h-{number}", FIRST + timedelta(days=after), None if until is None else FIRST + timedelta(days=until)
        )
        overlapped = [one.id for one in history if overlap(one, new)]
        if new.ends is not None and new.ends <= new.starts:
            assert _refusal(history, new) == ("empty_period", {})
        elif overlapped:
            assert _refusal(history, new) == ("overlap", {"conflicts_with": overlapped})
        else:
            history = add(history, new)
    for day in range(0, 300, 5):
        assert sum(holds_on(one, FIRST + timedelta(days=day)) for one in history) <= 1


def _refusal(history, new):
    with pytest.raises(Rejected) as refused:
        add(history, new)
    return refused.value.code, refused.value.details


def test_a_move_on_the_day_the_home_began_leaves_nothing_of_it_and_is_refused():
    with pytest.raises(Rejected) as refused:
        change([home("h")], home("new", FIRST, address="Road 2"))
    assert refused.value.code == "empty_period"


def test_the_first_address_of_a_kind_has_nothing_to_end():
    assert change([work("w")], home("h")) == (work("w"), home("h"))


def test_a_workplace_is_chosen_among_those_that_hold_on_the_day():
    known = [home("h"), work("unit"), work("library", FIRST, date(2024, 6, 1), Kind.ALTERNATIVE_WORK)]
    assert on_date(known, FIRST, JOB).work.id == "library"
    assert on_date(known, FIRST, JOB, "unit").work.id == "unit"
    assert on_date(known, date(2024, 6, 1), JOB).work.id == "unit"
    with pytest.raises(Rejected) as refused:
        on_date(known, date(2024, 6, 1), JOB, "library")
    assert refused.value.code == "work_not_allowed"
