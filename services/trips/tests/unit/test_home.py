import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Rejected
from trips.domain.home import Position, great_circle_mm, home_ends

HOME = Position(10_000_000, 56_000_000)
positions = st.builds(Position, st.integers(-180_000_000, 180_000_000), st.integers(-90_000_000, 90_000_000))


def test_home_is_a_circle_of_metres_and_not_a_square_of_degrees():
    """63 m to the east is at home though more than a thousandth of a degree away; 115 m over the corner is not."""
    ends = home_ends(HOME, [Position(10_001_010, 56_000_000), Position(10_000_900, 56_000_900)])
    assert (ends.starts_at_home, ends.start_distance_m) == (True, 63)
    assert (ends.ends_at_home, ends.end_distance_m) == (False, 115)


def test_a_stop_at_home_on_the_way_is_no_home_end():
    away = Position(10_300_000, 56_200_000)
    ends = home_ends(HOME, [away, HOME, away])
    assert (ends.starts_at_home, ends.ends_at_home) == (False, False)


@pytest.mark.parametrize("home", [None, Position(0, 0)])
def test_a_home_without_a_position_or_at_zero_degrees_is_unknown(home):
    with pytest.raises(Rejected) as refused:
        home_ends(home, [HOME, HOME])
    assert refused.value.code == "home_unknown"


@given(positions, positions)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_way_round_the_earth(one, other):
    distance = great_circle_mm(one, other)
    assert abs(distance - great_circle_mm(other, one)) <= 1
    assert 0 <= distance <= 20_015_087_000
    assert great_circle_mm(one, one) == 0
