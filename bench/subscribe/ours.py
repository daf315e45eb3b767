"""The chassis's subscription, as a service runs it: cooperative, from its quorum queue, with inbox and one projection.

It starts where a running service stands, with the source known. Its feed says no more than the queue brings, so that it
is the queue that is measured: a reader that finds itself far behind would go on by the feed, which is quicker.
"""

from __future__ import annotations

import chassis.patch  # noqa: F401 isort:skip before anything binds a socket
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import environ
import eventlet
from sqlalchemy import Connection, insert

from bench.apart import Work, serve
from bench.queues import READER
from bench.sample import SERVICE, open_store
from bench.subscribe.table import TABLE
from chassis.app import App
from chassis.bus import Envelope
from chassis.bus.follower import Follower
from chassis.bus.handling import Handling, nothing
from chassis.bus.inbox import START
from chassis.bus.intake import Intake
from chassis.clock import iso_utc, utc_now
from chassis.config import CommonConfig, load
from chassis.projections import Projection, ProjectionRunner
from chassis.store import EventCodec, EventStore, FeedEntry, FeedPage, open_engine, writing
from chassis.store import tables as t
from chassis.store.upsert import put


@environ.config(prefix="READER", frozen=True)
class ReaderConfig(CommonConfig):
    """The reader has no settings of its own."""


class Known:
    """A feed without anything the queue has not brought."""

    def __init__(self, entries: Sequence[FeedEntry], logid: str) -> None:
        self._hashes = [START.last_hash, *(entry.hash for entry in entries)]
        self._logid = logid

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """An empty page whose head is where the reader stands."""
        eventlet.sleep(wait_s)
        return FeedPage(self._logid, after, self._hashes[after], [])


def project(conn: Connection, envelopes: Sequence[Envelope]) -> None:
    """A row for each event."""
    rows = []
    for envelope in envelopes:
        trip = envelope.data
        row = {"trip_id": trip["trip_id"], "person_id": trip["person_id"], "distance_m": trip["distance_m"]}
        rows.append({"sequence": envelope.sequence, **row})
    put(conn, TABLE, rows)


def prepare(order: dict[str, Any]) -> Work:
    """Connected, and with the first event on its way."""
    count = int(order["count"])
    intake = Intake(order["broker"], READER, SERVICE)
    while not intake.ensure():
        eventlet.sleep(0.01)
    follower = _follower(order, _known(order["source"], count), intake)

    def watch() -> None:
        if follower.cursor is not None and follower.cursor.position >= count:
            follower.stop()

    follower._beat = watch  # noqa: SLF001 the beat looks at the follower it is handed to

    def work() -> None:
        eventlet.spawn(follower.run).wait()

    return work


def _known(url: str, count: int) -> Known:
    source = open_store(url)
    page = source.read_feed(0, count)
    source.engine.dispose()
    return Known(page.entries, page.logid)


def _follower(order: dict[str, Any], feed: Known, intake: Intake) -> Follower:
    store = EventStore(open_engine(order["target"]), service=READER, codec=EventCodec({}), publish=lambda _: [])
    projection = Projection("seen", 1, SERVICE, (TABLE,), project)
    runner = ProjectionRunner(store, [projection], {SERVICE: feed}, Envelope.parse)
    runner.prepare()
    start = asdict(replace(START, logid=feed.read(0, 1).logid))
    with writing(store.engine) as conn:
        conn.execute(insert(t.inbox).values(source=SERVICE, updated_at=iso_utc(utc_now()), **start))
    environment = {"READER_DATABASE_URL": order["target"], "READER_BROKER_URL": order["broker"]}
    config = load(ReaderConfig, environment)
    app = App(name=READER, config=config, store=store, projections=runner, feeds={SERVICE: feed})
    return Follower(Handling(app, SERVICE, nothing, (projection,)), feed, intake)


if __name__ == "__main__":
    serve(prepare)
