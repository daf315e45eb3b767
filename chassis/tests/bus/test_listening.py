"""What docs/vendors/listening.md tells others to write is run here as it stands, against what a relay publishes."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from chassis.bus.relay import RelayLoop, relay_status
from chassis.clock import utc_now
from chassis.metrics import Metrics
from chassis.store import EventCodec, EventStore, Published
from tests.support.sample import ALICE, Added

pytestmark = pytest.mark.rabbitmq
PAGE = Path(__file__).parents[3] / "docs" / "vendors" / "listening.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL)

RUN = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import sys, yaml
from nameko.containers import ServiceContainer
sys.path.insert(0, ".")
import listening
container = ServiceContainer(listening.MileageWatcher, yaml.safe_load(open("listening.yaml")))
container.start()
print("ready", flush=True)
container.wait()
"""


def block(language, containing):
    """The one code block of the page that is in ``language`` and has ``containing`` in it."""
    [found] = [code for kind, code in BLOCKS if kind == language and containing in code]
    return found


@pytest.fixture
def trips(source_engine):
    def publish(recorded):
        data = {"person_id": "bent", "net_m": 1200 + recorded.event.number}
        return [Published("trip-submitted", recorded.stream, data, recorded.stream)]

    return EventStore(source_engine, service="trips", codec=EventCodec({"added": Added}), publish=publish)


@pytest.fixture
def submit(trips):
    def submit(trip_id, number):
        trips.execute(ALICE, lambda uow: uow.append(trip_id, 0, [Added(number)]))

    return submit


@pytest.fixture
def relayed(trips, broker_url, tools):
    app = SimpleNamespace(store=trips, metrics=Metrics(), clock=utc_now)
    with tools.running(RelayLoop(app, broker_url)):
        yield


class Program:
    """A program that prints a line for each event."""

    def __init__(self, folder, *arguments):
        command = [sys.executable, *arguments]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)

    def line(self):
        return self.process.stdout.readline().rstrip()

    def close(self):
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def run(tmp_path):
    programs = []

    def run(*arguments):
        programs.append(Program(tmp_path, *arguments))
        return programs[-1]

    yield run
    for program in programs:
        program.close()


def bound(tools, broker_url, queue):
    """Whether ``queue`` is there with its reader."""

    def is_read():
        with tools.channel(broker_url) as channel:
            try:
                return channel.queue_declare(queue, passive=True).consumer_count
            except channel.connection.channel_errors:
                return 0

    tools.eventually(is_read, 60)


def test_a_plain_nameko_service_hears_of_trips(relayed, submit, broker_url, tmp_path, run, tools):
    config = yaml.safe_load(block("yaml", "SERIALIZERS"))
    (tmp_path / "listening.yaml").write_text(yaml.safe_dump(config | {"AMQP_URI": broker_url}))
    (tmp_path / "listening.py").write_text(block("python", "@event_handler"))
    program = run("-c", RUN)
    assert program.line() == "ready"
    submit("t1", 0)
    assert program.line() == "00000000000000000001 bent 1200 m"
    submit("t2", 5)
    assert program.line() == "00000000000000000002 bent 1205 m"


def test_the_nameko_service_is_about_fifteen_lines():
    assert len(block("python", "@event_handler").splitlines()) <= 15


def test_a_plain_kombu_consumer_hears_of_everything(relayed, submit, broker_url, tmp_path, run, tools):
    (tmp_path / "listening.py").write_text(block("python", "from kombu"))
    program = run("listening.py", broker_url)
    bound(tools, broker_url, "accounting.trips")
    submit("t1", 0)
    submit("t2", 5)
    assert program.line() == "00000000000000000001 trip-submitted t1"
    assert program.line() == "00000000000000000002 trip-submitted t2"


def test_without_the_configuration_nameko_drops_the_message(relayed, trips, submit, broker_url, tmp_path, run, tools):
    """The warning on the page is true; when nameko learns better, the page can be shorter."""
    (tmp_path / "listening.yaml").write_text(yaml.safe_dump({"AMQP_URI": broker_url}))
    (tmp_path / "listening.py").write_text(block("python", "@event_handler"))
    program = run("-c", RUN)
    assert program.line() == "ready"
    submit("t1", 0)

    def is_empty():
        with tools.channel(broker_url) as channel:
            queue = "evt-trips-trip-submitted--mileage_watcher.on_trip_submitted"
            return channel.queue_declare(queue, passive=True).message_count == 0

    tools.eventually(lambda: relay_status(trips).published_sequence == 1)
    tools.eventually(is_empty)
    program.process.terminate()
    assert program.process.stdout.read() == ""
