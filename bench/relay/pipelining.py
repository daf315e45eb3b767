"""The limit: py-amqp, sending windows of 500 persistent messages and waiting until each is confirmed."""

from __future__ import annotations

from itertools import batched
from typing import Any

from amqp import Message

from bench.apart import Work, serve
from bench.queues import EXCHANGE, connect
from bench.relay.events import wires
from bench.sample import TYPE

WINDOW = 500


class Pipeline:
    """Sends windows; a nack or a return ends the run."""

    def __init__(self, broker: str) -> None:
        self._connection = connect(broker)
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._refused)
        self._channel.events["basic_return"].add(self._refused)
        self._sent = self._confirmed = 0
        self._single: set[int] = set()

    def send(self, wires: list[bytes]) -> None:
        """Everything, in windows."""
        for window in batched(wires, WINDOW):
            for wire in window:
                message = Message(wire, content_type="application/json", content_encoding="utf-8", delivery_mode=2)
                self._channel.basic_publish(message, EXCHANGE, TYPE, mandatory=True)
            self._sent += len(window)
            while self._confirmed + len(self._single) < self._sent:
                self._connection.drain_events(timeout=30)

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 called by py-amqp
        if not multiple:
            self._single.add(tag)
            return
        self._confirmed = max(tag, self._confirmed)
        self._single = {one for one in self._single if one > self._confirmed}

    def _refused(self, *arguments: Any) -> None:
        raise AssertionError(f"the broker did not take an event: {arguments}")


def prepare(order: dict[str, Any]) -> Work:
    """Connected, and the bytes in memory, before the clock starts."""
    pipeline, found = Pipeline(order["broker"]), wires(order["count"])

    def work() -> None:
        pipeline.send(found)

    return work


if __name__ == "__main__":
    serve(prepare)
