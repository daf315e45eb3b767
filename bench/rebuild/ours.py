"""The runner's own rebuild of one projection, as the command line asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from bench.apart import Work, serve
from bench.sample import TripSubmitted, open_store
from bench.subscribe.table import TABLE
from chassis.bus import Envelope
from chassis.projections import OWN_LOG, Projection, ProjectionRunner
from chassis.store import EventStore, Recorded
from chassis.store.upsert import put


def project(conn: Connection, events: Sequence[Recorded]) -> None:
    """A row for each event."""
    rows = []
    for recorded in events:
        trip = recorded.event
        assert isinstance(trip, TripSubmitted)
        row = {"trip_id": trip.trip_id, "person_id": trip.person_id, "distance_m": trip.distance_m}
        rows.append({"sequence": recorded.position, **row})
    put(conn, TABLE, rows)


def runner(store: EventStore) -> ProjectionRunner:
    """The projections of the sample service: one, ``seen``."""
    return ProjectionRunner(store, [Projection("seen", 1, OWN_LOG, (TABLE,), project)], {}, Envelope.parse)


def prepare(order: dict[str, Any]) -> Work:
    """The first round fills an empty projection, the others replace one that is full."""
    found = runner(open_store(order["target"]))
    found.prepare()

    def work() -> dict[str, Any]:
        found.rebuild("seen")
        return {}

    return work


if __name__ == "__main__":
    serve(prepare)
