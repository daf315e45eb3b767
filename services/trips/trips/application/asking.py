"""Trips whose answer from routing does not come are gone on with, so that a question that was lost holds nobody up.

Nothing else would: a trip waits on the stream of its route, and the next to drive it may never come.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, select

from chassis.store import Context, reading
from chassis.store.tables import erasures
from trips.application import standard
from trips.application.later import left_for_later
from trips.application.reporting import resume_trip
from trips.domain.trip import Status
from trips.projections.tables import trip_list

if TYPE_CHECKING:
    from trips.bootstrap import TripsApp

AT_ONCE: Final = 100
"""So many addresses are asked for in one transaction."""


def ask_again(app: TripsApp, each: Callable[[], None] = lambda: None) -> None:
    """Go on with every trip that is being measured, in a transaction of its own, calling ``each`` before it. A question
    whose answer may still come is left alone: then nothing is stored. A trip that cannot be reckoned, as when a policy
    of the municipality's own fails, keeps none of the others back. Then the municipality's addresses are asked for,
    some at a time; what fails there keeps back neither the rest nor the caller.
    """
    for trip_id in _being_measured(app.store.engine):
        each()
        with left_for_later(f"trip {trip_id} cannot be gone on with now"):
            app.store.execute(Context(app.name), partial(resume_trip, rules=app.rules, trip_id=trip_id))
    with left_for_later("the municipality's addresses cannot be read now"):
        for place_ids in batched(standard.still_sought(app.store), AT_ONCE):
            each()
            with left_for_later("addresses of the municipality's cannot be asked for now"):
                app.store.execute(Context(app.name), partial(standard.seek_again, place_ids=place_ids))


def _being_measured(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        gone = trip_list.c.person_id.in_(select(erasures.c.subject_id))
        query = select(trip_list.c.trip_id).where(trip_list.c.status == Status.MEASURING, ~gone)
        return list(conn.execute(query.order_by(trip_list.c.trip_id)).scalars())
