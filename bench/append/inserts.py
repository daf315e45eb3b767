"""A writer that only inserts: the rows the store would write, made beforehand, by the driver itself.

One row of the log and one of the feed for each event, with as many bytes in each column as the store writes and under
the same indexes. A sequence gives the positions, so nobody waits for anybody, and they are neither dense nor in the
order of commit; the hashes are bytes of the right length. Nothing that keeps a promise is left in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
from psycopg2.extras import execute_values
from sqlalchemy.engine import make_url

from bench.apart import Work, serve
from bench.append.writer import writer
from bench.sample import CODEC, SERVICE, TYPE, publish, random_ids, trip
from chassis.canonical import canonical
from chassis.clock import iso_utc, utc_now
from chassis.store import Meta, Recorded
from chassis.store.chain import GENESIS
from chassis.store.feed import Body

EVENT_COLUMNS = "event_id, stream, version, type, schema_version, data, meta, recorded_at, hash"
FEED_COLUMNS = "event_id, type, subject, body, prevhash, hash"
Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def driver_address(url: str) -> str:
    """The database at ``url`` as libpq names it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def prepare(order: dict[str, Any]) -> Work:
    """See the module."""
    transactions = _transactions(order["seed"], int(order["per_transaction"]))
    if make_url(order["url"]).get_backend_name() == "sqlite":
        return writer(order, _sqlite(str(make_url(order["url"]).database), transactions))
    return writer(order, _postgresql(driver_address(order["url"]), transactions))


def _postgresql(address: str, transactions: Iterator[Rows]) -> Callable[[], None]:
    connection = psycopg2.connect(address)
    cursor = connection.cursor()

    def transact() -> None:
        events, feed = next(transactions)
        execute_values(cursor, f"INSERT INTO events ({EVENT_COLUMNS}) VALUES %s", events, page_size=len(events))
        execute_values(cursor, f"INSERT INTO feed ({FEED_COLUMNS}) VALUES %s", feed, page_size=len(feed))
        connection.commit()

    return transact


def _sqlite(path: str, transactions: Iterator[Rows]) -> Callable[[], None]:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")

    def transact() -> None:
        events, feed = next(transactions)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO events ({EVENT_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", events)
        connection.executemany(f"INSERT INTO feed ({FEED_COLUMNS}) VALUES (?,?,?,?,?,?)", feed)
        connection.execute("COMMIT")

    return transact


def _transactions(seed: int, count: int) -> Iterator[Rows]:
    """The rows of one transaction after the other; only the ids differ, so that making them costs next to nothing."""
    at, ids = iso_utc(utc_now()), random_ids(seed)
    data, meta = canonical(CODEC.encode(trip(seed)).data), canonical(_META)
    body = feed_body(seed)
    while True:
        keys = [str(next(ids)) for _ in range(count)]
        events = [(key, key[::-1], 1, TYPE, 1, data, meta, at, GENESIS) for key in keys]
        yield events, [(key, TYPE, key, body, GENESIS, GENESIS) for key in keys]


_META = {"actor": "bench", "correlation_id": "00000000-0000-4000-8000-000000000000"}


def feed_body(number: int) -> str:
    """A published event of trip ``number``, as long as the store makes it."""
    id_ = _META["correlation_id"]
    meta = Meta("bench", None, id_, None)
    recorded = Recorded(0, id_, id_, 1, TYPE, 1, trip(number), meta, utc_now())
    return Body(SERVICE, id_, recorded, publish(recorded)[0], 0).text(1)


if __name__ == "__main__":
    serve(prepare)
