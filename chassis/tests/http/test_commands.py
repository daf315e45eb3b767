"""The commands of a service, and the service as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from lending.cli import main

HERE = Path(__file__).parent


@pytest.fixture
def environment(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {**settings, "LENDING_HTTP_PORT": str(port), "COLUMNS": "300"}


@pytest.fixture
def command(environment):
    def command(*arguments):
        return CliRunner(env=environment).invoke(main, arguments)

    return command


def test_the_database_is_brought_up_to_date_by_a_command_and_never_by_a_start(command):
    assert command("db", "check").exit_code == 1
    assert command("db", "upgrade").output == "lending: nothing → 0002\n"
    assert command("db", "upgrade").output == "lending: 0002 → 0002\n"
    assert command("db", "current").output == "database 0002, code 0002\n"
    assert command("db", "check").exit_code == 0


def test_the_configuration_is_documented_checked_and_shown_without_secrets(command, environment):
    documented = command("config", "doc", "--format", "json")
    rows = {row["variable"]: row for row in json.loads(documented.output)}
    assert rows["LENDING_MOST_BOOKS"] == {
        "variable": "LENDING_MOST_BOOKS",
        "default": "3",
        "meaning": "How many books a person may have.",
    }
    assert rows["LENDING_SEAL (or _FILE)"]["default"] == ""
    assert command("config", "check").exit_code == 0
    environment["LENDING_SEAL"] = "hush"
    assert "hush" not in command("config", "show").output
    environment["LENDING_COLOUR"] = "red"
    refused = command("config", "check")
    assert (refused.exit_code, refused.stderr) == (2, "LENDING_COLOUR is unknown.\n")


def test_the_feed_is_shown_and_its_bytes_given(command, app, lend):
    lend("a", "b")
    listed = json.loads(command("feed", "--format", "json").output)
    assert [(row["sequence"], row["type"], row["subject"]) for row in listed] == [
        (1, "book-lent", "a"),
        (2, "book-lent", "b"),
    ]
    assert command("feed", "--wire", "--after", "1").stdout_bytes.strip() == app.store.read_feed(1, 1).entries[0].wire


def test_the_chain_is_verified_and_a_changed_row_found(command, app, lend):
    from sqlalchemy import text

    from chassis.store import writing

    lend("a", "b")
    assert command("verify").exit_code == 0
    with writing(app.store.engine) as conn:
        conn.execute(text("DROP TRIGGER events_no_update"))
        conn.execute(text("UPDATE events SET data = replace(data, 'a', 'x') WHERE position = 1"))
    found = command("verify")
    assert found.exit_code == 1
    assert "whole" not in found.output.splitlines()[0]


def test_what_waits_and_what_went_out_can_be_listed(command, app):
    assert json.loads(command("relay", "status", "--format", "json").output)[0]["lag_events"] == 0
    assert command("dead-letters", "list").output == "No dead letters.\n"
    assert command("inbox", "list").output == "Nothing was followed yet.\n"
    assert command("projections", "list").output == "No projections.\n"


def test_a_restored_log_gets_a_new_id_once_it_is_asked_for_in_earnest_and_it_is_kept_who_asked(command, app, lend):
    lend("a")
    app.store.engine.dispose()
    why = ("--by", "kim", "--why", "the disk died")
    assert command("db", "restorations").output == "Nothing was ever restored.\n"
    looked = command("db", "restored", *why)
    assert (looked.exit_code, "1 published; a new id with --apply" in looked.output) == (0, True)
    done = command("db", "restored", *why, "--apply")
    assert (done.exit_code, "ends at 1; it goes on as" in done.output) == (0, True)
    (kept,) = json.loads(command("db", "restorations", "--format", "json").output)
    assert (kept["kind"], kept["decided_by"], kept["decision_note"]) == ("restored", "kim", "the disk died")
    assert f"log {kept['logid_before']} ends" in looked.output + done.output
    assert command("db", "restorations").output.count("kim") == 1


def test_a_database_in_use_is_not_declared_restored(command, app, lend):
    lend("a")
    with app.store.engine.connect() as conn:
        conn.exec_driver_sql("SELECT 1")
        for arguments in ((), ("--apply",)):
            refused = command("db", "restored", "--why", "the disk died", *arguments)
            assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "in_use")
    assert command("db", "restorations").output == "Nothing was ever restored.\n"


def test_only_a_source_that_is_listened_to_can_be_resynchronised(command, app):
    refused = command("inbox", "resynchronise", "nobody", "--why", "it was restored")
    assert (refused.exit_code, "does not listen to nobody" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("dead-letters", "show", "7"), "unknown_dead_letter"),
        (("projections", "rebuild", "x"), "unknown_projection"),
        (("inbox", "resume", "x"), "unknown_source"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_1(command, app, arguments, code):
    refused = command(*arguments)
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, code)


def test_only_a_source_that_is_listened_to_can_be_replayed(command, app):
    refused = command("dead-letters", "replay", "s-1", "--source", "nobody", "--why", "try again")
    assert (refused.exit_code, "does not listen to nobody" in refused.output) == (2, True)


def test_who_read_a_persons_data_can_be_asked(command, app, site):
    site.get("/lending/api/v1/cards/p-2", token=site.token("librarian"))
    (row,) = json.loads(command("person", "report", "p-2", "--format", "json").output)
    assert (row["actor"], row["what"]) == ("p-1", "card")
    assert command("person", "report", "p-3").output == "Nobody has read this person's data here.\n"


def test_the_api_description_needs_no_configuration(tmp_path):
    made = CliRunner(env={"LENDING_DATABASE_URL": None}).invoke(main, ["openapi"])
    assert json.loads(made.output)["info"]["title"] == "lending"


class Process:
    def __init__(self, environment, *arguments):
        path = os.pathsep.join([str(HERE), str(HERE.parents[1]), *sys.path])
        whole = {**os.environ, **environment, "PYTHONPATH": path}
        self.port = environment["LENDING_HTTP_PORT"]
        self.child = subprocess.Popen(
            [sys.executable, "-m", "lending.cli", *arguments],
            env=whole,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return response.status

    def wait_until_up(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.child.poll() is None:
            try:
                return self.get("/lending/version")
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.child.communicate(timeout=5)[0])

    def end(self, number, timeout=30):
        self.child.send_signal(number)
        output, _ = self.child.communicate(timeout=timeout)
        return self.child.returncode, output


@pytest.fixture
def start(environment, app):
    processes = []

    def start(*arguments, **more):
        processes.append(Process({**environment, **more}, *arguments))
        return processes[-1]

    yield start
    for process in processes:
        process.child.kill()
        process.child.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_runs_until_it_is_told_to_stop_and_then_stops_well(start, number):
    process = start("run")
    assert process.wait_until_up() == 200
    assert process.get("/lending/health/ready") == 200
    code, output = process.end(number)
    assert (code, "Traceback" in output) == (0, False)


def test_a_second_signal_changes_nothing(start):
    """It breaks nameko's own command."""
    process = start("run")
    process.wait_until_up()
    process.child.send_signal(signal.SIGTERM)
    time.sleep(0.02)
    code, output = process.end(signal.SIGTERM)
    assert (code, "Traceback" in output) == (0, False)


