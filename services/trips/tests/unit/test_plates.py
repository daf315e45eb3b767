"""Whoever has plates has exactly one primary plate, and nobody touches another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from trips.domain.plates import add_plate, delete_plate, make_primary, normal_plate

PEOPLE = ["anne", "bent"]
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "primary", "delete"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(["AA 1", "BB-2", "cc3", "DD4"]),
    ),
    max_size=20,
)


def done(plates, step, number):
    """What the step makes of the plates; a step that is refused changes nothing."""
    what, person, plate = step
    try:
        if what == "add":
            return add_plate(plates, person, str(number), plate)
        named = next((one.id for one in plates if one.plate == normal_plate(plate)), "none")
        return {"primary": make_primary, "delete": delete_plate}[what](plates, person, named)
    except Rejected:
        return plates


@given(steps)
def test_whoever_has_plates_has_exactly_one_primary_and_none_twice(all_steps):
    plates = ()
    for number, step in enumerate(all_steps):
        plates = done(plates, step, number)
        for person in PEOPLE:
            own = [one for one in plates if one.person_id == person]
            assert sum(one.primary for one in own) == bool(own)
            assert len({one.plate for one in own}) == len(own)


@given(
    steps, st.tuples(st.sampled_from(["add", "primary", "delete"]), st.just("bent"), st.sampled_from(["AA1", "BB2"]))
)
def test_what_one_person_does_changes_no_other_persons_plates(all_steps, last):
    plates = ()
    for number, step in enumerate(all_steps):
        plates = done(plates, step, number)
    after = done(plates, last, len(all_steps))
    assert [one for one in after if one.person_id == "anne"] == [one for one in plates if one.person_id == "anne"]


@pytest.mark.parametrize(("typed", "plate"), [("ab 12-345", "AB12345"), ("ÆØÅ 1", "ÆØÅ1"), ("\tx-1 ", "X1")])
def test_a_plate_is_stored_in_capitals_without_blanks_and_hyphens(typed, plate):
    assert normal_plate(typed) == plate


@pytest.mark.parametrize("typed", ["", "A", "AB123456", "AB.123", "Ü1", "- -"])
def test_what_cannot_stand_on_a_plate_is_refused(typed):
    with pytest.raises(Rejected) as refused:
        add_plate((), "anne", "1", typed)
    assert refused.value.code == "bad_plate"
