from dataclasses import replace
from datetime import date

import pytest

from services.trips.tests.builders import HALL, HOME, SCHOOL, asked
from trips.domain.addresses import DatedAddress, Kind
from trips.domain.events import Asked
from trips.domain.home import NOWHERE, Position
from trips.domain.protected import SHOWN, Secret, hidden_points, protected_homes, shown

AT_HOME = Position(HOME.lon_e6, HOME.lat_e6)
NO_ENDS = (False, False)


def hidden(*places, told=None, ends=NO_ENDS, homes=(HOME.text,), position=AT_HOME):
    told = asked(*(place.text for place in places)) if told is None else told
    return hidden_points(told, places, ends, Secret(homes, () if position is None else (position,)))


def test_a_home_that_is_not_protected_is_shown():
    assert hidden(HOME, SCHOOL, HOME, homes=()) == ()


def test_a_protected_home_is_hidden_wherever_it_stands_on_the_way():
    assert hidden(HOME, SCHOOL, HALL) == (0,)
    assert hidden(SCHOOL, HOME, HALL, HOME) == (1, 3)
    assert hidden(SCHOOL, HALL) == ()


def test_the_house_next_door_tells_as_much_as_the_home():
    next_door = replace(HOME, text="Hjemvej 3, 8900 Randers C", lat_e6=HOME.lat_e6 + 200)
    assert hidden(next_door, SCHOOL) == (0,)


@pytest.mark.parametrize("position", [None, NOWHERE])
def test_where_nobody_knows_where_the_home_lies_it_is_known_by_its_name(position):
    assert hidden(SCHOOL, HOME, position=position) == (1,)
    assert hidden(told=asked("hjemvej 1 8900 randers c", SCHOOL.text), position=position) == (0,)


@pytest.mark.parametrize(
    ("home", "text", "same"),
    [
        ("Hjemvej 1, 1. th., 8900 Randers C", "Hjemvej 1, 8900 Randers C", True),
        ("Hjemvej 1, 8900 Randers C", "Hjemvej 1, st. tv., 8900 Randers C", True),
        ("Hjemvej 1, 8900 Randers C", "hjemvej 001 st tv 8900 randers", True),
        ("Hjemvej 1, 1. th., 8900 Randers C", "Hjemvej 1", True),
        ("Hjemvej 12 B, 2. 4, 8900 Randers C", "Hjemvej 12b, 8900 Randers C", True),
        ("Hjemvej 12 B, 2. 4, 8900 Randers C", "Hjemvej 12, 8900 Randers C", True),
        ("10. Februar Vej 3, 1., 8900 Randers C", "10. februar vej 3, 8900 Randers C", True),
        ("Hjemvej 1, 1. th., 8900 Randers C", "Hjemvej 11, 8900 Randers C", False),
        ("Hjemvej 1, 1. th., 8900 Randers C", "Hjemvej 3, 1. th., 8900 Randers C", False),
        ("Hjemvej 12 B, 8900 Randers C", "Hjemvej 12 C, 8900 Randers C", False),
        ("Hjemvej 1, 1. th., 8900 Randers C", "Hjemvej 1, 5000 Odense C", False),
        ("Hjemvej 1, 1. th., 8900 Randers C", "Gammel Hjemvej 1, 8900 Randers C", False),
        ("Skovhytten, 8900 Randers C", "Skovly, 8900 Randers C", False),
    ],
)
def test_a_home_is_known_by_its_street_number_and_town_whatever_the_floor_and_door(home, text, same):
    assert hidden(told=asked(text), homes=(home,), position=None) == ((0,) if same else ())


def test_a_house_typed_without_its_town_is_where_it_was_found():
    far = replace(SCHOOL, text="Hjemvej 1, 5000 Odense C")
    assert hidden(far, told=asked("Hjemvej 1"), homes=("Hjemvej 1, 1. th., 8900 Randers C",), position=None) == ()
    assert hidden(HOME, told=asked("Hjemvej 1"), homes=("Hjemvej 1, 1. th., 8900 Randers C",), position=None) == (0,)


def test_every_protected_home_is_known_by_where_it_lies():
    both = Secret(("Et sted", "Et andet"), (AT_HOME, Position(SCHOOL.lon_e6, SCHOOL.lat_e6)))
    told = asked("A", "B", "C")
    assert hidden_points(told, (HOME, HALL, SCHOOL), NO_ENDS, both) == (0, 2)


def test_the_ends_of_a_typed_trip_are_at_home_where_its_driver_says_so():
    assert hidden(told=asked("Hos mig", "Skolen", "Hjem igen"), ends=(True, True)) == (0, 2)
    assert hidden(told=asked("Hos mig", "Skolen"), ends=(False, True)) == (1,)


def test_a_typed_trip_without_places_hides_nothing():
    assert hidden(told=(), ends=(True, True)) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (False, False, ()),
        (True, False, ("Old 1", "New 2")),
        (False, True, ("Old 1", "New 2")),
        (True, True, ("Old 1", "New 2")),
    ],
)
def test_a_home_is_protected_where_it_or_the_newest_is(old, new, expected):
    moved = date(2026, 3, 1)
    homes = [
        DatedAddress("1", Kind.HOME, Asked(None, "Old 1"), date.min, moved, protected=old),
        DatedAddress("2", Kind.HOME, Asked(None, "New 2"), moved, None, protected=new),
    ]
    assert protected_homes(homes, date(2026, 2, 1)) == expected
    assert protected_homes(homes, moved) == (("New 2",) if new else ())


def test_others_read_hjem_in_its_place():
    assert shown([HOME.text, SCHOOL.text, HOME.text], (0, 2)) == [SHOWN, SCHOOL.text, SHOWN]
