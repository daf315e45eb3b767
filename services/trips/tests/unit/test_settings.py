"""What holds for a unit on a day: its own settings from their first day, else those of the nearest unit above."""

from datetime import date

from trips.domain.settings import OrgUnitPolicySet, Terms, decide, evolve, terms_on

JANUARY, MARCH, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)


def own(*settings):
    held = ()
    for starts, over in settings:
        held = evolve(held, OrgUnitPolicySet("u", starts, **over))
    return held


def on(day, *units):
    return terms_on(day, units, Terms("none"))


def test_a_setting_holds_from_its_first_day_until_the_next():
    unit = own((JANUARY, {"deduction": "per_trip"}), (MAY, {"deduction": "per_day"}))
    found = [on(day, unit).deduction for day in (date(2025, 12, 31), JANUARY, date(2026, 4, 30), MAY)]
    assert found == ["none", "per_trip", "per_trip", "per_day"]


def test_what_a_unit_does_not_say_is_as_in_the_nearest_unit_above_that_does():
    school = own((JANUARY, {"four_km_allowed": True}))
    schools = own((MARCH, {"deduction": "per_day", "after_sixty_days": "taxable"}))
    town = own((JANUARY, {"deduction": "per_trip", "without_extra_allowed": True, "four_km_allowed": False}))
    assert on(MAY, school, schools, town) == Terms("per_day", True, True, "calculated", "taxable")
    assert on(JANUARY, school, schools, town) == Terms("per_trip", True, True, "calculated", "unpaid")


def test_a_later_setting_that_says_nothing_gives_back_what_the_unit_above_says():
    unit = own((JANUARY, {"deduction": "per_trip"}), (MAY, {}))
    assert on(MAY, unit, own((JANUARY, {"deduction": "shortest_of"}))).deduction == "shortest_of"


def test_no_is_an_answer():
    assert not on(
        MAY, own((JANUARY, {"four_km_allowed": False})), own((JANUARY, {"four_km_allowed": True}))
    ).four_km_allowed


def test_what_is_so_already_is_not_set_again_and_the_same_first_day_is_replaced():
    unit = own((JANUARY, {"deduction": "per_trip"}))
    assert decide(unit, unit[0]) == []
    assert evolve(unit, OrgUnitPolicySet("u", JANUARY, "none")) == (OrgUnitPolicySet("u", JANUARY, "none"),)
