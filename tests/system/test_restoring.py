"""The restore drill of docs/operations.md, on the distributed system: payroll goes back to before a period was closed."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from sqlalchemy import make_url

from deploy.demo import line
from tests.support.postgres import binaries
from tests.system.harness import LISTENS_TO, distributed_line
from tests.system.test_line import PATIENCE_S, approve_all, close_next, drawn, published

pytestmark = [pytest.mark.slow]
CONSUMERS = tuple(name for name, sources in LISTENS_TO.items() if "payroll" in sources)
HALTED = "SELECT failure FROM inbox WHERE source = 'payroll' AND status = 'halted'"
WHY = ("--by", "kim", "--why", "the disk died")


@pytest.fixture
def running(tmp_path, postgres, rabbitmq):
    """A system of its own: periods are closed in it, and one of its databases goes back in time."""
    yield from distributed_line(tmp_path, postgres, rabbitmq)


def reported(running, *seeds):
    trips = [drawn(running, f"restore {seed}") for seed in seeds]
    for trip in trips:
        line.report(running.system, trip)
    approve_all(running, trips)
    return {trip.trip_id for trip in trips}


def listed(outside, *arguments):
    return json.loads(outside.command(*arguments, "--format", "json"))


def dumped(url, file):
    """A backup of the database, made while it is in use."""
    _postgres("pg_dump", url, "--format=custom", f"--file={file}")


def restored(url, file):
    _postgres("dropdb", url)
    _postgres("createdb", url)
    _postgres("pg_restore", url, f"--dbname={make_url(url).database}", file)


def _postgres(program, url, *arguments):
    where = make_url(url)
    command = [binaries() / program, "-h", where.host, "-p", str(where.port), "-U", where.username, *arguments]
    name = [] if program == "pg_restore" else [where.database]
    subprocess.run([*command, *name], check=True, capture_output=True, timeout=60)


def rows(outside, service, query):
    """What the database says, without the service's own code."""
    where = make_url(outside.databases[service])
    conn = psycopg2.connect(host=where.host, port=where.port, user=where.username, dbname=where.database)
    with closing(conn), conn.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def halted(outside, service):
    """Waits until the service has stopped following payroll; gives why."""
    until = time.monotonic() + PATIENCE_S
    while not (found := rows(outside, service, HALTED)):
        assert time.monotonic() < until, f"{service} does not stop"
        time.sleep(0.1)
    return found[0][0]


def test_payroll_is_restored_to_before_a_closing_and_nobody_is_paid_twice(running, tmp_path):
    outside = running.outside
    paid = reported(running, 1, 2)
    dumped(outside.databases["payroll"], tmp_path / "backup")
    closed, file = close_next(running)
    with pytest.raises(AssertionError, match="in_use"):
        outside.command("payroll", "db", "restored", *WHY)

    outside.stop("payroll")
    restored(outside.databases["payroll"], tmp_path / "backup")
    assert "it goes on as" in outside.command("payroll", "db", "restored", *WHY, "--apply")
    outside.start("payroll")
    assert all(halted(outside, name).startswith("fork: the log is now") for name in CONSUMERS)

    again = ("inbox", "resynchronise", "payroll", *WHY, "--apply")
    with ThreadPoolExecutor(len(CONSUMERS)) as pool:
        found = pool.map(lambda name: listed(outside, name, *again), CONSUMERS)
    reports = dict(zip(CONSUMERS, found, strict=True))
    of_trips = reports["trips"]["consequences"]
    assert {one["stream"] for one in of_trips if one["type"] == "trip-settled"} == {f"trip-{one}" for one in paid}
    assert len(reports["approval"]["consequences"]) == len(paid)

    late = reported(running, 3)
    officer = running.acting_as("payroll")
    officer.post(f"/payroll/api/v1/periods/{closed['period']}/close", {"cut_off": closed["cut_off"]})
    assert line.fetch_file(running.system, running.cast["payroll"], closed["period"]) == file, "the file they have"
    next_closed, _ = close_next(running)
    settled = [event for event in published(running).payroll if event["type"] == "trip-settled"]
    assert sorted((event["data"]["period"], event["subject"]) for event in settled) == sorted(
        [(closed["period"], trip) for trip in paid] + [(next_closed["period"], trip) for trip in late]
    )
    assert [rows(outside, name, "SELECT error_type FROM dead_letters") for name in CONSUMERS] == [[] for _ in CONSUMERS]
    assert "whole to" in outside.command("payroll", "verify")
