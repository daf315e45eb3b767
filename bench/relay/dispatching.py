"""nameko's way: its dispatcher, which publishes with confirms, one event after the other."""

from __future__ import annotations

from typing import Any

from nameko.standalone.events import event_dispatcher

from bench.apart import Work, serve
from bench.relay.events import events
from bench.sample import SERVICE


def prepare(order: dict[str, Any]) -> Work:
    """The events are dictionaries, as nameko's users hand them over; it makes JSON of them."""
    dispatch = event_dispatcher({"AMQP_URI": order["broker"]})
    found = events(order["count"])

    def work() -> None:
        for name, event in found:
            dispatch(SERVICE, name, event)

    return work


if __name__ == "__main__":
    serve(prepare)
