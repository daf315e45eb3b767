"""Subscriptions inside nameko's container, against a real broker: starting, stopping, losing the broker, losing messages."""

import eventlet
import pytest
from amqp.exceptions import NotFound
from nameko.containers import ServiceContainer

from chassis.bus import ProjectionLoop, Relay, Subscription, subscriptions_of
from chassis.bus.handling import nothing
from chassis.bus.intake import Intake
from chassis.bus.relay import relay_status
from chassis.core import Core
from chassis.errors import Unavailable
from chassis.projections import OWN_LOG, Projection


def service_of(reader, **parts):
    """The reader as a nameko class."""

    class ReaderService:
        name = "reader"
        core = Core(lambda _: None)
        relay = Relay()
        own_projections = ProjectionLoop()
        from_sample = Subscription("sample", reader.react, (reader.projection,))

    for name, part in parts.items():
        setattr(ReaderService, name, part)
    return ReaderService


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Here the loops run by themselves, so they wait as they do in earnest, only not for long after a failure."""
    monkeypatch.setattr("chassis.bus.relay._LONGEST_WAIT_S", 1)
    monkeypatch.setattr("chassis.bus.intake._LONGEST_WAIT_S", 1)
    monkeypatch.setattr("chassis.bus.follower.wait_before", lambda _: 0.1)


def container_of(reader, service=None):
    """The container as the launcher makes it: the service's parts are handed in."""
    return ServiceContainer(service or service_of(reader), {"apps": {"reader": reader.app}})


@pytest.fixture
def container(reader):
    """The running reader, without a broker."""
    container = container_of(reader)
    container.start()
    yield container
    container.stop()


def takes(reader, *sequences):
    return lambda: reader.taken() == list(sequences)


def test_a_service_follows_its_source_without_a_broker(source, reader, container, tools):
    source.say("a", "b")
    tools.eventually(takes(reader, 1, 2))
    source.say("c")
    tools.eventually(takes(reader, 1, 2, 3))
    assert reader.seen() == [1, 2, 3]


def test_the_loops_of_a_service_show_that_they_turn(reader, container, tools):
    tools.eventually(lambda: set(reader.app.heartbeats.ages_s()) == {"subscription:sample", "projections"})
    eventlet.sleep(1)
    assert max(reader.app.heartbeats.ages_s().values()) < 1


def test_stopping_waits_for_the_batch_in_hand(source, reader, container, tools, monkeypatch):
    started = []

    def slowly(_app, uow, envelopes):
        started.append(1)
        eventlet.sleep(0.3)
        reader.react(_app, uow, envelopes)

    extension = next(one for one in container.dependencies if isinstance(one, Subscription))
    handling = extension._stop.__self__._handling
    object.__setattr__(handling, "react", slowly)
    source.say("a")
    tools.eventually(lambda: started)
    container.stop()
    assert reader.taken() == [1]


def test_a_service_without_a_feed_of_its_source_does_not_start(reader):
    reader.app.feeds.clear()
    with pytest.raises(LookupError, match="no feed of 'sample'"):
        container_of(reader).start()


def test_a_service_that_leaves_a_projection_out_does_not_start(reader):
    service = service_of(reader, from_sample=Subscription("sample", nothing))
    with pytest.raises(LookupError, match="must name the projections"):
        container_of(reader, service).start()


def test_the_projections_of_the_own_log_are_kept_up_to_date(source, make_reader, engine, tools):
    counted = []
    own = Projection("own", 1, OWN_LOG, (), lambda _conn, events: counted.extend(events))
    reader = make_reader(engine, source, more=[own])
    container = container_of(reader)
    container.start()
    source.say("a", "b")
    tools.eventually(lambda: len(counted) == 2)
    container.stop()


def test_the_subscriptions_of_a_service_can_be_found_without_a_container(reader):
    service = service_of(reader)
    assert subscriptions_of(service) == {"sample": service.from_sample}
    assert service.from_sample.handling(reader.app) == reader.handling


