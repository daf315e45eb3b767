"""Foreign projections that are behind the inbox (new, or rebuilt to an earlier place) read the feed up to it.

They do so by themselves, in transactions of a page each, and one that fails keeps its place, says why, and holds
nothing up: the others and the reactions go on without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import Connection, and_, update

from chassis.bus.envelope import Envelope
from chassis.bus.feeds import PAGE_LIMIT, FeedReader
from chassis.bus.handling import Handling, position_of
from chassis.bus.policy import Fate, fate_of, name_of
from chassis.clock import iso_utc
from chassis.projections import Projection, without_held
from chassis.store import tables as t
from chassis.store.engine import reading, writing

_log = logging.getLogger(__name__)


def catch_up(handling: Handling, feed: FeedReader, upto: int, keep_alive: Callable[[], None]) -> None:
    """Bring every projection of ``handling`` to position ``upto``."""
    with reading(handling.app.store.engine) as conn:
        behind = handling.projections_behind(conn, upto)
    for projection in behind:
        try:
            while _next_page(handling, feed, projection, upto):
                keep_alive()
        except Exception as error:
            if fate_of(error) is Fate.AGAIN:
                raise
            _fail(handling, projection, error)


def _next_page(handling: Handling, feed: FeedReader, projection: Projection, upto: int) -> bool:
    """Apply one page; False when the projection has arrived."""
    engine = handling.app.store.engine
    with reading(engine) as conn:
        after = position_of(conn, projection)
    page = feed.read(after, min(PAGE_LIMIT, max(upto - after, 0))) if after < upto else None
    if page is None or not page.entries:
        return False
    envelopes = [Envelope.parse(entry.wire) for entry in page.entries]
    with writing(engine) as conn:
        if position_of(conn, projection) == after:
            applied = without_held(conn, handling.source, envelopes)
            if applied:
                projection.apply(conn, handling.opened(applied))
            moved = {"position": envelopes[-1].sequence, "failure": None}
            _set(conn, handling, projection, moved)
    return True


def _fail(handling: Handling, projection: Projection, error: Exception) -> None:
    code = name_of(error)
    _log.error("a projection cannot catch up", exc_info=error, extra={"projection": projection.name, "code": code})
    with writing(handling.app.store.engine) as conn:
        _set(conn, handling, projection, {"failure": code})


def _set(conn: Connection, handling: Handling, projection: Projection, values: Mapping[str, object]) -> None:
    row = and_(t.projections.c.name == projection.name, t.projections.c.version == projection.version)
    at = {"updated_at": iso_utc(handling.app.clock())}
    conn.execute(update(t.projections).where(row).values({**values, **at}))
