"""The whole line on the real map: what is paid rests on the distances that are known to be right."""

import json
import os
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import osmium
import pytest

from chassis.clock import local_date, utc_now
from chassis.identity import DevIssuer, Identity
from deploy.client import System, answers, program
from deploy.demo import line
from routing.maps.building import build_map
from routing.pointing import make_current
from tests.support.servers import Program, free_ports
from tests.system.bare import HOST

REPOSITORY = Path(__file__).parents[2]
PATIENCE_S = 60
FIRST_NODE_ID = 8_000_000_000
HOME = {"Street": "Kalkhavesvej 18", "PostalCode": "8305", "City": "Samsø"}
TOWN_HALL = {"Street": "Bisgård Mark 7", "PostalCode": "8305", "City": "Samsø"}


@pytest.fixture(scope="module")
def shared_osm():
    folder = Path(os.environ.get("SHARED_DIR", REPOSITORY.parent / "shared")) / "osm"
    if not folder.is_dir():
        pytest.skip(f"the real map is not here ({folder}); set SHARED_DIR")
    return folder


@pytest.fixture(scope="module")
def golden(shared_osm):
    return json.loads((shared_osm / "golden-dk-fixture.json").read_text())["pairs"]


@pytest.fixture(scope="module")
def system(tmp_path_factory, shared_osm, golden):
    """Four services on the real map, to which the golden places were added as addresses, with two employees."""
    folder = tmp_path_factory.mktemp("real-map")
    source = folder / "real.osm.pbf"
    add_addresses(shared_osm / "dk-fixture.osm.pbf", source, places(golden))
    maps = folder / "routing" / "maps"
    make_current(maps, build_map(source, maps, utc_now()))
    (port,) = free_ports(1)
    system = System(f"http://{HOST}:{port}", DevIssuer(folder, host=HOST))
    command = [sys.executable, "-m", "tests.system.bare", str(folder), str(port)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    services = Program("services", command, folder / "output.log", env=environment)
    services.start(lambda: answers(f"{system.base_url}/payroll/health/ready"))
    try:
        system.acting_as(program("integration")).put("/payroll/api/v1/organisation", organisation())
        line.wait_until_known(system, "payroll", ("trips", "approval"), PATIENCE_S)
        yield system
    finally:
        system.close()
        services.stop()


def places(golden):
    """The golden places by name, in microdegrees."""
    found = {}
    for pair in golden:
        found[pair["start"]], found[pair["end"]] = pair["from_lonlat"], pair["to_lonlat"]
    return found


def street(place):
    """A street name that no real street has."""
    return f"Målepunkt {place.replace('_', ' ').replace('-', ' ')}"


def add_addresses(source, target, places):
    """The map with one more node per place: no road is touched."""
    header = osmium.io.Reader(str(source)).header()
    with osmium.SimpleWriter(str(target), header=header) as writer:
        waiting = list(enumerate(places.items(), FIRST_NODE_ID))
        for element in osmium.FileProcessor(str(source)):
            while waiting and not element.is_node():
                node_id, (name, lon_lat) = waiting.pop(0)
                tags = {"addr:street": street(name), "addr:housenumber": "1", "addr:postcode": "9999"}
                writer.add_node(osmium.osm.mutable.Node(id=node_id, location=tuple(lon_lat), tags=tags))
            writer.add(element)


def organisation():
    unit = {"Id": "1", "ParentId": None, "Name": "Rådhuset", "Address": TOWN_HALL, "CostCenter": "0001000"}
    return {"OrgUnits": [unit], "Persons": [person(1, "Lea", leads=True), person(2, "Emil", leads=False)]}


def person(number, name, *, leads):
    employment = {
        "EmployeeNumber": str(10_000 + number), "FromDate": "2015-01-01", "ToDate": None, "OrgUnitId": "1",
        "Position": "Medarbejder", "CostCenter": "0001000", "Manager": leads, "ExtraNumber": 0, "EmploymentType": 1,
        "InstituteCode": "HB",
    }  # fmt: skip
    return {
        "CPR": f"990170{number:04d}", "FirstName": name, "LastName": "Prøve", "Email": f"{name}@samso.example",
        "Initials": name.lower(), "Address": HOME, "Employments": [employment],
    }  # fmt: skip


@pytest.fixture(scope="module")
def people(system):
    found = system.acting_as(program("admin")).items("/payroll/api/v1/people")
    return {one["name"].split()[0]: one for one in found}


def identity(person, *roles):
    return Identity(person["person_id"], frozenset({"employee", *roles}), person["name"])


def report(system, driver, start, end):
    """Emil drives from one golden place to another; gives the trip's id."""
    trip_id = str(uuid.uuid4())
    body = {
        "trip_id": trip_id,
        "employment_id": driver["employments"][0]["employment_id"],
        "driving_date": (local_date(utc_now()) - timedelta(days=3)).isoformat(),
        "purpose": "Møde",
        "rate_type": "car_high",
        "licence_plate": "QQ10002",
        "points": [{"text": f"{street(place)} 1, 9999"} for place in (start, end)],
        "round_trip": False,
    }
    system.acting_as(identity(driver)).post("/trips/api/v1/trips", body)
    return trip_id


def submitted(system, trip_ids):
    list(line.wait_measured(system, trip_ids, PATIENCE_S))
    feed = system.acting_as(program("integration")).feed("trips")
    return {e["subject"]: e["data"] for e in feed if e["type"] == "trip-submitted" and e["subject"] in trip_ids}


def test_the_line_measures_approves_and_pays_the_golden_distances(system, people, golden):
    drivable = [pair for pair in golden if "error" not in pair["results"]["car-fastest"]]
    trips = {report(system, people["Emil"], pair["start"], pair["end"]): pair for pair in drivable}
    events = submitted(system, trips)
    expected = {trip_id: pair["results"]["car-fastest"]["driven_m"] for trip_id, pair in trips.items()}
    assert {trip_id: event["gross_m"] for trip_id, event in events.items()} == pytest.approx(expected, abs=1)
    assert all(event["graph"]["map_data_date"] == "2020-03-09" for event in events.values())

    leader = system.acting_as(identity(people["Lea"]))
    line.wait_until_known(system, "trips", ("approval", "payroll"), PATIENCE_S)
    decisions = [{"trip_id": one, "revision": 1, "decision": "approve"} for one in trips]
    answer = leader.post("/approval/api/v1/decisions", {"decisions": decisions})
    assert {item["outcome"] for item in answer["items"]} == {"approved"}
    line.wait_until_known(system, "approval", ("payroll",), PATIENCE_S)

    officer = system.acting_as(identity(people["Lea"], "payroll"))
    period = f"{local_date(utc_now()):%Y-%m}"
    officer.post(f"/payroll/api/v1/periods/{period}/close", {})
    closed = officer.get(f"/payroll/api/v1/periods/{period}")
    paid = sum(event["net_m"] for event in events.values())
    assert (closed["trip_count"], closed["net_m"]) == (len(trips), paid)
    assert paid == pytest.approx(sum(expected.values()), abs=5 * len(trips))
    assert officer.get_bytes(f"/payroll/api/v1/periods/{period}/files/opus")


def test_a_trip_between_islands_without_a_ferry_says_why_it_has_no_distance(system, people, golden):
    apart = next(pair for pair in golden if pair["results"]["car-fastest"].get("error") == "NoRoute")
    trip_id = report(system, people["Emil"], apart["start"], apart["end"])
    line.wait_until_known(system, "trips", ("routing",), PATIENCE_S)
    line.wait_until_known(system, "routing", ("trips",), PATIENCE_S)
    shown = system.acting_as(identity(people["Emil"])).get(f"/trips/api/v1/trips/{trip_id}")
    assert shown["status"] == "not_measurable"
    assert "no_route" in json.dumps(shown)
