"""kombu's way: a producer on a connection that waits for the confirm of every message."""

from __future__ import annotations

from typing import Any

from kombu.connection import Connection
from kombu.messaging import Producer

from bench.apart import Work, serve
from bench.queues import EXCHANGE
from bench.relay.events import wires
from bench.sample import TYPE


def prepare(order: dict[str, Any]) -> Work:
    """Persistent, mandatory, already serialised."""
    connection: Any = Connection(order["broker"], transport_options={"confirm_publish": True})  # type: ignore[no-untyped-call]
    producer: Any = Producer(connection.channel(), auto_declare=False)  # type: ignore[no-untyped-call]
    found = wires(order["count"])

    def work() -> None:
        for wire in found:
            producer.publish(
                wire,
                exchange=EXCHANGE,
                routing_key=TYPE,
                delivery_mode=2,
                mandatory=True,
                content_type="application/cloudevents+json",
                content_encoding="utf-8",
            )

    return work


if __name__ == "__main__":
    serve(prepare)
