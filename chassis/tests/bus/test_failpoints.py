"""The process ends at each place between two steps, and the next one makes it good: nothing lost, nothing twice."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chassis import failpoints

CORE = Path(failpoints.__file__).parent
PLACES = sorted(
    {
        place
        for file in CORE.rglob("*.py")
        for place in re.findall(r'failpoints\.reach\("([a-z_.]+)"\)', file.read_text())
        if not place.startswith("rebuild.")
    }
)
"""Those of the bus; a rebuild has its own."""

PROGRAM = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import importlib.util
import sys
root, here, sample, reader, broker = sys.argv[1:]
sys.path.insert(0, root)
spec = importlib.util.spec_from_file_location("bus", here)
bus = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bus)
from chassis.bus.intake import Intake
from chassis.store import open_engine

source = bus.Source(open_engine(sample))
reader = bus.Reader(open_engine(reader), source, broker)
publishing = bus.Publishing(source, broker)
with bus.running(reader.follower(Intake(broker, "reader", "sample")), publishing.relay()):
    bus.eventually(lambda: reader.metric("inbox_connected") == 1, 60)
    source.say(*"abcab")
    head = source.store.read_feed(0, 1).head
    bus.eventually(lambda: reader.inbox.position == head, 60)
    bus.eventually(lambda: publishing.metric("relay_published_position") == head, 60)
"""


@pytest.fixture
def run(engine, source_engine, broker_url):
    """Run both services in a process of their own until everything has arrived; gives its exit code."""

    def run(place):
        here = Path(__file__)
        urls = [one.url.render_as_string(hide_password=False) for one in (source_engine, engine)]
        command = [sys.executable, "-c", PROGRAM, here.parents[3], here.parent / "conftest.py", *urls, broker_url]
        return subprocess.run(
            command, check=False, env=os.environ | {"CHASSIS_FAILPOINT": place}, timeout=200
        ).returncode

    return run


def test_a_process_without_a_chosen_failpoint_reaches_them_all_unharmed():
    for place in PLACES:
        failpoints.reach(place)


def test_there_is_a_failpoint_between_every_two_steps():
    """Append, commit, read, publish, confirm, checkpoint; receive, apply, commit, acknowledge."""
    assert PLACES == [
        "relay.after_checkpoint",
        "relay.after_confirm",
        "relay.after_publish",
        "relay.after_read",
        "store.after_commit",
        "store.before_commit",
        "subscription.after_ack",
        "subscription.after_apply",
        "subscription.after_commit",
        "subscription.after_receive",
        "subscription.before_apply",
    ]


@pytest.mark.rabbitmq
@pytest.mark.parametrize(
    ("engine", "place"),
    [("postgresql" if place.startswith("subscription") else "sqlite", place) for place in PLACES],
    indirect=["engine"],
)
def test_a_process_killed_there_loses_nothing_and_does_nothing_twice(place, reader, source, run):
    assert run(place) == failpoints.KILLED
    assert run("") == 0
    count = source.store.read_feed(0, 1).head
    assert reader.taken() == reader.seen() == list(range(1, count + 1))
