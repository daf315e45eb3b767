"""The relay against a real broker: everything, in order, the published bytes; and nothing lost whatever the broker does."""

import os
import subprocess
from dataclasses import replace

import pytest

from chassis.bus import relay_status
from chassis.bus.leader import leader_for
from chassis.clock import utc_now
from chassis.errors import Unavailable

pytestmark = pytest.mark.rabbitmq


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch):
    monkeypatch.setattr("chassis.bus.relay._LONGEST_WAIT_S", 1)


@pytest.fixture
def queue(publishing, tools):
    """A queue bound to everything the sample service publishes, as a reader would have it."""
    with tools.channel(publishing.broker_url) as channel:
        channel.exchange_declare("sample.events", "topic", durable=True, auto_delete=False)
        channel.queue_declare("reading", durable=True, auto_delete=False)
        channel.queue_bind("reading", "sample.events", "#")
    return "reading"


@pytest.fixture
def bodies(publishing, queue, tools):
    """What came to the queue since it was asked last."""

    def bodies():
        with tools.channel(publishing.broker_url) as channel:
            return [message.body for message in tools.drained(channel, queue)]

    return bodies


def published(publishing, count):
    return lambda: relay_status(publishing.store).published_sequence == count


def fail_once(monkeypatch, place):
    """The first time ``place`` is reached, everything after it fails to happen."""
    reached = []

    def reach(name):
        if name == place and not reached:
            reached.append(name)
            raise RuntimeError("the process died here")

    monkeypatch.setattr("chassis.failpoints.reach", reach)
    return reached


def test_everything_is_published_in_order_byte_for_byte(source, publishing, bodies, tools):
    wires = source.say(*"abc")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 3))
        wires += source.say(*"de")
        tools.eventually(published(publishing, 5))
    assert bodies() == wires


def test_a_message_carries_type_and_id_for_those_who_route_without_reading(source, publishing, queue, tools):
    source.say("a")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 1))
    with tools.channel(publishing.broker_url) as channel:
        [message] = tools.drained(channel, queue)
    [entry] = source.store.read_feed(0, 1).entries
    assert message.delivery_info["routing_key"] == message.properties["type"] == "added"
    assert message.properties["message_id"] == entry.event_id
    assert message.properties["content_type"] == "application/cloudevents+json"
    assert message.properties["delivery_mode"] == 2


def test_more_than_a_window_is_published(source, publishing, bodies, tools, monkeypatch):
    monkeypatch.setattr("chassis.bus.relay.WINDOW", 20)
    wires = source.say(*(["a", "b"] * 25))
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 50))
    assert bodies() == wires


def test_a_new_process_goes_on_where_the_last_one_stopped(source, publishing, bodies, tools):
    source.say("a")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 1))
    [second] = source.say("b")
    bodies()
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 2))
    assert bodies() == [second]


def test_what_was_confirmed_but_not_recorded_is_sent_again(source, publishing, bodies, tools, monkeypatch):
    fail_once(monkeypatch, "relay.after_confirm")
    wires = source.say("a", "b")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 2))
    assert bodies() == wires + wires


def test_what_was_read_but_not_sent_is_sent(source, publishing, bodies, tools, monkeypatch):
    fail_once(monkeypatch, "relay.after_read")
    wires = source.say("a", "b")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 2))
    assert bodies() == wires


def test_the_broker_may_be_killed_and_come_back(source, publishing, bodies, tools, rabbitmq, soon_again):
    wires = source.say("a")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 1))
        rabbitmq.kill()
        wires += source.say("b", "c")
        tools.eventually(lambda: relay_status(publishing.store).last_error)
        assert relay_status(publishing.store).published_sequence == 1
        rabbitmq.start()
        tools.eventually(published(publishing, 3), 180)
    found = bodies()
    assert [wire for place, wire in enumerate(found) if wire not in found[:place]] == wires


def test_a_broker_that_takes_but_does_not_confirm_is_given_up(source, publishing, bodies, tools, rabbitmq, monkeypatch):
    monkeypatch.setattr("chassis.bus.publisher.CONFIRM_S", 0.5)
    wires = source.say("a")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 1))
        rabbitmq.pause()
        try:
            wires += source.say("b")
            tools.eventually(lambda: "confirm_timeout" in (relay_status(publishing.store).last_error or ""))
            assert relay_status(publishing.store).published_sequence == 1
        finally:
            rabbitmq.resume()
        tools.eventually(published(publishing, 2), 180)
    found = bodies()
    assert [wire for place, wire in enumerate(found) if wire not in found[:place]] == wires


