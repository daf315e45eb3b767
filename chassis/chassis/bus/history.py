"""A source's whole feed as its history: where it is the one that was followed, and where it was restored.

A restored log keeps its rows and their bytes; what is published after the restore carries another ``logid``. So the
feed itself tells where each of its incarnations ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from chassis.bus.envelope import Envelope
from chassis.bus.feeds import PAGE_LIMIT, FeedReader
from chassis.bus.inbox import START, Cursor, check_page
from chassis.errors import Rejected

CLOCKS_DIFFER: Final = timedelta(minutes=1)
"""How far the clocks of two services may be apart."""


@dataclass(frozen=True, slots=True)
class Place:
    """An event's place in a history; ``recorded_at`` is None before the first."""

    sequence: int
    hash: str
    logid: str | None
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """What a feed says of itself: its ``logid`` now, and the last place of each incarnation, in their order."""

    logid: str
    head: int
    ends: tuple[Place, ...]
    at_followed: Place | None
    """The place with the sequence that was followed last, when the feed has come that far."""


def walk(feed: FeedReader, after: int = 0, last_hash: str = START.last_hash) -> Iterator[Envelope]:
    """Every event of ``feed`` after ``after``, the chain of hashes checked; raises ``Fork`` where it is broken."""
    cursor = replace(START, position=after, last_hash=last_hash)
    while True:
        page = feed.read(cursor.position, PAGE_LIMIT)
        envelopes = [Envelope.parse(entry.wire) for entry in page.entries]
        check_page(cursor, page, envelopes)
        if not envelopes:
            return
        yield from envelopes
        cursor = replace(cursor, position=envelopes[-1].sequence, last_hash=envelopes[-1].hash)


def history_of(feed: FeedReader, followed: Cursor) -> History:
    """Read the whole feed once; raises ``Fork`` where its chain is broken and ``Unavailable`` when it is away."""
    logid = feed.read(0, 1).logid
    last = Place(0, START.last_hash, None, None)
    at_followed = last if followed.position == 0 else None
    ends: list[Place] = []
    for envelope in walk(feed):
        if last.logid not in (None, envelope.logid):
            ends.append(last)
        last = Place(envelope.sequence, envelope.hash, envelope.logid, envelope.recordedtime)
        if envelope.sequence == followed.position:
            at_followed = last
    return History(logid, last.sequence, (*ends, last), at_followed)


def last_common(history: History, followed: Cursor, last_taken_at: datetime) -> Place:
    """The last event that is in the history that was followed and in this one.

    Proven by the chain when what was followed last is still there. Else the source has lost events: then it is the
    end of the incarnation that was followed, which holds because a backup is a beginning of the log it was made of,
    and because the restored log was given a new id before anything was written to it. Raises ``Rejected`` when that
    cannot be so; then a person has to find the place.
    """
    found = history.at_followed
    if found is not None and found.hash == followed.last_hash:
        return found
    end = _end_of_followed(history, followed)
    if end.sequence >= followed.position:
        raise _unproven(f"event {followed.position} is another one although it is from before the restore")
    if end.recorded_at is not None and end.recorded_at > last_taken_at + CLOCKS_DIFFER:
        raise _unproven(f"event {end.sequence} was written after all that was followed, under the old id")
    return end


def _end_of_followed(history: History, followed: Cursor) -> Place:
    """Where the followed incarnation ends in the feed; where none of it was kept, the first one, which is its root."""
    before = [end for end in history.ends if end.logid not in (None, history.logid)]
    own = [end for end in before if end.logid == followed.logid]
    if own:
        return own[-1]
    if len(before) > 1:
        raise _unproven("the source was restored more than once since it was followed")
    return before[0] if before else Place(0, START.last_hash, None, None)


def place_at(feed: FeedReader, sequence: int) -> Place:
    """The place of event ``sequence`` (0: before the first)."""
    if sequence == 0:
        return Place(0, START.last_hash, None, None)
    entry = feed.read(sequence - 1, 1).entries[0]
    envelope = Envelope.parse(entry.wire)
    return Place(envelope.sequence, envelope.hash, envelope.logid, envelope.recordedtime)


def _unproven(why: str) -> Rejected:
    return Rejected("unproven", f"{why}: find the last event both have, and name it with --common")
