"""A small sample service's events, for the tests of the core."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chassis.store import Context, EventCodec, EventStore, Published


@dataclass(frozen=True)
class Opened:
    name: str


@dataclass(frozen=True)
class Added:
    number: int


@dataclass(frozen=True)
class Noted:
    """A private event: it never reaches the feed."""

    text: str


TYPES = {"opened": Opened, "added": Added, "noted": Noted}
ALICE = Context("alice")


def publish(recorded):
    if isinstance(recorded.event, Noted):
        return []
    return [Published(recorded.type, recorded.stream, {"version": recorded.version}, recorded.stream)]


def count(state, event):
    """A fold for tests: how many events there were."""
    return state + 1


class Ticking:
    """A clock that goes on by a second whenever it is read, or stands where it is told."""

    def __init__(self):
        self.now = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def sample_store(engine, clock):
    """A store of the sample service on ``engine``."""
    return EventStore(engine, service="sample", codec=EventCodec(TYPES), publish=publish, clock=clock)