@pytest.mark.rabbitmq
class TestWithABroker:
    """The same, with the broker as the fast path."""

    @pytest.fixture
    def reader(self, make_reader, engine, source, broker_url):
        return make_reader(engine, source, broker_url)

    @pytest.fixture(autouse=True)
    def relayed(self, publishing, container, tools):
        """The sample service's relay runs, and the reader's queue is there."""
        with tools.running(publishing.relay()):
            tools.eventually(lambda: consumers(tools, publishing) == 1)
            yield

    @pytest.fixture
    def feed_is_quiet(self, monkeypatch):
        """What comes can only have come by the broker."""
        monkeypatch.setattr("chassis.bus.follower.POLL_S", 1e9)
        monkeypatch.setattr("chassis.bus.follower._LONGEST_POLL_S", 1e9)

    def test_events_come_by_the_broker(self, source, reader, tools, feed_is_quiet):
        tools.eventually(lambda: reader.metric("inbox_connected") == 1 and source.reads)  # its first look is over
        source.say("a")
        tools.eventually(takes(reader, 1))
        reads = source.reads
        source.say(*"bcd")
        tools.eventually(takes(reader, 1, 2, 3, 4))
        assert reader.seen() == [1, 2, 3, 4]
        assert source.reads == reads

    def test_what_was_taken_in_is_acknowledged(self, source, reader, container, publishing, tools):
        source.say(*"abcdef")
        tools.eventually(takes(reader, 1, 2, 3, 4, 5, 6))
        tools.eventually(lambda: relay_status(source.store).lag_events == 0)
        eventlet.sleep(0.5)
        container.stop()
        eventlet.sleep(0.5)
        assert waiting(tools, publishing) == 0

    def test_what_was_not_taken_in_is_not_acknowledged(self, source, reader, container, publishing, tools):
        reader.broken.reaction["a"] = Unavailable("later", "later")
        source.say("a")
        tools.eventually(lambda: (reader.metric("inbox_retrying") or 0) > 1)
        container.stop()
        tools.eventually(lambda: waiting(tools, publishing) == 1)

    def test_more_than_the_prefetch_flows(self, source, reader, tools, monkeypatch):
        monkeypatch.setattr("chassis.bus.intake.PREFETCH", 20)
        for _ in range(5):
            source.say(*"abcdefghij" * 10)
        tools.eventually(takes(reader, *range(1, 501)))

    def test_a_reader_starts_slowly(self, source, reader, container, publishing, tools):
        """A message that kills its reader takes no others with it towards the queue's delivery limit."""
        tools.eventually(lambda: reader.metric("inbox_connected") == 1)  # before that its queue may not be bound
        container.stop()
        source.say(*"abcde")
        tools.eventually(lambda: waiting(tools, publishing) == 5)
        intake = intake_of(publishing)
        tools.eventually(intake.ensure)
        [first] = intake.receive(1)
        assert intake.receive(0.3) == []
        intake.ack(first.tag)
        rest = []
        tools.eventually(lambda: rest.extend(intake.receive(1)) or len(rest) == 4)
        intake.close()
        tools.eventually(lambda: waiting(tools, publishing) == 4)

    def test_a_purged_queue_loses_nothing(self, source, reader, container, publishing, tools, monkeypatch):
        monkeypatch.setattr("chassis.bus.follower.POLL_S", 0.2)
        source.say("a")
        tools.eventually(takes(reader, 1))
        container.stop()
        source.say("b", "c")
        with tools.channel(publishing.broker_url) as channel:
            tools.eventually(lambda: channel.queue_purge("reader.sample"))
        follower = reader.follower(intake_of(publishing))
        with tools.running(follower):
            tools.eventually(takes(reader, 1, 2, 3))

    def test_a_deleted_queue_is_made_again(self, source, reader, publishing, tools):
        source.say("a")
        tools.eventually(takes(reader, 1))
        with tools.channel(publishing.broker_url) as channel:
            channel.queue_delete("reader.sample")
        tools.eventually(lambda: consumers(tools, publishing) == 1)
        source.say("b")
        tools.eventually(takes(reader, 1, 2))

    def test_a_deleted_exchange_is_bound_to_again(self, source, reader, publishing, tools, monkeypatch):
        monkeypatch.setattr("chassis.bus.follower.POLL_S", 0.2)
        source.say("a")
        tools.eventually(takes(reader, 1))
        with tools.channel(publishing.broker_url) as channel:
            channel.exchange_delete("sample.events")
        source.say("b")
        tools.eventually(takes(reader, 1, 2))
        monkeypatch.setattr("chassis.bus.follower.POLL_S", 1e9)
        monkeypatch.setattr("chassis.bus.follower._LONGEST_POLL_S", 1e9)
        eventlet.sleep(1)
        reads = source.reads
        source.say("c")
        tools.eventually(takes(reader, 1, 2, 3))
        assert source.reads == reads, "it came by the broker"

    def test_the_broker_may_be_killed_and_come_back(self, source, reader, publishing, tools, rabbitmq, soon_again):
        source.say("a")
        tools.eventually(takes(reader, 1))
        rabbitmq.kill()
        source.say("b")
        tools.eventually(takes(reader, 1, 2))
        rabbitmq.start()
        tools.eventually(lambda: consumers(tools, publishing) == 1, 180)
        source.say("c")
        tools.eventually(takes(reader, 1, 2, 3), 180)

    def test_a_paused_broker_holds_nothing_up(self, source, reader, tools, rabbitmq, monkeypatch):
        monkeypatch.setattr("chassis.bus.follower.POLL_S", 0.2)
        source.say("a")
        tools.eventually(takes(reader, 1))
        rabbitmq.pause()
        try:
            source.say("b")
            tools.eventually(takes(reader, 1, 2))
        finally:
            rabbitmq.resume()
        source.say("c")
        tools.eventually(takes(reader, 1, 2, 3))

    def test_a_second_process_stands_by_and_takes_over(
        self, source, reader, container, publishing, make_reader, engine, tools
    ):
        other = make_reader(engine, source, publishing.broker_url)
        second = container_of(other)
        second.start()
        tools.eventually(lambda: other.metric("inbox_connected") == 1)
        source.say("a", "b")
        tools.eventually(takes(reader, 1, 2))
        container.stop()
        source.say("c")
        tools.eventually(takes(reader, 1, 2, 3))
        second.stop()
        assert reader.seen() == [1, 2, 3]

    def test_a_queue_declared_otherwise_leaves_the_feed(
        self, source, reader, container, publishing, tools, monkeypatch
    ):
        container.stop()
        with tools.channel(publishing.broker_url) as channel:
            channel.queue_delete("reader.sample")
            channel.queue_declare("reader.sample", durable=True, auto_delete=False)
        monkeypatch.setattr("chassis.bus.follower.POLL_S", 0.2)
        with tools.running(reader.follower(intake_of(publishing))):
            source.say("a")
            tools.eventually(takes(reader, 1))

    def test_a_message_the_broker_gave_up_on_is_kept_for_people(self, source, publishing, tools):
        source.say("a")
        with tools.channel(publishing.broker_url) as channel:
            channel.queue_declare("reader.sample.dead", passive=True)


def intake_of(publishing):
    return Intake(publishing.broker_url, "reader", "sample")


def consumers(tools, publishing):
    with tools.channel(publishing.broker_url) as channel:
        try:
            return channel.queue_declare("reader.sample", passive=True).consumer_count
        except NotFound:
            return 0


def waiting(tools, publishing):
    """Messages that a reader would get; those in a reader's hand are not among them."""
    with tools.channel(publishing.broker_url) as channel:
        return channel.queue_declare("reader.sample", passive=True).message_count
