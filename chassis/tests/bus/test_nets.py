"""Two nets keep an event from being lost on its way: the broker's confirms, and the reader's look at gaps and the feed.

Each is proven with the other cut away. A broker that is only killed proves nothing, for what was sent had reached it;
one that is stopped first takes events into its socket, and to its grave.
"""

import eventlet
import pytest

from chassis.bus import relay_status
from chassis.bus.follower import Follower
from chassis.bus.intake import Intake
from chassis.bus.relay import RelayLoop

pytestmark = [pytest.mark.rabbitmq, pytest.mark.slow]
STOPPED_S = 0.7


class CarelessRelay(RelayLoop):
    """Takes what is written to the socket for published."""

    def _publish_next(self, publisher, published):
        publisher._wait_for_confirms = lambda: None
        super()._publish_next(publisher, published)


class TrustingFollower(Follower):
    """Takes whatever the broker brings for the next event, and never asks the feed."""

    def _take_pending(self, cursor, intake):
        arrived = [self._parsed(delivery) for delivery in self._pending]
        tag, self._pending = self._pending[-1].tag, []
        fresh = [envelope for envelope in arrived if envelope.sequence > cursor.position]
        cursor = self._take(cursor, fresh) if fresh else cursor
        intake.ack(tag)
        return cursor

    def _poll_is_due(self):
        return False

    def _follow(self, cursor, wait_s):
        eventlet.sleep(0.02)
        return cursor


class Line:
    """A service, its relay, a broker's virtual host, and a reader."""

    def __init__(self, relay_cls, follower_cls, url, source, reader, publishing):
        self.source, self.reader = source, reader
        self.relay = relay_cls(publishing, url)
        self.follower = follower_cls(reader.handling, source, Intake(url, "reader", "sample"))

    @property
    def head(self):
        return self.source.store.read_feed(0, 1).head

    def published(self):
        return relay_status(self.source.store).published_sequence

    def has_read_the_newest(self):
        return self.reader.inbox.position == self.head

    def is_connected_but_not_by(self, lost):
        """What is careless would send the newest event into a socket that is dead as well."""
        publisher = self.relay._publisher
        return publisher is not None and publisher not in lost and self.reader.metric("inbox_connected") == 1

    def lost(self):
        """The published events that the reader never saw and, the newest being taken in, never will."""
        return sorted(set(range(1, self.head + 1)) - set(self.reader.taken()))


@pytest.fixture
def make_line(tmp_path, rabbitmq, make_source, make_reader, make_publishing, prepared):
    engines = []

    def make_line(name, relay_cls, follower_cls):
        engines.extend(prepared(f"sqlite:///{tmp_path}/{name}-{end}.db") for end in ("sample", "reader"))
        source, url = make_source(engines[-2]), rabbitmq.new_vhost()
        return Line(
            relay_cls, follower_cls, url, source, make_reader(engines[-1], source), make_publishing(source, url)
        )

    yield make_line
    for engine in engines:
        engine.dispose()


def test_each_net_holds_alone_and_without_both_events_are_lost(make_line, rabbitmq, tools, soon_again, monkeypatch):
    monkeypatch.setattr("chassis.bus.follower._SLICE_S", 0.05)
    only_reader = make_line("no-confirms", CarelessRelay, Follower)
    only_confirms = make_line("no-gap-check", RelayLoop, TrustingFollower)
    neither = make_line("neither", CarelessRelay, TrustingFollower)
    lines = (only_reader, only_confirms, neither)
    with tools.running(*(line.relay for line in lines), *(line.follower for line in lines)):
        tools.eventually(lambda: all(line.reader.metric("inbox_connected") == 1 for line in lines), 60)
        for line in lines:
            line.source.say("a", "b")
        tools.eventually(lambda: all(line.has_read_the_newest() for line in lines), 60)
        lost = [line.relay._publisher for line in lines]
        rabbitmq.pause()
        for line in lines:
            line.source.say(*"cdefg")
        tools.eventually(lambda: only_reader.published() == neither.published() == 7)
        eventlet.sleep(STOPPED_S)
        rabbitmq.kill()
        assert only_confirms.published() == 2, "nothing was confirmed"
        rabbitmq.start()
        tools.eventually(lambda: all(line.is_connected_but_not_by(lost) for line in lines), 120)
        for line in lines:
            line.source.say("h")
        tools.eventually(lambda: all(line.has_read_the_newest() for line in lines), 120)
    assert neither.lost() == [3, 4, 5, 6, 7], "without both nets the fault must be seen, or it proves nothing"
    assert neither.reader.taken() == [1, 2, 8]
    assert only_reader.reader.taken() == list(range(1, 9)), "the gap check and the feed alone"
    assert only_confirms.reader.taken() == list(range(1, 9)), "the confirms alone"
