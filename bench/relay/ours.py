"""The relay's own loop, as a service runs it: cooperative, from the feed, with its checkpoint."""

from __future__ import annotations

import chassis.patch  # noqa: F401 isort:skip before anything binds a socket
from types import SimpleNamespace
from typing import Any

import eventlet
from sqlalchemy import delete

from bench.apart import Work, serve
from bench.sample import open_store
from chassis.bus.relay import RelayLoop, relay_status
from chassis.clock import utc_now
from chassis.metrics import Metrics
from chassis.store import tables as t
from chassis.store import writing


def prepare(order: dict[str, Any]) -> Work:
    """Begins at the feed's first event, whatever was relayed before."""
    store, metrics = open_store(order["url"]), Metrics()
    with writing(store.engine) as conn:
        conn.execute(delete(t.relay_state))
    published = metrics.relay_published_position

    def beat() -> None:
        if published._value.get() >= order["count"]:  # noqa: SLF001 the gauge has no other reader
            relay.stop()

    relay = RelayLoop(SimpleNamespace(store=store, metrics=metrics, clock=utc_now), order["broker"], beat)

    def work() -> dict[str, Any]:
        loop = eventlet.spawn(relay.run)
        loop.wait()
        return {"published": relay_status(store).published_sequence}

    return work


if __name__ == "__main__":
    serve(prepare)
