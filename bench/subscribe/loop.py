"""The limit: the loop one would write by hand who trusts the broker and fears no crash."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from psycopg2.extras import execute_values

from bench import queues
from bench.apart import Work, serve
from bench.subscribe.table import INSERT, connect, row_of

_PREFETCH, _BATCH = 500, 200
_LULL_S = 0.002
_VALUES = INSERT.replace("(%s, %s, %s, %s)", "%s")


def prepare(order: dict[str, Any]) -> Work:
    """Connected, and not yet reading."""
    channel = queues.connect(order["broker"]).channel()
    database = connect(order["target"])
    count, arrived = int(order["count"]), list[Any]()

    def work() -> dict[str, Any]:
        left = count
        channel.basic_qos(0, _PREFETCH, a_global=False)
        channel.basic_consume(queues.QUEUE, callback=arrived.append)
        while left:
            _receive(channel, arrived)
            batch, arrived[:] = arrived[:_BATCH], arrived[_BATCH:]
            with database.cursor() as cursor:
                rows = [row_of(json.loads(message.body)) for message in batch]
                execute_values(cursor, _VALUES, rows, page_size=_BATCH)
            database.commit()
            channel.basic_ack(batch[-1].delivery_tag, multiple=True)
            left -= len(batch)
        return {}

    return work


def _receive(channel: Any, arrived: list[Any]) -> None:
    """At least one, and what else comes without waiting for it."""
    while not arrived:
        channel.connection.drain_events(timeout=30)
    with suppress(TimeoutError):
        while len(arrived) < _BATCH:
            channel.connection.drain_events(timeout=_LULL_S)


if __name__ == "__main__":
    serve(prepare)
