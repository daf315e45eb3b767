"""Commands that decide on whole read models: everybody in the organisation, every trip that is payable.

The read models are brought to the head of the log first, and the transaction goes on only when they still are.
What another process commits after that look meets the expected versions of the streams.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from chassis.errors import Unavailable
from chassis.store import Context, Outcome, UnitOfWork, VersionConflict
from chassis.store import tables as t
from chassis.store.event_store import Work
from payroll.app import PayrollApp
from payroll.projections import OWN

TRIES = 5


def execute_on_current(app: PayrollApp, context: Context, work: Work) -> Outcome:
    """As `store.execute`, with read models that hold every event. Unavailable when they cannot be brought so far."""

    def guarded(uow: UnitOfWork) -> Any:
        if not at_head(uow.conn):
            raise VersionConflict("read_models_behind", "the read models lack events that were just stored")
        return work(uow)

    for _ in range(TRIES):
        app.projections.run_to_head()
        try:
            return app.store.execute(context, guarded)
        except VersionConflict:
            continue
    raise Unavailable("read_models_behind", "The read models do not follow the log. Try again in a moment.")


def at_head(conn: Connection) -> bool:
    """Whether every read model of the own log holds all of it."""
    of_own = or_(*(and_(t.projections.c.name == one.name, t.projections.c.version == one.version) for one in OWN))
    lowest = select(func.min(t.projections.c.position)).where(of_own).scalar_subquery()
    row = conn.execute(select(t.log_head.c.position, lowest.label("lowest"))).one()
    return bool(row.lowest is not None and row.lowest >= row.position)
