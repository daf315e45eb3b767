"""A short run of `make faults`, always the same one: what breaks is mended, and every check that says so can fail."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.drawing import draw

COUNT, SEED = 12, 3
REPOSITORY = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.rabbitmq]


@pytest.fixture(scope="module")
def run(tmp_path_factory, servers_installed):
    """The program itself, as `make faults` starts it; it ends its servers and services."""
    report = tmp_path_factory.mktemp("faults") / "report.json"
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        "--count",
        str(COUNT),
        "--seed",
        str(SEED),
        "--report",
        str(report),
    ]
    done = subprocess.run(command, check=False, cwd=REPOSITORY, capture_output=True, text=True, timeout=600)
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text()), done


def test_after_the_faults_every_check_finds_everything_in_order(run):
    result, done = run
    assert {name: said for name, said in result["found"].items() if said} == {}, done.stdout
    assert result["not_done"] == []
    assert (done.returncode, result["is_good"]) == (0, True)


def test_people_were_at_work_meanwhile(run):
    acknowledged = run[0]["acknowledged"]
    assert acknowledged["trips"] > COUNT
    assert all(acknowledged[what] > 0 for what in ("decisions", "closings", "imports"))


def test_every_check_sees_a_row_that_was_changed_on_purpose(run):
    result, _ = run
    assert [name for name, said in result["doctored"].items() if not said] == []
    unproven = result["found"].keys() - result["doctored"].keys()
    assert unproven == {"all comes to rest", "all stop in good order"}  # these two look at processes, not at rows


def test_the_same_seed_draws_the_same_faults_and_another_seed_others():
    first, again, other = (draw(seed, 200, absence_s=60, can_fill_disks=True) for seed in (5, 5, 6))
    assert first == again != other


def test_a_long_run_has_every_kind_of_fault_at_every_kind_of_target():
    faults = draw(7, 500, absence_s=60, can_fill_disks=True)
    actions = {(fault.action, fault.target) for fault in faults}
    targets = ["PostgreSQL", "RabbitMQ"]
    targets += ["trips.1", "trips.2", "approval.1", "payroll.1", "routing.1"]
    targets += ["trips relay", "approval relay", "payroll relay", "routing relay"]
    for ending in ("SIGKILL", "SIGSTOP, SIGKILL", "SIGTERM"):
        assert [target for target in targets if (ending, target) not in actions] == []
    others = {"queue deleted", "queue purged", "exchange deleted", "broker absent", "database read-only", "disk full"}
    assert others | {"clock behind"} <= {action for action, _ in actions}
