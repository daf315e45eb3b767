"""The core as a whole against a model: whatever happens in whatever order, nothing is lost, skipped or counted twice.

A producer writes and publishes; a broker made for the test drops, repeats and shuffles; a consumer follows with the
real inbox, feed and projection, and dies at the worst moments. The model is a list of what was committed.
"""

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from chassis.bus import inbox
from chassis.bus.arrivals import Delivery
from chassis.bus.feeds import LocalFeed
from chassis.bus.follower import Follower
from chassis.bus.handling import Handling, each
from chassis.bus.leader import leader_for
from chassis.clock import utc_now
from chassis.metrics import Metrics
from chassis.projections import Projection
from chassis.store import Context, VersionConflict, core_v1, core_v2, open_engine, reading, writing
from chassis.store import tables as t
from tests.support.sample import Added, Noted, Opened, Ticking, count, sample_store

TABLES = MetaData()
totals = Table("totals_v1", TABLES, Column("subject", Text, primary_key=True), Column("total", Integer, nullable=False))
STREAMS = st.sampled_from(["a", "b", "c"])


class Crash(BaseException):
    """The process ends here: nobody handles this."""


def fold(subjects):
    """The projection as it must be: how many published events each subject has."""
    return {subject: subjects.count(subject) for subject in set(subjects)}


def apply_totals(conn, envelopes):
    for envelope in envelopes:
        mine = totals.c.subject == envelope.subject
        if not conn.execute(totals.update().where(mine).values(total=totals.c.total + 1)).rowcount:
            conn.execute(totals.insert().values(subject=envelope.subject, total=1))


class Broker:
    """A broker's queue that may lose, repeat and shuffle what lies in it; also the consumer's intake."""

    def __init__(self):
        self.queue, self.unacked, self.tag, self.crash_at_ack = [], [], 0, False

    def ensure(self):
        return True

    def receive(self, timeout_s):
        self.unacked, self.queue = self.queue[:100], self.queue[100:]
        self.tag += len(self.unacked)
        return [Delivery(self.tag, body) for body in self.unacked]

    def ack(self, tag):
        if self.crash_at_ack:
            raise Crash
        self.unacked = []

    def reconnect(self):
        """What was not acknowledged comes again."""
        self.queue, self.unacked, self.crash_at_ack = self.unacked + self.queue, [], False

    def tick(self):
        """Nothing to keep alive."""

    def bind_again(self):
        """Nothing to bind."""

    def close(self):
        """Nothing to close."""


def make_template(folder):
    """A database with all tables, copied for each run."""
    engine = open_engine(f"sqlite:///{folder}/template.db")
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        core_v2.upgrade(conn)
        TABLES.create_all(conn)
        first = {"name": "totals", "version": 1, "position": 0, "updated_at": ""}
        conn.execute(t.projections.insert().values(first))
    engine.dispose()