def test_every_line_of_the_log_is_json(start):
    process = start("run", LENDING_LOG_LEVEL="DEBUG")
    process.wait_until_up()
    _, output = process.end(signal.SIGTERM)
    assert output
    assert all(json.loads(line)["service"] == "lending" for line in output.splitlines())


def test_web_answers_and_worker_works_and_is_watched(start, environment):
    web = start("web")
    web.wait_until_up()
    assert web.get("/lending/") == 200
    assert web.end(signal.SIGTERM)[0] == 0
    worker = start("worker")
    worker.wait_until_up()
    assert worker.get("/lending/health/live") == 200
    assert "projections" in urllib.request.urlopen(f"http://127.0.0.1:{worker.port}/lending/metrics").read().decode()
    with pytest.raises(urllib.error.HTTPError):
        worker.get("/lending/")
    assert worker.end(signal.SIGTERM)[0] == 0


def test_a_service_that_cannot_be_configured_says_why_and_does_not_start(start):
    process = start("run", LENDING_HTTP_PORT="x")
    output, _ = process.child.communicate(timeout=30)
    assert (process.child.returncode, output) == (2, "LENDING_HTTP_PORT must be a whole number, not 'x'.\n")


def test_a_service_whose_port_is_taken_ends_with_an_error(start, environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["LENDING_HTTP_PORT"])))
        taken.listen()
        process = start("run")
        output, _ = process.child.communicate(timeout=40)
    assert process.child.returncode == 1
    assert "did not start" in output


def test_a_running_service_is_asked_for_its_health_by_a_command(start, command):
    assert command("health").exit_code == 1
    process = start("run")
    process.wait_until_up()
    asked = command("health")
    assert (asked.exit_code, asked.output.count('"ok"')) == (0, 2)


PROGRAM = """
from chassis.runner import run
import time, eventlet
from nameko.extensions import DependencyProvider

class Part(DependencyProvider):
    def start(self):
        self.container.spawn_managed_thread(self.loop)
    def loop(self):
        while True:
            eventlet.sleep(0.2)
            {act}
    def stop(self):
        {stop}

class Service:
    name = "doomed"
    part = Part()
    from chassis.core import Core
    core = Core(lambda settings: type("A", (), {{"close": lambda self: None}})())

raise SystemExit(run([Service], {{"settings": {{"doomed": None}}}}, stop_seconds=1.5, on_ready=lambda: print("up", flush=True)))
"""


def run_program(tmp_path, act="pass", stop="pass"):
    file = tmp_path / "program.py"
    file.write_text(PROGRAM.format(act=act, stop=stop))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), *sys.path])}
    return subprocess.Popen(
        [sys.executable, file], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_a_part_that_dies_ends_the_process_with_an_error(tmp_path):
    """By itself, nameko can leave a process that lives on and does nothing."""
    child = run_program(tmp_path, act="raise RuntimeError('the end')")
    output, _ = child.communicate(timeout=30)
    assert (child.returncode, "the end" in output) == (1, True)


@pytest.mark.parametrize(
    "stop",
    [
        "eventlet.sleep(3600)",
        "time.sleep(3600)",
        "import _thread; l = __import__('eventlet').patcher.original('threading').Lock(); l.acquire(); l.acquire()",
    ],
)
def test_a_stop_that_hangs_is_ended_by_force(tmp_path, stop):
    """Also where the greenlets themselves are stuck: the deadline is kept by a real thread."""
    child = run_program(tmp_path, stop=stop)
    assert child.stdout.readline() == "up\n"
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    output, _ = child.communicate(timeout=30)
    assert (child.returncode, "longer than 1.5 seconds" in output) == (1, True)
    assert time.monotonic() - began < 10
