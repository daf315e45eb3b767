"""Queues for the benchmarks that use the broker: the queue of one reader, as the chassis declares it for everybody."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from amqp import Connection
from amqp.exceptions import AMQPError
from kombu.utils.url import parse_url

from bench.sample import SERVICE

QUEUE = f"reader.{SERVICE}"
EXCHANGE = f"{SERVICE}.events"
_ARGUMENTS = {"x-queue-type": "quorum", "x-single-active-consumer": True}
_SETTLES_S = 30.0


def connect(url: str) -> Any:
    """A plain py-amqp connection to ``url``."""
    found = parse_url(url)
    host = f"{found['hostname']}:{found['port']}"
    connection = Connection(host, found["userid"], found["password"], virtual_host=found["virtual_host"])
    connection.connect()
    return connection


def declare(url: str) -> None:
    """The exchange and the queue bound to it, both as the chassis would make them but for the dead letters."""
    connection = connect(url)
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=_ARGUMENTS)
    channel.queue_bind(QUEUE, EXCHANGE, routing_key="#")
    connection.close()


def wait_for(url: str, count: int) -> int:
    """How many messages the queue holds: waits until they are ``count``, but not forever."""
    connection = connect(url)
    channel = connection.channel()
    until = time.monotonic() + _SETTLES_S
    while (found := _count(channel)) != count and time.monotonic() < until:
        time.sleep(0.05)
    with suppress(AMQPError, OSError):
        connection.close()
    return found


def _count(channel: Any) -> int:
    return int(channel.queue_declare(QUEUE, passive=True).message_count)
