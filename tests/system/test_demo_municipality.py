"""The invented municipality is whole: what the demo and every test of the line stand on."""

import random
from datetime import UTC, datetime

import pytest

from deploy.demo.map import houses, lon_lat, write_map
from deploy.demo.municipality import grown, snapshot
from deploy.demo.people import address_text, home_of
from routing.domain.errors import NoRoute
from routing.domain.geography import Point
from routing.engine.cache import LegCache
from routing.maps.building import build_map
from routing.maps.shelf import MapShelf
from routing.pointing import make_current

CAR = "car-fastest"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_map(folder / "havnby.osm")
    map_id = build_map(folder / "havnby.osm", folder / "maps", datetime.now(UTC), lambda _step, _percent: None)
    make_current(folder / "maps", map_id)
    return MapShelf(folder / "maps", LegCache(0)).current()


def point_of(house):
    lon, lat = lon_lat(house.point)
    return Point(round(lon * 1_000_000), round(lat * 1_000_000))


def leg(built, start, end):
    return built.provider(CAR).leg(point_of(start), point_of(end))


def in_place(name):
    return [house for house in houses() if house.place.name == name]


def test_the_map_is_the_same_bytes_every_time_and_small(tmp_path):
    write_map(tmp_path / "one.osm")
    write_map(tmp_path / "two.osm")
    assert (tmp_path / "one.osm").read_bytes() == (tmp_path / "two.osm").read_bytes()
    assert (tmp_path / "one.osm").stat().st_size < 2_000_000


def test_every_address_is_found_first_by_its_own_text(built):
    assert len(houses()) > 2_000
    wrong = [h.text for h in houses() if built.register.search(h.text, 1)[0].address_id != h.address_id]
    assert wrong == []


def test_any_two_houses_of_the_mainland_are_joined_by_a_plausible_road(built):
    mainland = [house for house in houses() if house.place.land == "Havnbyland"]
    chance = random.Random(1)
    for _ in range(500):
        start, end = chance.sample(mainland, 2)
        found = leg(built, start, end)
        assert found.ferry_m == 0
        assert found.driven_m < 40_000


def test_the_ferry_to_the_islands_is_told_apart_from_driving(built):
    found = leg(built, in_place("Havnby")[0], in_place("Måsholm")[0])
    assert found.ferry_m > 10_000
    assert 1_000 < found.driven_m < 10_000


def test_no_road_leads_to_the_far_island_but_there_are_roads_on_it(built):
    far = in_place("Fjernø")
    with pytest.raises(NoRoute):
        leg(built, in_place("Havnby")[0], far[0])
    assert leg(built, far[0], far[-1]).driven_m > 0


def test_one_way_streets_make_there_and_back_differ_somewhere(built):
    chance = random.Random(2)
    pairs = [chance.sample(in_place("Havnby"), 2) for _ in range(100)]
    assert any(leg(built, a, b).driven_m != leg(built, b, a).driven_m for a, b in pairs)


@pytest.mark.parametrize("people", [snapshot(), grown(10)])
def test_no_cpr_number_can_belong_to_anybody(people):
    numbers = [person["CPR"] for person in people["Persons"]]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 10 and number.isdigit() and number.startswith("99") for number in numbers)


def test_a_grown_organisation_has_more_people_and_no_more_leaders_and_everybody_lives_where_they_did():
    few, many = snapshot()["Persons"], grown(3)["Persons"]
    jobs = [job for person in many for job in person["Employments"]]
    assert len(few) * 2 < len(many) < len(few) * 3
    assert many[: len(few)] == few
    assert len({job["EmployeeNumber"] for job in jobs}) == len(jobs)
    assert sum(job["Manager"] for job in jobs) == sum(job["Manager"] for one in few for job in one["Employments"])
    for person in many:
        assert {home_of(job["EmployeeNumber"]) for job in person["Employments"]} == {address_text(person["Address"])}


def test_every_address_of_the_organisation_is_a_house_on_the_map():
    known = {house.text for house in houses()}
    for entry in (*snapshot()["OrgUnits"], *snapshot()["Persons"]):
        assert address_text(entry["Address"]) in known


def test_the_people_that_rules_are_about_are_among_the_others():
    units, persons = snapshot()["OrgUnits"], snapshot()["Persons"]
    led = {job["OrgUnitId"] for person in persons for job in person["Employments"] if job["Manager"]}
    assert len({unit["Id"] for unit in units} - led) == 1, "one unit has no leader of its own"
    assert sum(len(person["Employments"]) == 2 for person in persons) >= 5
    assert {unit["ParentId"] for unit in units} - {unit["Id"] for unit in units} == {None}
