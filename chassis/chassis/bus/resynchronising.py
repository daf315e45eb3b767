"""Following a source again that was restored to an earlier backup: from the last event both histories have.

What this service did because of events the source has lost stays: history is never taken back. It is listed, for a
person to decide about. Read models of the source are folded anew, without what was lost; letters about lost events
are closed. Nothing is changed before all of it can be, in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import batched, takewhile
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from chassis.bus import inbox
from chassis.bus.dead_letters import Decision
from chassis.bus.envelope import Envelope
from chassis.bus.feeds import PAGE_LIMIT, FeedReader
from chassis.bus.handling import Handling
from chassis.bus.history import Place, history_of, last_common, place_at, walk
from chassis.bus.inbox import Cursor, Fork
from chassis.clock import iso_utc
from chassis.errors import Conflict, NotFound, Rejected, Unavailable
from chassis.projections import give_up_all, without_held
from chassis.store import restoring
from chassis.store import tables as t
from chassis.store.engine import reading, writing
from chassis.store.restoring import Restoration

_RECORDED_BEFORE: Final = timedelta(hours=1)
"""How much earlier than the last common event a consequence of a lost one may seem to be recorded."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """An event of the own log whose cause no feed holds any more."""

    position: int
    stream: str
    type: str
    recorded_at: str
    cause: str


@dataclass(frozen=True, slots=True)
class Resynchronisation:
    """What it comes to: ``lost`` events were followed that the source no longer has, those after ``common``."""

    source: str
    followed: Cursor
    logid: str
    common: Place
    consequences: tuple[Consequence, ...]
    letters: tuple[int, ...]

    @property
    def lost(self) -> int:
        return self.followed.position - self.common.sequence

    def as_report(self) -> dict[str, Any]:
        """For the record and for programs."""
        common, followed = self.common.sequence, self.followed.position
        return {
            "source": self.source,
            "logid_before": self.followed.logid,
            "logid": self.logid,
            "common": common,
            "lost_first": common + 1 if self.lost else None,
            "lost_last": followed if self.lost else None,
            "consequences": [asdict(one) for one in self.consequences],
            "dead_letters": list(self.letters),
        }


def examine(handling: Handling, common: int | None = None) -> Resynchronisation:
    """Compare what was followed with the source's feed; nothing is changed. ``common`` is a person's word for the
    last event both histories have, where the feed cannot prove it.

    Raises ``NotFound`` for a source never followed, ``Rejected`` when it has no new id, when the place cannot be found
    or the feed is no whole chain, ``Unavailable`` when the feed is away.
    """
    store, source = handling.app.store, handling.source
    followed = inbox.look(store, source)
    if followed.logid is None:
        raise NotFound("unknown_source", f"{source} was never followed")
    logid, place = _last_common(handling, followed, common)
    has_lost = place.sequence < followed.position
    consequences = _consequences(handling, place) if has_lost else ()
    with reading(store.engine) as conn:
        letters = tuple(conn.execute(select(t.dead_letters.c.id).where(_lost_letters(source, place))).scalars())
    return Resynchronisation(source, followed, logid, place, consequences, letters)


def resynchronise(
    handling: Handling,
    found: Resynchronisation,
    decision: Decision,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Do what ``examine`` found, recorded with who decided and why; the source is then followed again.

    ``Conflict`` when the inbox or the source is no longer where it was examined.
    """
    app, source = handling.app, handling.source
    now = app.clock()
    with writing(app.store.engine) as conn:
        if inbox.lock(conn, source, now) != found.followed:
            raise Conflict("moved", f"{source} was followed or resynchronised meanwhile: look again")
        _close_letters(conn, found, decision, now)
        _fold_anew(conn, handling, found, progress)
        inbox.move_to(conn, source, Cursor(found.logid, found.common.sequence, found.common.hash), now)
        report = json.dumps(found.as_report(), ensure_ascii=False)
        before, after = str(found.followed.logid), found.logid
        done = Restoration("resynchronised", source, before, after, found.common.sequence, decision.by, decision.why)
        restoring.record(conn, done, report, now)


