"""Several graphs in one process never answer with each other's roads.

OSRM's other algorithm (MLD) did, without an error or a line in the log: its cache of unpacked paths knows neither the
data nor the options it was filled with. Here are the ways in which this service could fall into that.
"""

import osmium
import pytest

from routing.domain.route import PROFILES
from routing.engine.cache import LegCache
from routing.maps.shelf import LoadedMap, MapShelf
from routing.pointing import make_current
from services.routing.tests.support.alone import driven, driven_alone
from services.routing.tests.support.building import built

PAIRS = 300


@pytest.fixture(scope="module")
def pairs(real_map):
    """Addresses all over Samsø."""
    found = [address.point for address in real_map.register.search("Samsø", 50)]
    for letter in "abcdefghijklmnoprstu":
        found += [one.point for one in real_map.register.search(letter, 50) if one.postal_code == "8305"]
    return [(found[i % len(found)], found[(i * 7 + 3) % len(found)]) for i in range(PAIRS)]


def test_three_profiles_asked_in_turn_answer_as_each_does_alone(real_map, maps_folder, pairs):
    folder = maps_folder / real_map.manifest.map_id
    alone = {profile: driven_alone(folder, profile, pairs) for profile in PROFILES}
    together = LoadedMap(folder, LegCache(0))
    turns = [[driven(together.provider(profile), *pair) for profile in PROFILES] for pair in pairs]
    assert [list(answers) for answers in zip(*turns, strict=True)] == [alone[profile] for profile in PROFILES]
    assert sum(map(lambda a, b: a != b, alone["car-fastest"], alone["car-shortest"])) > 20, "the profiles do differ"


def test_a_profile_asked_after_another_answers_as_it_does_alone(real_map, maps_folder, pairs):
    together = LoadedMap(maps_folder / real_map.manifest.map_id, LegCache(0))
    for profile in ("car-fastest", "car-shortest"):
        answers = [driven(together.provider(profile), *pair) for pair in pairs]
        assert answers == driven_alone(maps_folder / real_map.manifest.map_id, profile, pairs)


def test_a_new_map_of_the_same_roads_with_other_speeds_answers_as_it_does_alone(shared_osm, tmp_path, pairs):
    """As many roads and crossings as before: nothing but the data tells the two maps apart."""
    source = shared_osm / "samsoe-2020.osm.pbf"
    first, second = (built(path, tmp_path) for path in (source, slower(source, tmp_path / "slower.osm.pbf")))
    shelf = MapShelf(tmp_path, LegCache(0))
    answers = {}
    for map_id in (first, second, first):
        make_current(tmp_path, map_id)
        answers[map_id] = [driven(shelf.current().provider("car-fastest"), *pair) for pair in pairs]
        assert answers[map_id] == driven_alone(tmp_path / map_id, "car-fastest", pairs)
    assert answers[first] != answers[second], "the maps do differ"


def slower(source, target):
    """The same map with 20 km/h on the larger roads."""
    with osmium.SimpleWriter(str(target)) as writer:
        for element in osmium.FileProcessor(str(source)):
            large = element.is_way() and element.tags.get("highway") in ("primary", "secondary", "tertiary")
            writer.add(element.replace(tags={**dict(element.tags), "maxspeed": "20"}) if large else element)
    return target
