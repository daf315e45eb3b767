"""The values that go into and come out of the event store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from chassis.errors import Conflict


class VersionConflict(Conflict):
    """Somebody else appended to the stream since it was loaded."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who does something and why; it follows every event that comes of it.

    ``actor`` is a person id or a service's name. Repeating a ``command_id`` (of the same actor) gives the first
    outcome again and does nothing; with another ``fingerprint`` (a digest of what is asked) it is refused.
    """

    actor: str
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """What is stored with each event about how it came to be."""

    actor: str
    command_id: str | None
    correlation_id: str
    causation_id: str | None
    traceparent: str | None = None


class Recorded(NamedTuple):
    """A domain event as it stands in the log; ``position`` is 0 while it is being appended. (A tuple is made in a
    fifth of the time that a frozen dataclass takes, and a rebuild makes millions.)
    """

    position: int
    event_id: str
    stream: str
    version: int
    type: str
    schema_version: int
    event: object
    meta: Meta
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What one domain event becomes on the feed. ``data`` is JSON without floats and without personal secrets; what is
    about a person stands in it as ``Personal`` and leaves sealed.
    """

    type: str
    subject: str
    data: dict[str, Any]
    partitionkey: str
    schema_version: int = 1


Publish = Callable[[Recorded], Sequence[Published]]
"""A service's ``published.py``: the only place that knows the inner and the outer shape."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: its value, and how far the log and the feed were after it."""

    value: Any
    position: int
    sequence: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Loaded[S]:
    """A stream's state and the version to expect when appending to it."""

    state: S
    version: int


@dataclass(frozen=True, slots=True)
class LogPage:
    """Own events after a position, and the position of the last one there is."""

    head: int
    events: list[Recorded]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One published event: ``wire`` holds the same bytes everywhere."""

    sequence: int
    event_id: str
    type: str
    subject: str
    wire: bytes
    hash: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Published events after a sequence, read together with the head in one statement. ``keys`` open the sealed fields
    of these events; None for a key that was destroyed.
    """

    logid: str
    head: int
    head_hash: str
    entries: list[FeedEntry]
    keys: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)