def _last_common(handling: Handling, followed: Cursor, common: int | None) -> tuple[str, Place]:
    """The source's id now, and the last event both histories have: the given one, or the one that is proven."""
    source, feed = handling.source, handling.app.feeds[handling.source]
    try:
        history = history_of(feed, followed)
    except Fork as broken:
        raise Rejected("feed_broken", f"the feed of {source} is no whole chain: {broken}") from broken
    if history.logid == followed.logid:
        raise Rejected("not_restored", f"{source} has the id that was followed: `db restored` there, or `resume` here")
    if common is None:
        return history.logid, last_common(history, followed, inbox.taken_at(handling.app.store, source))
    if not 0 <= common <= (largest := min(history.head, followed.position)):
        raise Rejected("no_such_event", f"the last common event cannot be later than {largest}")
    return history.logid, place_at(feed, common)


def _consequences(handling: Handling, common: Place) -> tuple[Consequence, ...]:
    """Own events caused by what neither this source nor another has; a feed that is away clears none of them."""
    found: dict[str, list[Consequence]] = {}
    for one in _caused_since(handling, common):
        found.setdefault(one.cause, []).append(one)
    for feed in handling.app.feeds.values():
        with suppress(Unavailable, Fork):
            for envelope in walk(feed):
                found.pop(envelope.id, None)
    return tuple(sorted((one for several in found.values() for one in several), key=lambda one: one.position))


def _caused_since(handling: Handling, common: Place) -> list[Consequence]:
    """Own events about then that answer something, but for those an earlier restore has listed."""
    columns = (t.events.c.position, t.events.c.stream, t.events.c.type, t.events.c.recorded_at, t.events.c.meta)
    query = select(*columns).order_by(t.events.c.position)
    if common.recorded_at is not None:
        query = query.where(t.events.c.recorded_at >= iso_utc(common.recorded_at - _RECORDED_BEFORE))
    with reading(handling.app.store.engine) as conn:
        reports = [json.loads(report) for report in conn.execute(select(t.restorations.c.report)).scalars()]
        listed = {one["position"] for report in reports for one in report.get("consequences", ())}
        fresh = (row for row in conn.execute(query) if row.position not in listed)
        rows = [(row, json.loads(row.meta).get("causation_id")) for row in fresh]
    return [Consequence(row.position, row.stream, row.type, row.recorded_at, cause) for row, cause in rows if cause]


def _lost_letters(source: str, common: Place) -> ColumnElement[bool]:
    return and_(t.dead_letters.c.source == source, t.dead_letters.c.position > common.sequence)


def _close_letters(conn: Connection, found: Resynchronisation, decision: Decision, now: datetime) -> None:
    """Letters about lost events belong to the log that had them: their places will be taken by other events."""
    letters, held, lost = t.dead_letters.c, t.held_streams.c, _lost_letters(found.source, found.common)
    decided = {"status": "discarded", "decided_by": decision.by, "decision_note": decision.why}
    still_open = and_(lost, letters.status == "open")
    conn.execute(update(t.dead_letters).where(still_open).values(decided | {"decided_at": iso_utc(now)}))
    conn.execute(update(t.dead_letters).where(lost).values(source=f"{found.source}@{found.followed.logid}"))
    waiting = select(letters.subject).where(letters.source == found.source, letters.status == "open")
    conn.execute(delete(t.held_streams).where(held.source == found.source, held.subject.not_in(waiting)))


def _fold_anew(conn: Connection, handling: Handling, found: Resynchronisation, progress: Callable[[int], None]) -> None:
    """The read models of the source, from the feed as it is now up to the common event; readers see the old rows
    until all is done. Former ones may hold lost events, so nobody goes back to them.
    """
    if not found.lost:
        return
    give_up_all(conn)
    for projection in handling.projections:
        for table in reversed(projection.tables):
            conn.execute(delete(table))
    for page in batched(_upto(handling.app.feeds[found.source], found.common), PAGE_LIMIT):
        envelopes = handling.opened(without_held(conn, handling.source, page))
        for projection in handling.projections if envelopes else ():
            projection.apply(conn, envelopes)
        progress(page[-1].sequence)
    names = [one.name for one in handling.projections]
    moved = {"position": found.common.sequence, "failure": None}
    conn.execute(update(t.projections).where(t.projections.c.name.in_(names)).values(moved))


def _upto(feed: FeedReader, common: Place) -> Iterable[Envelope]:
    return takewhile(lambda envelope: envelope.sequence <= common.sequence, walk(feed))
