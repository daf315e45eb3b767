"""Walking the hash chains: whether log and feed are whole, dense and unchanged."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from chassis.store import tables as t
from chassis.store.chain import GENESIS, event_text, next_hash
from chassis.store.engine import reading

_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: how far each chain is whole, and the first fault of each in words (None when whole)."""

    position: int
    sequence: int
    log_fault: str | None
    feed_fault: str | None

    @property
    def intact(self) -> bool:
        """Whether both chains are whole to their heads."""
        return self.log_fault is None and self.feed_fault is None


def verify(engine: Engine) -> Verification:
    """Check that positions are dense, every hash is right and the heads agree with the last rows."""
    with reading(engine) as conn:
        head = conn.execute(select(t.log_head)).one()
        position, log_fault = _walk_log(conn, head.position, head.event_hash)
        sequence, feed_fault = _walk_feed(conn, head.sequence, head.feed_hash)
    return Verification(position, sequence, log_fault, feed_fault)


def _walk_log(conn: Connection, head: int, head_hash: bytes) -> tuple[int, str | None]:
    position, hash_ = 0, GENESIS
    while position < head:
        rows = conn.execute(
            select(t.events)
            .where(t.events.c.position > position, t.events.c.position <= head)
            .order_by(t.events.c.position)
            .limit(_PAGE)
        ).all()
        for row in rows:
            fields = (row.position, row.event_id, row.stream, row.version, row.type, row.schema_version)
            hash_ = next_hash(hash_, event_text(*fields, row.recorded_at, row.meta, row.data))
            if row.position != position + 1 or row.hash != hash_:
                return position, f"position {position + 1}: {_fault(row.position, position)}"
            position = row.position
        if not rows:
            return position, f"position {position + 1}: missing"
    return position, None if hash_ == head_hash else "the head does not agree with the last row"


def _walk_feed(conn: Connection, head: int, head_hash: bytes) -> tuple[int, str | None]:
    sequence, hash_ = 0, GENESIS
    while sequence < head:
        rows = conn.execute(
            select(t.feed)
            .where(t.feed.c.sequence > sequence, t.feed.c.sequence <= head)
            .order_by(t.feed.c.sequence)
            .limit(_PAGE)
        ).all()
        for row in rows:
            previous, hash_ = hash_, next_hash(hash_, row.body)
            if row.sequence != sequence + 1 or row.prevhash != previous or row.hash != hash_:
                return sequence, f"sequence {sequence + 1}: {_fault(row.sequence, sequence)}"
            sequence = row.sequence
        if not rows:
            return sequence, f"sequence {sequence + 1}: missing"
    return sequence, None if hash_ == head_hash else "the head does not agree with the last row"


def _fault(found: int, last: int) -> str:
    return "changed since it was written" if found == last + 1 else "missing"
