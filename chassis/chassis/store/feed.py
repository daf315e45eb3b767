"""The published form of an event: a CloudEvent (1.0, structured JSON), and the one page of the feed.

Hashed is the canonical JSON of the event without ``prevhash`` and ``hash``; on the wire those two stand last. So the
bytes in the feed, the broker and the dead letters are the same, and anybody can check the chain.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, select

from chassis.canonical import canonical, quoted
from chassis.clock import iso_utc
from chassis.store import tables as t
from chassis.store.ids import named_id
from chassis.store.model import FeedEntry, FeedPage, Published, Recorded
from chassis.store.sealing import Sealer, keys_in

CONTENT_TYPE = "application/cloudevents+json"
_SUFFIX = ',"prevhash":"{}","hash":"{}"}}'


class Body:
    """A feed row before its sequence is known: the canonical text is ``head + sequence + tail``."""

    __slots__ = ("event_id", "head", "subject", "tail", "type")

    def __init__(
        self,
        service: str,
        logid: str,
        recorded: Recorded,
        published: Published,
        index: int,
        sealer: Sealer | None = None,
    ) -> None:
        self.event_id = named_id(f"{recorded.event_id}:{index}")
        self.type = published.type
        self.subject = published.subject
        if "\n" in published.subject + published.type:
            message = f"not a subject: {published.subject!r}"
            raise ValueError(message)
        data = published.data if sealer is None else sealer.seal(published.data, self.event_id)
        time = _time(recorded.recorded_at)
        kind, source = _kind(service, published.type, published.schema_version)
        cause, trace = recorded.meta.causation_id, recorded.meta.traceparent
        # Canonical JSON sorts its names: they stand here in their order, and only what varies is encoded.
        self.head = (
            ("{" if cause is None else f'{{"causationid":{quoted(cause)},')
            + f'"correlationid":{quoted(recorded.meta.correlation_id)},"data":{canonical(data)},{kind},'
            f'"id":"{self.event_id}","logid":"{logid}","partitionkey":{quoted(published.partitionkey)},'
            f'"recordedtime":"{time}","sequence":"'
        )
        self.tail = (
            f'",{source},"subject":{quoted(published.subject)},"time":"{time}",'
            + ("" if trace is None else f'"traceparent":{quoted(trace)},')
            + f'"type":{quoted(published.type)}}}'
        )

    def text(self, sequence: int) -> str:
        """The hashed text, once the sequence is known."""
        return f"{self.head}{sequence:020d}{self.tail}"


_time = lru_cache(maxsize=16)(iso_utc)
"""All events of a transaction have one time."""


@lru_cache(maxsize=1024)
def _kind(service: str, type_: str, schema_version: int) -> tuple[str, str]:
    """What all events of a type share: the attributes around their data, and those after their sequence."""
    schema, source = f"urn:service:{service}:{type_}:v{schema_version}", f"urn:service:{service}"
    return (
        f'"datacontenttype":"application/json","dataschema":{quoted(schema)}',
        f'"source":{quoted(source)},"specversion":"1.0"',
    )


def wire(body: str, prevhash: bytes, hash_: bytes) -> bytes:
    """The bytes that leave the service."""
    return (body[:-1] + _SUFFIX.format(prevhash.hex(), hash_.hex())).encode()


def read_page(conn: Connection, after: int, limit: int, sealer: Sealer | None = None) -> FeedPage:
    """The head and up to ``limit`` entries after ``after``, in one statement (two would see two moments); beside them,
    and outside what is hashed, the keys of their sealed fields.
    """
    following = and_(t.feed.c.sequence > after, t.feed.c.sequence <= after + limit)
    joined = t.log_head.outerjoin(t.feed, following)
    head = (t.log_head.c.logid, t.log_head.c.sequence.label("head"), t.log_head.c.feed_hash)
    rows = conn.execute(select(*head, t.feed).select_from(joined).order_by(t.feed.c.sequence)).all()
    entries = [_entry(row) for row in rows if row.sequence is not None]
    keys = {} if sealer is None else sealer.vault.given_out(keys_in(row.body for row in rows if row.body is not None))
    return FeedPage(rows[0].logid, rows[0].head, rows[0].feed_hash.hex(), entries, keys)


def _entry(row: Any) -> FeedEntry:
    bytes_ = wire(row.body, row.prevhash, row.hash)
    return FeedEntry(row.sequence, row.event_id, row.type, row.subject, bytes_, row.hash.hex())
