"""Another service's event as it arrives: the published bytes, read, checked and typed.

The hash covers the bytes, so an envelope that parses is exactly what its publisher committed to its feed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson

from chassis.canonical import refuse_unstorable
from chassis.errors import Unreadable

GENESIS: Final = "0" * 64
"""The ``prevhash`` of the first event of a feed."""

_SUFFIX_LENGTH: Final = len(f',"prevhash":"{GENESIS}","hash":"{GENESIS}"}}')
_SUFFIX: Final = re.compile(rb',"prevhash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"}')
_SEQUENCE_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Envelope:
    """One published event. ``sequence`` is dense from 1 in the feed ``logid`` of ``source``; ``wire`` the bytes;
    ``subjects`` the people whose sealed fields were opened in ``data``.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    logid: str
    partitionkey: str
    correlationid: str
    causationid: str | None
    recordedtime: datetime
    traceparent: str | None
    data: dict[str, Any]
    prevhash: str
    hash: str
    wire: bytes
    subjects: tuple[str, ...] = ()
    _made: dict[object, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def once[Made](self, name: object, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made once for all that handle this event; nobody changes it. Once opened, the event is
        another.
        """
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    @staticmethod
    def parse(wire: bytes) -> Envelope:
        """The envelope in ``wire``.

        Raises ``Unreadable``: code ``hash_mismatch`` when the bytes are not those that were hashed,
        ``unreadable_envelope`` for anything else that is not an event of a feed.
        """
        prevhash, hash_ = _checked_hashes(wire)
        try:
            found = orjson.loads(wire)
            refuse_unstorable(found)
            return _envelope(found, prevhash, hash_, wire)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unreadable("unreadable_envelope", f"not an event of a feed: {error!r}") from error


def _checked_hashes(wire: bytes) -> tuple[str, str]:
    suffix = _SUFFIX.fullmatch(wire, max(len(wire) - _SUFFIX_LENGTH, 0))
    if suffix is None:
        raise Unreadable("unreadable_envelope", "the bytes do not end with prevhash and hash")
    prevhash, hash_ = suffix[1].decode(), suffix[2].decode()
    body = wire[: suffix.start()] + b"}"
    if sha256(bytes.fromhex(prevhash) + body).hexdigest() != hash_:
        raise Unreadable("hash_mismatch", "the bytes are not those that were hashed")
    return prevhash, hash_


def _envelope(found: Any, prevhash: str, hash_: str, wire: bytes) -> Envelope:
    sequence = _text(found, "sequence")
    if len(sequence) != _SEQUENCE_DIGITS or not sequence.isdecimal() or int(sequence) < 1:
        raise ValueError(f"sequence {sequence!r}")
    if found["specversion"] != "1.0" or type(found["data"]) is not dict:
        raise ValueError("not a CloudEvent 1.0 with an object as data")
    return Envelope(
        id=_text(found, "id"),
        source=_text(found, "source"),
        type=_text(found, "type"),
        subject=_text(found, "subject"),
        time=_instant(found, "time"),
        sequence=int(sequence),
        logid=_text(found, "logid"),
        partitionkey=_text(found, "partitionkey"),
        correlationid=_text(found, "correlationid"),
        causationid=_optional(found, "causationid"),
        recordedtime=_instant(found, "recordedtime"),
        traceparent=_optional(found, "traceparent"),
        data=found["data"],
        prevhash=prevhash,
        hash=hash_,
        wire=wire,
    )


def _text(found: dict[str, Any], name: str) -> str:
    value = found[name]
    if type(value) is not str or not value:
        raise ValueError(f"{name} is not a text")
    return value


def _optional(found: dict[str, Any], name: str) -> str | None:
    return _text(found, name) if name in found else None


def _instant(found: dict[str, Any], name: str) -> datetime:
    instant = datetime.fromisoformat(_text(found, name))
    if instant.tzinfo is None:
        raise ValueError(f"{name} has no offset")
    return instant
