"""`eventsourcing`'s way: a projection that is handed every event of an application's log, under its runner."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import batched
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from bench.apart import Work, serve
from bench.append.eventsourcing import environment
from bench.sample import CODEC, trip
from bench.subscribe.table import INSERT

_CONNECTIONS = "5"
_SAVED_AT_ONCE = 500


class Trip(Aggregate):
    """A trip as its documentation writes an aggregate."""

    @event("Submitted")
    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content


class Trips(Application[UUID]):
    """Keeps trips."""

    def submit(self, contents: Mapping[int, dict[str, Any]]) -> None:
        """Store many at once."""
        self.save(*(Trip(content) for content in contents.values()))


class View(PostgresTrackingRecorder):
    """The read model: the row and how far it is, in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **more: Any) -> None:
        super().__init__(datastore, **more)
        columns = "sequence bigint PRIMARY KEY, trip_id text, person_id text, distance_m int"
        self.sql_create_statements.append(SQL(f"CREATE TABLE IF NOT EXISTS seen_v1 ({columns})"))

    def add(self, row: tuple[Any, ...], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(INSERT, row, prepare=True)


class Seen(Projection[View]):
    """Folds every submitted trip into its row."""

    name = "seen"
    topics = ()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        found = domain_event.content
        row = (tracking.notification_id, found["trip_id"], found["person_id"], found["distance_m"])
        self.view.add(row, tracking)


def prepare(order: dict[str, Any]) -> Work:
    """The log is written; the runner, which begins at once, is made when the clock runs."""
    count = int(order["count"])
    settings = {**environment(order["target"]), "POSTGRES_POOL_SIZE": _CONNECTIONS}
    app = Trips(settings)
    for numbers in batched(range(1, count + 1), _SAVED_AT_ONCE):
        app.submit({number: _content(number) for number in numbers})
    app.close()

    def work() -> dict[str, Any]:
        made: Any = ProjectionRunner(application_class=Trips, projection_class=Seen, view_class=View, env=settings)
        with made as runner:
            runner.wait(count, timeout=3600)
        return {}

    return work


def _content(number: int) -> dict[str, Any]:
    found = CODEC.encode(trip(number)).data
    return {**found, "points": [dict(point) for point in found["points"]]}


if __name__ == "__main__":
    serve(prepare)
