"""Two small services for the tests of the bus: `sample` publishes, `reader` follows it. No nameko unless a test asks."""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import environ
import eventlet
import pytest
from kombu import Connection
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select

from chassis.app import App
from chassis.bus import Envelope, LocalFeed
from chassis.bus.arrivals import Delivery
from chassis.bus.follower import Follower
from chassis.bus.handling import Handling, each
from chassis.bus.inbox import START, inbox_status
from chassis.bus.relay import RelayLoop
from chassis.clock import utc_now
from chassis.config import CommonConfig, load
from chassis.errors import Unavailable
from chassis.metrics import Metrics
from chassis.projections import Projection, ProjectionRunner
from chassis.store import EventCodec, EventStore, core_v1, core_v2, open_engine, reading, writing
from chassis.store import tables as t
from tests.support.sample import ALICE, Added, count, sample_store

TABLES = MetaData()
seen = Table("seen_v1", TABLES, Column("sequence", Integer, primary_key=True), Column("subject", Text, nullable=False))


@environ.config(prefix="READER", frozen=True)
class ReaderConfig(CommonConfig):
    """The reader has no settings of its own."""


@dataclass(frozen=True)
class Taken:
    """The reader answered an event of the sample service."""

    sequence: int


class Source:
    """The sample service: says things about subjects, and its feed can be read, or be away."""

    def __init__(self, engine):
        self.store = sample_store(engine, utc_now)
        self.feed = LocalFeed(self.store)
        self.is_away = False
        self.alter = lambda page: page
        self.reads = 0

    def say(self, *subjects):
        """One event about each subject, in one transaction; gives their wires."""
        after = self.store.read_feed(0, 1).head

        def work(uow):
            for number, subject in enumerate(subjects):
                uow.append(subject, uow.load(subject, count, 0).version, [Added(number)])

        self.store.execute(ALICE, work)
        return [entry.wire for entry in self.store.read_feed(after, len(subjects)).entries]

    def read(self, after, limit, wait_s=0):
        self.reads += 1
        if self.is_away:
            raise Unavailable("feed_unavailable", "away")
        return self.alter(self.feed.read(after, limit, wait_s))


class Broken:
    """What the reader cannot handle at the moment: an error by subject."""

    def __init__(self):
        self.reaction, self.projection = {}, {}


class Reader:
    """The following service; its effects are its own log and one projection."""

    def __init__(self, engine, source, broker_url="", more=()):
        environment = {"READER_DATABASE_URL": engine.url.render_as_string(), "READER_BROKER_URL": broker_url}
        self.source = source
        self.broken = Broken()
        self.projection = Projection("seen", 1, "sample", (seen,), self._project)
        store = EventStore(engine, service="reader", codec=EventCodec({"taken": Taken}), publish=lambda _: [])
        feeds = {"sample": source}
        runner = ProjectionRunner(store, [self.projection, *more], feeds, Envelope.parse)
        runner.prepare()
        config = load(ReaderConfig, environment)
        self.app = App(name="reader", config=config, store=store, projections=runner, feeds=feeds)
        self.react = each({"added": self._react})
        self.handling = Handling(self.app, "sample", self.react, (self.projection,))

    def follower(self, intake=None):
        return Follower(self.handling, self.source, intake)

    def taken(self):
        """The sequences the reader answered, in the order of its log."""
        events = [recorded.event for recorded in self.app.store.read_log(0, 100_000).events]
        return [event.sequence for event in events if isinstance(event, Taken)]

    def seen(self):
        """The sequences in the projection."""
        return [row.sequence for row in self.rows(seen)]

    def rows(self, table):
        with reading(self.app.store.engine) as conn:
            return conn.execute(select(table).order_by(*table.primary_key.columns)).all()

    @property
    def inbox(self):
        return inbox_status(self.app.store).get("sample", START)

    def metric(self, name):
        return self.app.metrics.registry.get_sample_value(name, {"source": "sample"})

    def letters(self):
        return [(row.position, row.reason, row.status) for row in self.rows(t.dead_letters)]

    def _react(self, _app, uow, envelope):
        stream = f"copy-{envelope.subject}"
        uow.append(stream, uow.load(stream, count, 0).version, [Taken(envelope.sequence)])
        if envelope.subject in self.broken.reaction:
            raise self.broken.reaction[envelope.subject]

    def _project(self, conn, envelopes):
        for envelope in envelopes:
            conn.execute(insert(seen).values(sequence=envelope.sequence, subject=envelope.subject))
            if envelope.subject in self.broken.projection:
                raise self.broken.projection[envelope.subject]


