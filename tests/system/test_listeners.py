"""Others listen to our events with the tools they have: plain nameko, plain kombu, and the feed."""

import json
import os
import re
import sys
import time
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue

from deploy.demo import line
from tests.support.servers import Program
from tests.system.test_line import PATIENCE_S, drawn

ROOT = Path(__file__).parents[2]
LISTENER = Path(__file__).with_name("plain_listener.py")


def submit_one(distributed, seed):
    trip = drawn(distributed, seed)
    line.report(distributed.system, trip)
    list(line.wait_measured(distributed.system, [trip.trip_id], PATIENCE_S))
    return trip.trip_id


@pytest.fixture
def plain_nameko(distributed, tmp_path):
    """A nameko service of fifteen lines, in a process of its own; gives what it has received."""
    received = tmp_path / "received.jsonl"
    received.touch()
    command = [sys.executable, str(LISTENER), distributed.outside.broker_url, str(received)]
    listener = Program("plain nameko", command, tmp_path / "listener.log", env=os.environ)
    queue = "evt-trips-trip-submitted--plain_listener.on_trip"
    listener.start(lambda: has_consumer(distributed.outside.broker_url, queue))
    yield lambda: [json.loads(text) for text in received.read_text(encoding="utf-8").splitlines()]
    assert listener.stop() in (0, -15)


def has_consumer(broker_url, queue):
    with Connection(broker_url) as connection, connection.channel() as channel:
        try:
            return channel.queue_declare(queue, passive=True).consumer_count > 0
        except connection.channel_errors:
            return False


def test_a_plain_nameko_service_receives_our_events(distributed, plain_nameko):
    trip_id = submit_one(distributed, "nameko")
    deadline = time.monotonic() + PATIENCE_S
    while not any(event["subject"] == trip_id for event in plain_nameko()):
        assert time.monotonic() < deadline, "the event did not arrive"
        time.sleep(0.1)
    event = next(event for event in plain_nameko() if event["subject"] == trip_id)
    assert event["type"] == "trip-submitted"
    assert event["data"]["trip_id"] == trip_id


def test_a_plain_kombu_consumer_receives_the_same_bytes_as_the_feed_has(distributed):
    bodies = []
    queue = Queue("a-vendors-own-queue", Exchange("trips.events", type="topic", passive=True), routing_key="#")
    with Connection(distributed.outside.broker_url) as connection, connection.channel() as channel:
        queue(channel).declare()
        trip_id = submit_one(distributed, "kombu")

        def on_message(message):
            bodies.append(bytes(message.body) if not isinstance(message.body, str) else message.body.encode())
            message.ack()

        with connection.Consumer(queue, on_message=on_message, accept=["json"], no_ack=False):
            deadline = time.monotonic() + PATIENCE_S
            while not any(json.loads(body)["subject"] == trip_id for body in bodies):
                connection.drain_events(timeout=max(0.1, deadline - time.monotonic()))
    body = next(body for body in bodies if json.loads(body)["subject"] == trip_id)
    assert body in feed_bytes(distributed, "trips", json.loads(body))


def feed_bytes(distributed, service, event):
    api = distributed.system.acting_as(line.program("integration"))
    after = int(event["sequence"]) - 1
    answer = distributed.system.request(
        "GET", f"/{service}/feed?after={after}&limit=1", headers={"Authorization": f"Bearer {api.token}"}
    )
    return answer.content


def test_a_sealed_field_is_opened_as_the_page_for_vendors_says(distributed):
    (code,) = [block for block in blocks_of(ROOT / "docs" / "vendors" / "listening.md") if "def opened" in block]
    said = {}
    exec(code, said)
    trip_id = submit_one(distributed, "sealed")
    api = distributed.system.acting_as(line.program("integration"))
    event = next(one for one in api.feed("trips") if one["subject"] == trip_id and one["type"] == "trip-submitted")
    assert event["data"]["purpose"]["$sealed"] == 1
    page = json.loads(feed_bytes(distributed, "trips", event))
    shown = distributed.acting_as("employee").get(f"/trips/api/v1/trips/{trip_id}")
    opened = said["opened"](event["data"], page["keys"], event["id"])
    assert opened["purpose"] == shown["purpose"]
    assert opened["points"] == shown["quote"]["points"]
    assert said["opened"](event["data"], dict.fromkeys(page["keys"]), event["id"])["purpose"] is None


def blocks_of(path):
    return re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
