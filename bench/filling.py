"""A long log in a short time: rows as the store would have written them, chains and all, copied into PostgreSQL.

The first event is appended by the store itself; its rows are the pattern of all others, whatever a row is made of.
``verify`` finds nothing wrong with the result.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any

import psycopg2
from sqlalchemy import select

from bench.append.inserts import driver_address
from bench.sample import open_store, payload, random_ids, trip
from chassis.store import Context, EventStore, reading
from chassis.store import tables as t
from chassis.store.chain import event_text, next_hash

_BATCH = 20_000
_STREAM, _SCRAMBLE, _MASK = "pattern", 0x9E3779B97F4A7C15, (1 << 64) - 1
_UNIQUE = {"events_event_id": "events", "events_stream_version": "events", "feed_event_id": "feed"}
_COLUMNS = {"events_event_id": "event_id", "events_stream_version": "stream, version", "feed_event_id": "event_id"}


@dataclass(frozen=True)
class Pattern:
    """What all rows share; ``body`` has places for data, id, stream, sequence and stream, in this order."""

    type: str
    schema_version: int
    meta: str
    recorded_at: str
    body: str


def fill(url: str, upto: int, *, per_stream: int = 1, say: Callable[[str], None] = lambda _: None) -> None:
    """Append events until the log and the feed of the store at ``url`` have ``upto``: trip ``n`` is event ``n``.

    Streams have ``per_stream`` events each; the first event is alone in one.
    """
    store = open_store(url)
    if store.read_feed(0, 1).head == 0:
        store.execute(Context("bench"), lambda uow: uow.append(_STREAM, 0, [trip(1)]))
    pattern = _pattern(store)
    connection = psycopg2.connect(driver_address(url))
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        _unique(cursor, make=False)
        for end in _copy(cursor, pattern, upto, per_stream):
            say(f"filling the log: {end:,} of {upto:,}")
        _unique(cursor, make=True)
    connection.commit()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE events")
        cursor.execute("VACUUM ANALYZE feed")
        cursor.execute("CHECKPOINT")
    connection.close()
    store.engine.dispose()


def stream_name(number: int, per_stream: int) -> str:
    """The stream of event ``number`` (from 2): names fall all over an index, as ids do."""
    stream = (number - 2) // per_stream
    return f"{stream * _SCRAMBLE & _MASK:016x}-{stream:09d}"


def _pattern(store: EventStore) -> Pattern:
    with reading(store.engine) as conn:
        event = conn.execute(select(t.events).where(t.events.c.position == 1)).one()
        feed = conn.execute(select(t.feed).where(t.feed.c.sequence == 1)).one()
    body = feed.body.replace("%", "%%").replace(f"{1:020d}", "%020d", 1)
    for found, place in ((event.data, "%s"), (feed.event_id, "%s"), (f'"{_STREAM}"', '"%s"')):
        body = body.replace(found, place)
    return Pattern(event.type, event.schema_version, event.meta, event.recorded_at, body)


def _copy(cursor: Any, pattern: Pattern, upto: int, per_stream: int) -> Iterator[int]:
    """Give how far it is, batch by batch."""
    cursor.execute("SELECT position, event_hash, feed_hash FROM log_head")
    start, *hashes = cursor.fetchone()
    log_hash, feed_hash = (bytes(one) for one in hashes)
    ids = random_ids(start)
    for numbers in batched(range(start + 1, upto + 1), _BATCH):
        log, feed = io.StringIO(), io.StringIO()
        for number in numbers:
            data, stream, version = payload(number), stream_name(number, per_stream), (number - 2) % per_stream + 1
            id_, feed_id = str(next(ids)), str(next(ids))
            fields = (number, id_, stream, version, pattern.type, pattern.schema_version)
            log_hash = next_hash(log_hash, event_text(*fields, pattern.recorded_at, pattern.meta, data))
            _write(log, *fields, data, pattern.meta, pattern.recorded_at, log_hash)
            body, previous = pattern.body % (data, feed_id, stream, number, stream), feed_hash
            feed_hash = next_hash(previous, body)
            _write(feed, number, feed_id, pattern.type, stream, body, previous, feed_hash)
        for table, rows in (("events", log), ("feed", feed)):
            rows.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", rows)
        moved = (numbers[-1], numbers[-1], log_hash, feed_hash)
        cursor.execute("UPDATE log_head SET position = %s, sequence = %s, event_hash = %s, feed_hash = %s", moved)
        yield numbers[-1]


def _write(rows: io.StringIO, *fields: int | str | bytes) -> None:
    """One line in the text form of COPY; the JSON of the sample holds nothing that would have to be escaped."""
    texts = (f"\\\\x{field.hex()}" if isinstance(field, bytes) else str(field) for field in fields)
    rows.write("\t".join(texts) + "\n")


def _unique(cursor: Any, *, make: bool) -> None:
    """An index is built in one go far sooner than row by row."""
    for name, table in _UNIQUE.items():
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        if make:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({_COLUMNS[name]})")
