"""What somebody meets who starts the embedded system: a clear sentence when it cannot start, and a clean end."""

import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.child import EmbeddedChild, free_port
from deploy.client import CallFailed, NoAnswer
from deploy.demo.people import everybody, featured

CANNOT_START = 2


def tried(**environment):
    """Exit code and what is said by a start that does not succeed."""
    command = [sys.executable, "-m", "deploy.embedded"]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stderr


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = tried(MILEAGE_DATA_DIR=str(tmp_path), PORT=str(port))
    assert code == CANNOT_START
    assert said.strip() == (f"Port {port} is taken by another program. Choose another one: PORT={port + 1} make run")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_an_address_that_others_can_reach_is_refused(tmp_path, host):
    code, said = tried(MILEAGE_DATA_DIR=str(tmp_path), MILEAGE_HOST=host, PORT=str(free_port()))
    assert code == CANNOT_START
    assert "only for this machine itself" in said


@pytest.mark.parametrize("port", ["0", "65536", "eight thousand"])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    code, said = tried(MILEAGE_DATA_DIR=str(tmp_path), PORT=port)
    assert (code, said.strip()) == (CANNOT_START, f"PORT must be a number from 1 to 65535, not {port!r}.")


def test_an_unknown_variable_of_a_service_is_refused_by_name(tmp_path):
    code, said = tried(MILEAGE_DATA_DIR=str(tmp_path), PORT=str(free_port()), TRIPS_DEDUCTION_POLICI="none")
    assert code == CANNOT_START
    assert "Did you mean TRIPS_DEDUCTION_POLICY?" in said


def test_two_on_the_same_data_are_refused(embedded):
    code, said = tried(MILEAGE_DATA_DIR=str(embedded.outside.data_dir), PORT=str(free_port()))
    assert code == CANNOT_START
    assert "already running on the data" in said


def test_it_says_where_it_is_and_what_to_do(embedded):
    said = embedded.outside.output()
    assert re.search(rf"Ready after \d+\.\d s\. Open  {embedded.outside.base_url}/", said)
    assert "Ctrl-C ends it." in said


def test_ctrl_c_ends_it_cleanly_under_load_and_nothing_is_unwell_afterwards(tmp_path):
    child = EmbeddedChild(tmp_path)
    child.start()
    system = child.system()
    api = system.acting_as(featured(everybody(system))["employee"].identity)

    def ask(_index):
        try:
            api.get("/trips/api/v1/trips")
        except (CallFailed, NoAnswer) as error:
            return error
        return None

    with ThreadPoolExecutor(16) as pool:
        answers = pool.map(ask, range(400))
        assert next(answers) is None
        assert child.stop() == 0
        refused = [error for error in answers if error is not None]
    assert all(isinstance(error, NoAnswer) for error in refused), "no request was answered wrongly"
    said = child.output()
    assert said.rstrip().endswith("Stopped.")
    assert "Traceback" not in said
