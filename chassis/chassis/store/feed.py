"""The published form of an event: a CloudEvent (1.0, structured JSON), and the one page of the feed.

Hashed is the canonical JSON of the event without ``prevhash`` and ``hash``; on the wire those two stand last. So the
bytes in the feed, the broker and the dead letters are the same, and anybody can check the chain.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, and_, select

from chassis.canonical import canonical
from chassis.clock import iso_utc
from chassis.store import tables as t
from chassis.store.model import FeedEntry, FeedPage, Published, Recorded
from chassis.store.sealing import Sealer, keys_in

CONTENT_TYPE = "application/cloudevents+json"
_SUFFIX = ',"prevhash":"{}","hash":"{}"}}'


class Body:
    """A feed row before its sequence is known: the canonical text is ``head + sequence + tail``."""

    __slots__ = ("event_id", "head", "subject", "tail", "type")

    def __init__(  # noqa: PLR0913, PLR0917 what a row of the feed is made of
        self,
        service: str,
        logid: str,
        recorded: Recorded,
        published: Published,
        index: int,
        sealer: Sealer | None = None,
    ) -> None:
        self.event_id = str(uuid5(NAMESPACE_URL, f"{recorded.event_id}:{index}"))
        self.type = published.type
        self.subject = published.subject
        data = published.data if sealer is None else sealer.seal(published.data, self.event_id)
        before, after = _attributes(service, logid, recorded, published, self.event_id, data)
        self.head = canonical(before)[:-1] + ',"sequence":"'
        self.tail = '",' + canonical(after)[1:]

    def text(self, sequence: int) -> str:
        """The hashed text, once the sequence is known."""
        return f"{self.head}{sequence:020d}{self.tail}"


def _attributes(  # noqa: PLR0913, PLR0917 as above
    service: str, logid: str, recorded: Recorded, published: Published, event_id: str, data: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes that sort before ``sequence``, and those after it."""
    time = iso_utc(recorded.recorded_at)
    before = {
        "correlationid": recorded.meta.correlation_id,
        "data": data,
        "datacontenttype": "application/json",
        "dataschema": f"urn:service:{service}:{published.type}:v{published.schema_version}",
        "id": event_id,
        "logid": logid,
        "partitionkey": published.partitionkey,
        "recordedtime": time,
    }
    if recorded.meta.causation_id is not None:
        before["causationid"] = recorded.meta.causation_id
    after = {
        "source": f"urn:service:{service}",
        "specversion": "1.0",
        "subject": published.subject,
        "time": time,
        "type": published.type,
    }
    if recorded.meta.traceparent is not None:
        after["traceparent"] = recorded.meta.traceparent
    return before, after


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
