"""docker-compose.yml, brought up for real: each service alone, then all, then one trip from report to payroll file.

Run by `make compose-test`, for it builds four images; it needs `docker compose` (or what answers to that name).
"""

import json
import os
import secrets
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import local_date, utc_now
from chassis.identity.signing import SigningKey
from deploy.client import System
from deploy.demo import arrival, line
from deploy.demo.map import write_map
from deploy.demo.people import everybody, featured
from deploy.demo.trips import TripPlanner, workdays_before
from tests.support.servers import free_ports

pytestmark = pytest.mark.compose

ROOT = Path(__file__).parents[2]
SERVICES = ("routing", "trips", "approval", "payroll")
PATIENCE_S = 120


class Issuer:
    """Signs as the `identity` service does, with its key."""

    def __init__(self, key):
        self.key = key

    def token(self, identity):
        return self.key.token(identity, issuer="identity", audience="services", lifetime=timedelta(hours=1))


class Compose:
    def __init__(self, folder):
        self.gateway_port, broker_port = free_ports(2)
        self.maps = folder / "maps"
        self.maps.mkdir()
        self.maps.chmod(0o755)
        self._file = folder / "env"
        ports = {"GATEWAY_PORT": self.gateway_port, "BROKER_PORT": broker_port, "MAPS_FOLDER": self.maps}
        lines = [f"{name}={ports.get(name) or secrets.token_hex(32)}" for name in _names_in_example()]
        self._file.write_text("\n".join(lines) + "\n")

    def __call__(self, *arguments):
        """What the command prints; it must succeed."""
        command = ["docker", "compose", "-p", "mileage-trial", "--env-file", str(self._file), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(arguments)}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def running(self):
        """The services that run now, without those that end by themselves."""
        listed = self("ps", "--format", "json").strip()
        rows = json.loads(listed) if listed.startswith("[") else [json.loads(row) for row in listed.splitlines()]
        return {_service_of(row) for row in rows if row["State"] == "running"}


def _names_in_example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return [row.partition("=")[0] for row in lines if row and not row.startswith("#")]


def _service_of(row):
    return row.get("Service") or row["Labels"]["com.docker.compose.service"]


def _has_host():
    try:
        return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="module")
def compose(tmp_path_factory):
    if not os.environ.get("COMPOSE_TEST"):
        pytest.skip("`make compose-test` runs it")
    if not _has_host():
        pytest.skip("no container host answers to `docker info`")
    compose = Compose(tmp_path_factory.mktemp("compose"))
    try:
        yield compose
    finally:
        compose("down", "-v")


@pytest.fixture(scope="module")
def system(compose):
    """All of it, with a map and the municipality."""
    for service in SERVICES:
        compose("up", "-d", "--wait", service)
    write_map(compose.maps / "havnby.osm")
    compose("exec", "-T", "routing", "routing", "map", "build", "/maps/havnby.osm")
    compose("up", "-d", "--wait")
    key = compose("run", "--rm", "-T", "--entrypoint", "cat", "identity", "/identity-key/key.pem")
    pem = compose.maps.parent / "key.pem"
    pem.write_text(key)
    system = System(f"http://127.0.0.1:{compose.gateway_port}", Issuer(SigningKey.load_or_create(pem)))
    arrival.import_organisation(system)
    line.wait_until_known(system, "payroll", ("trips", "approval"), PATIENCE_S)
    return system


def test_a_service_starts_with_nothing_but_its_database_and_the_broker(compose):
    compose("up", "-d", "--wait", "trips")
    assert compose.running() == {"trips", "trips-db", "broker"}


def test_one_trip_goes_from_report_to_payroll_file_in_containers(system):
    people = everybody(system)
    cast = featured(people)
    today = local_date(utc_now())
    trip = TripPlanner(f"compose {utc_now()}", workdays_before(today, 14)).plan_paid(cast["employee"])
    line.report(system, trip)
    assert list(line.wait_measured(system, [trip.trip_id], PATIENCE_S)) == [trip.trip_id]
    leaders = [person for person in people if person.leads]
    decided = line.decide_all(system, leaders, [trip.trip_id], lambda _: {"decision": "approve"}, PATIENCE_S)
    assert list(decided) == [trip.trip_id]
    line.wait_until_known(system, "approval", ("payroll", "trips"), PATIENCE_S)
    closed = line.close(system, cast["payroll"], f"{today:%Y-%m}")
    assert closed["trip_count"] == 1
    (paid,) = line.fetch_file(system, cast["payroll"], f"{today:%Y-%m}").decode().splitlines()
    assert paid.startswith("DA6")
    line.wait_until_known(system, "payroll", ("trips",), PATIENCE_S)
    shown = system.acting_as(cast["employee"].identity).get(f"/trips/api/v1/trips/{trip.trip_id}")
    assert shown["status"] == "settled"


def test_a_service_that_is_stopped_takes_no_other_one_down(compose, system):
    compose("stop", "approval")
    for service in ("trips", "payroll", "routing"):
        assert system.request("GET", f"/{service}/health/ready").is_success
    compose("up", "-d", "--wait", "approval")
    assert system.request("GET", "/approval/health/ready").is_success
