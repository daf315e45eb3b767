"""FastStream's way: a subscriber that inserts a row, all of it asynchronous.

Its handlers run side by side; a lock, which wakes those who wait in their order, keeps the rows in the order of the
events while the broker still sends ahead. That is quicker than a prefetch of one.
"""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

from bench.apart import Work, serve
from bench.append.inserts import driver_address
from bench.queues import QUEUE
from bench.subscribe.table import INSERT, row_of

_PREFETCH = 200


def prepare(order: dict[str, Any]) -> Work:
    """Nothing is opened before its own event loop runs."""
    return lambda: asyncio.run(_consume(order))


async def _consume(order: dict[str, Any]) -> dict[str, Any]:
    left, done, in_order = int(order["count"]), asyncio.Event(), asyncio.Lock()
    connection = await psycopg.AsyncConnection.connect(driver_address(order["target"]), autocommit=True)
    broker = RabbitBroker(order["broker"], logger=None)
    queue = RabbitQueue(QUEUE, queue_type=QueueType.QUORUM, declare=False)

    @broker.subscriber(queue, channel=Channel(prefetch_count=_PREFETCH))
    async def handle(event: dict[str, Any]) -> None:
        nonlocal left
        async with in_order:
            await connection.execute(INSERT, row_of(event))
            left -= 1
            if not left:
                done.set()

    async with broker:
        await broker.start()
        await done.wait()
    await connection.close()
    return {}


if __name__ == "__main__":
    serve(prepare)
