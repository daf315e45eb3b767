"""The hash chains over the log and the feed: each row's hash covers the row and the hash before it."""

from __future__ import annotations

from hashlib import sha256

GENESIS = bytes(32)
"""What stands before the first row."""


def event_text(  # noqa: PLR0913, PLR0917 a row's fields, in their order
    position: int,
    event_id: str,
    stream: str,
    version: int,
    type_: str,
    schema_version: int,
    recorded_at: str,
    meta: str,
    data: str,
) -> str:
    """The hashed text of one row of the log: its fields, one a line (none of them holds a line break)."""
    fields = (position, event_id, stream, version, type_, schema_version, recorded_at, meta, data)
    return "\n".join(str(field) for field in fields)


def next_hash(previous: bytes, text: str) -> bytes:
    """The hash of a row with ``text`` that follows a row whose hash is ``previous``."""
    return sha256(previous + text.encode()).digest()