class Core(RuleBasedStateMachine):
    """See the module."""

    template = None

    @initialize()
    def start(self):
        self.folder = tempfile.mkdtemp(dir=self.template)
        for name in ("producer", "consumer"):
            shutil.copy(self.template / "template.db", f"{self.folder}/{name}.db")
        self.engines = {name: open_engine(f"sqlite:///{self.folder}/{name}.db") for name in ("producer", "consumer")}
        self.producer = sample_store(self.engines["producer"], Ticking())
        self.consumer = sample_store(self.engines["consumer"], Ticking())
        self.leader = leader_for(self.engines["producer"], utc_now)
        self.model, self.private, self.commands, self.broker, self.crash_in_handler = [], 0, [], Broker(), False
        self.restart_consumer()

    def restart_consumer(self):
        app = SimpleNamespace(store=self.consumer, clock=utc_now, metrics=Metrics(), name="consumer")
        projection = Projection("totals", 1, "producer", (totals,), apply_totals)
        handling = Handling(app, "producer", each({"added": self.react, "opened": self.react}), (projection,))
        self.broker.reconnect()
        self.follower = Follower(handling, LocalFeed(self.producer), self.broker)
        self.follower._polled_at = float("inf")  # the feed is asked when a rule says so, or a gap does

    def react(self, app, uow, envelope):
        uow.append(f"heard-{envelope.sequence}", 0, [Noted(envelope.subject)])
        if self.crash_in_handler:
            raise Crash

    def turn(self):
        try:
            self.follower.turn()
        except Crash:
            self.crash_in_handler = False
            self.restart_consumer()

    @rule(
        stream=STREAMS, numbers=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=3), note=st.booleans()
    )
    def append(self, stream, numbers, note):
        events = [Added(number) for number in numbers] + [Noted("private")] * note
        command = Context("alice", command_id=str(len(self.commands)))

        def work(uow):
            uow.append(stream, uow.load(stream, count, 0).version, events)

        self.producer.execute(command, work)
        self.commands.append((command, work))
        self.model += [stream] * len(numbers)
        self.private += note

    @precondition(lambda self: self.commands)
    @rule(data=st.data())
    def repeat_a_command(self, data):
        command, work = data.draw(st.sampled_from(self.commands))
        assert self.producer.execute(command, work).repeated

    @precondition(lambda self: self.model)
    @rule()
    def conflict(self):
        with pytest.raises(VersionConflict):
            self.producer.execute(Context("bob"), lambda uow: uow.append(self.model[0], 0, [Opened("late")]))

    @rule(stream=STREAMS)
    def roll_back(self, stream):
        def work(uow):
            uow.append(stream, uow.load(stream, count, 0).version, [Opened("lost")])
            uow.flush(None, None)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            self.producer.execute(Context("bob"), work)

    @rule(limit=st.integers(1, 5), dies=st.booleans())
    def relay(self, limit, dies):
        """Publish, then move the checkpoint; a relay that dies between the two sends again."""
        before = self.leader.checkpoint()
        entries = self.producer.read_feed(before, limit).entries
        self.broker.queue += [entry.wire for entry in entries]
        if entries and not dies:
            self.leader.move(before, entries[-1].sequence)

    @precondition(lambda self: self.broker.queue)
    @rule(data=st.data())
    def drop(self, data):
        self.broker.queue.pop(data.draw(st.integers(0, len(self.broker.queue) - 1)))

    @precondition(lambda self: self.broker.queue)
    @rule(data=st.data())
    def duplicate(self, data):
        self.broker.queue.append(data.draw(st.sampled_from(self.broker.queue)))

    @precondition(lambda self: len(self.broker.queue) > 1)
    @rule(data=st.data())
    def reorder(self, data):
        self.broker.queue = data.draw(st.permutations(self.broker.queue))

    @rule()
    def deliver(self):
        self.turn()

    @precondition(lambda self: self.broker.queue)
    @rule(where=st.sampled_from(["in the handler", "before the ack"]))
    def crash(self, where):
        self.crash_in_handler = where == "in the handler"
        self.broker.crash_at_ack = where == "before the ack"
        self.turn()
        self.crash_in_handler = self.broker.crash_at_ack = False

    @rule()
    def poll_the_feed(self):
        self.follower._polled_at = float("-inf")
        self.turn()
        self.follower._polled_at = float("inf")

    @invariant()
    def the_feed_is_what_was_committed(self):
        entries = self.producer.read_feed(0, 10_000).entries
        assert [entry.subject for entry in entries] == self.model
        assert [entry.sequence for entry in entries] == list(range(1, len(self.model) + 1))

    @invariant()
    def the_consumer_is_the_fold_of_what_it_followed(self):
        position = inbox.look(self.consumer, "producer").position
        assert position <= len(self.model)
        with reading(self.engines["consumer"]) as conn:
            rows = {row.subject: row.total for row in conn.execute(select(totals))}
        assert rows == fold(self.model[:position])
        heard = [recorded.event.text for recorded in self.consumer.read_log(0, 10_000).events]
        assert heard == self.model[:position]

    def teardown(self):
        if not hasattr(self, "follower"):
            return
        self.broker.queue.clear()
        self.poll_the_feed()
        assert inbox.look(self.consumer, "producer").position == len(self.model)
        self.the_consumer_is_the_fold_of_what_it_followed()
        assert self.producer.read_log(0, 1).head == len(self.model) + self.private
        assert self.producer.verify().intact
        assert self.consumer.verify().intact
        for engine in self.engines.values():
            engine.dispose()
        shutil.rmtree(self.folder)


def test_the_core_keeps_its_promises_whatever_happens(tmp_path):
    make_template(tmp_path)
    machine = type("Machine", (Core,), {"template": Path(tmp_path)})
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    few = settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=quiet)
    machine.TestCase.settings = few
    machine.TestCase("runTest").runTest()
