"""Whether everything that trips and approval have published is here: what a closing must be warned of.

Halted and held sources are read in the closing's own transaction. How far behind a source is, only the source knows;
it is asked before, and a source that does not answer is no hindrance.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from chassis.bus.inbox import inbox_status
from chassis.errors import Unavailable
from chassis.store import tables as t
from payroll.app import PayrollApp
from payroll.domain.errors import SourceWarning

SOURCES = ("trips", "approval")


def stopped_sources(conn: Connection) -> list[SourceWarning]:
    """One warning for each source that is halted, and for each with events that wait for a decision."""
    halted_ones = select(t.inbox.c.source).where(t.inbox.c.status == "halted")
    halted = set(conn.execute(halted_ones).scalars())
    letters = t.dead_letters.c
    waiting = select(letters.source, func.count()).where(letters.status == "open").group_by(letters.source)
    held: dict[str, int] = {row[0]: row[1] for row in conn.execute(waiting)}
    warnings = [SourceWarning(source, "halted") for source in SOURCES if source in halted]
    return warnings + [SourceWarning(source, "held", held[source]) for source in SOURCES if source in held]


def late_sources(app: PayrollApp) -> list[SourceWarning]:
    """One warning for each source with events that are not taken in yet, or that cannot be asked."""
    cursors = inbox_status(app.store)
    warnings = []
    for source in SOURCES:
        cursor = cursors.get(source)
        if source not in app.feeds or (cursor is not None and cursor.status == "halted"):
            continue
        missing = _missing(app, source, 0 if cursor is None else cursor.position)
        if missing != 0:
            warnings.append(SourceWarning(source, "behind", missing))
    return warnings


def _missing(app: PayrollApp, source: str, position: int) -> int | None:
    try:
        return max(app.feeds[source].read(position, 1).head - position, 0)
    except Unavailable:
        return None