class Publishing:
    """The sample service as its relay sees it."""

    def __init__(self, source, broker_url):
        self.store, self.clock, self.metrics = source.store, utc_now, Metrics()
        self.broker_url = broker_url

    def relay(self):
        return RelayLoop(self, self.broker_url)

    def metric(self, name):
        return self.metrics.registry.get_sample_value(name)


class FakeBroker:
    """An intake that brings exactly what a test puts into it, and keeps what is not acknowledged."""

    def __init__(self):
        self.batches = []
        self.acknowledged = []
        self.bound_again = 0
        self.is_closed = False
        self.is_up = True
        self._tag = 0

    def bring(self, *bodies):
        batch = []
        for body in bodies:
            self._tag += 1
            batch.append(Delivery(self._tag, body))
        self.batches.append(batch)

    def ensure(self):
        return self.is_up

    def receive(self, timeout_s):
        return self.batches.pop(0) if self.batches else []

    def ack(self, tag):
        self.acknowledged.append(tag)

    def tick(self):
        pass

    def bind_again(self):
        self.bound_again += 1

    def close(self):
        self.is_closed = True


def prepared(url):
    """An engine on a database with the core's and the reader's tables."""
    engine = open_engine(url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        core_v2.upgrade(conn)
        TABLES.create_all(conn)
    return engine


def eventually(condition, timeout_s=20):
    """Wait until ``condition()`` holds; gives what it gave."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        eventlet.sleep(0.02)
    return found


@contextmanager
def running(*loops):
    """``loops`` run in green threads inside the block, and are stopped in good order after it."""
    threads = [eventlet.spawn(loop.run) for loop in loops]
    try:
        yield
    finally:
        for loop in loops:
            loop.stop()
        with eventlet.Timeout(20):
            for thread in threads:
                thread.wait()


@contextmanager
def broker_channel(url):
    """A plain AMQP channel, for looking at the broker from outside."""
    with Connection(url) as connection:
        yield connection.default_channel


def drained(channel, queue):
    """All messages of ``queue``, taken out."""
    found = []
    while message := channel.basic_get(queue, no_ack=True):
        found.append(message)
    return found


@pytest.fixture
def soon_again(monkeypatch):
    """Whoever lost the broker looks for it every second, not ever more seldom."""
    monkeypatch.setattr("chassis.bus.relay._LONGEST_WAIT_S", 1)
    monkeypatch.setattr("chassis.bus.intake._LONGEST_WAIT_S", 1)


@pytest.fixture
def source_engine(tmp_path):
    engine = prepared(f"sqlite:///{tmp_path}/sample.db")
    yield engine
    engine.dispose()


@pytest.fixture
def publishing(source, broker_url):
    return Publishing(source, broker_url)


@pytest.fixture
def source(source_engine):
    return Source(source_engine)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    """The reader's database."""
    url = f"sqlite:///{tmp_path}/reader.db" if request.param == "sqlite" else request.getfixturevalue("database_url")
    engine = prepared(url)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(engine, source):
    return Reader(engine, source)


@pytest.fixture
def make_reader():
    return Reader


@pytest.fixture
def make_publishing():
    return Publishing


@pytest.fixture
def make_source():
    return Source


@pytest.fixture(name="prepared")
def prepared_database():
    return prepared


@pytest.fixture
def broker():
    return FakeBroker()


@pytest.fixture
def follower(reader, broker):
    return reader.follower(broker)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Waits before a repetition are counted, not slept."""
    waits = []

    def wait_before(attempt, **_):
        waits.append(attempt)
        return 0

    monkeypatch.setattr("chassis.bus.follower.wait_before", wait_before)
    monkeypatch.setattr("chassis.bus.follower._SLICE_S", 0)
    monkeypatch.setattr("chassis.bus.follower._REST_S", 0)
    return waits


@pytest.fixture
def tools():
    """The functions of this file, for tests that run loops against a real broker."""
    return SimpleNamespace(eventually=eventually, running=running, channel=broker_channel, drained=drained)