def test_a_broker_with_an_alarm_is_waited_for(source, publishing, bodies, tools, rabbitmq, monkeypatch):
    monkeypatch.setattr("chassis.bus.publisher.CONFIRM_S", 1)
    wires = source.say("a")
    with tools.running(publishing.relay()):
        tools.eventually(published(publishing, 1))
        control(rabbitmq, "set_vm_memory_high_watermark", "0.00001")
        try:
            wires += source.say("b")
            tools.eventually(lambda: publishing.metric("relay_blocked") == 1)
            wires += source.say("c")
            tools.eventually(lambda: publishing.metric("relay_is_leader") == 1)
        finally:
            control(rabbitmq, "set_vm_memory_high_watermark", "0.4")
        tools.eventually(published(publishing, 3), 180)
        assert publishing.metric("relay_failures_total") == 0, "being blocked is no failure"
    assert bodies() == wires


def test_a_deleted_exchange_is_made_again(source, publishing, tools):
    source.say("a")
    with tools.running(publishing.relay()), tools.channel(publishing.broker_url) as channel:
        tools.eventually(published(publishing, 1))
        channel.exchange_delete("sample.events")
        source.say("b")
        tools.eventually(published(publishing, 2))
    assert publishing.metric("relay_failures_total") > 0


def test_an_event_that_reaches_no_queue_is_not_counted_as_published(source, publishing, tools):
    """The tail queue always gets everything, so a returned event means that somebody took it away."""
    source.say("a")
    with tools.running(publishing.relay()), tools.channel(publishing.broker_url) as channel:
        tools.eventually(published(publishing, 1))
        channel.queue_delete("sample.events.tail")
        [wire] = source.say("b")
        tools.eventually(published(publishing, 2))
        assert publishing.metric("relay_returned_total") > 0
        assert tools.drained(channel, "sample.events.tail")[-1].body == wire


def test_an_event_that_a_queue_refuses_is_not_counted_as_published(source, publishing, tools):
    with tools.channel(publishing.broker_url) as channel:
        channel.exchange_declare("sample.events", "topic", durable=True, auto_delete=False)
        full = {"x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare("full", durable=True, auto_delete=False, arguments=full)
        channel.queue_bind("full", "sample.events", "#")
        source.say("a", "b", "c")
        with tools.running(publishing.relay()):
            tools.eventually(lambda: publishing.metric("relay_nacked_total") > 0)
            assert relay_status(publishing.store).published_sequence == 0
            channel.queue_delete("full")
            tools.eventually(published(publishing, 3))


def test_the_tail_keeps_the_newest_and_is_bounded(source, publishing, tools, monkeypatch):
    monkeypatch.setattr("chassis.bus.link.TAIL_LENGTH", 10)
    wires = source.say(*(["a"] * 30))
    with tools.running(publishing.relay()), tools.channel(publishing.broker_url) as channel:
        tools.eventually(published(publishing, 30))
        tools.eventually(lambda: [one.body for one in tools.drained(channel, "sample.events.tail")][-1:] == wires[-1:])


def test_nothing_is_published_past_a_hole(source, publishing, bodies, tools, monkeypatch):
    source.say("a", "b", "c")
    read_feed = publishing.store.read_feed

    def with_a_hole(after, limit):
        page = read_feed(after, limit)
        return replace(page, entries=page.entries[:1] + page.entries[2:])

    monkeypatch.setattr(publishing.store, "read_feed", with_a_hole)
    with tools.running(publishing.relay()):
        tools.eventually(lambda: "Hole" in (relay_status(publishing.store).last_error or ""))
    assert bodies() == []


def test_of_two_processes_one_publishes_and_the_other_takes_over(source, publishing, bodies, tools, monkeypatch):
    monkeypatch.setattr("chassis.bus.relay._STANDBY_S", 0.05)
    wires = source.say("a")
    first, second = publishing.relay(), publishing.relay()
    with tools.running(second):
        with tools.running(first):
            tools.eventually(published(publishing, 1))
            wires += source.say("b")
            tools.eventually(published(publishing, 2))
        wires += source.say("c")
        tools.eventually(published(publishing, 3))
    assert bodies() == wires


def test_the_status_says_how_far_the_broker_is_behind(source, publishing):
    source.say("a", "b")
    status = relay_status(source.store)
    assert (status.published_sequence, status.head, status.lag_events, status.last_error) == (0, 2, 2, None)


def test_there_is_one_leader_at_a_time(engine):
    first, second = leader_for(engine, utc_now), leader_for(engine, utc_now)
    assert first.acquire()
    assert first.acquire(), "it stays what it is"
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_checkpoint_moves_only_from_where_it_was(engine):
    leader = leader_for(engine, utc_now)
    leader.acquire()
    assert leader.checkpoint() == 0
    leader.move(0, 5)
    with pytest.raises(Unavailable):
        leader.move(0, 7)
    assert leader.checkpoint() == 5
    leader.release()


def control(rabbitmq, *arguments):
    """One command of the private node's own control program."""
    command = ["/usr/lib/rabbitmq/bin/rabbitmqctl", *arguments]
    subprocess.run(command, check=True, env=os.environ | rabbitmq._environment(), capture_output=True, timeout=60)
