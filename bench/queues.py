"""Queues for the benchmarks that use the broker: the quorum queue of one reader, as the chassis declares it."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from amqp import Connection
from amqp.exceptions import AMQPError
from kombu.utils.url import parse_url

from bench.sample import SERVICE, TYPE
from chassis.bus.link import Link, declare_exchange, declare_inbox

READER = "reader"
QUEUE = f"{READER}.{SERVICE}"
EXCHANGE = f"{SERVICE}.events"
_NAMEKO_QUEUE = f"evt-{SERVICE}-{TYPE}--{READER}.handle"
_SETTLES_S = 30.0


def connect(url: str) -> Any:
    """A plain py-amqp connection to ``url``."""
    found = parse_url(url)
    host = f"{found['hostname']}:{found['port']}"
    connection = Connection(host, found["userid"], found["password"], virtual_host=found["virtual_host"])
    connection.connect()
    return connection


def declare(url: str, *, by_nameko: bool = False) -> None:
    """The exchange and the reader's queue; with ``by_nameko`` the one nameko's event handler declares."""
    link = Link(url, "bench")
    declare_exchange(link, SERVICE)
    if by_nameko:
        link.channel.queue_declare(_NAMEKO_QUEUE, durable=True, auto_delete=False)
        link.channel.queue_bind(_NAMEKO_QUEUE, EXCHANGE, routing_key=TYPE)
    else:
        declare_inbox(link, READER, SERVICE)
    link.close()


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
