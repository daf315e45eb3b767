"""What is left in the broker, seen by plain AMQP: nothing that waits, and nothing it gave up on."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import amqp

from tests.faults.checks.books import LISTENS_TO, Books


def queues() -> list[str]:
    return [f"{consumer}.{source}" for consumer, sources in LISTENS_TO.items() for source in sources]


def connect(url: str) -> amqp.Connection:
    parts = urlsplit(url)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}", parts.username, parts.password, virtual_host=parts.path.strip("/")
    )
    connection.connect()
    return connection


def queues_are_empty(url: str) -> Iterator[str]:
    """Asked when no service runs: what was not acknowledged is back in its queue then."""
    with connect(url) as connection:
        for queue in queues():
            try:
                _, waiting, readers = connection.channel().queue_declare(queue, passive=True)
            except amqp.NotFound:
                yield f"the queue {queue} is not there"
                continue
            if waiting or readers:
                yield f"{queue}: {waiting} messages wait, {readers} still read"


def nothing_was_given_up_unread(url: str, books: Books) -> Iterator[str]:
    """The broker gives up on a message that many processes died with; the faults explain that where the feed has
    brought the event meanwhile. A message there that is no event, or past its inbox, nothing explains.
    """
    with connect(url) as connection:
        channel = connection.channel()
        for queue in queues():
            consumer, source = queue.split(".")
            passed = {row["source"]: row["position"] for row in books.table(consumer, "inbox")}.get(source, 0)
            while (message := channel.basic_get(f"{queue}.dead", no_ack=False)) is not None:
                body = message.body if isinstance(message.body, bytes) else message.body.encode()
                try:
                    sequence = int(json.loads(body)["sequence"])
                except (ValueError, KeyError):
                    sequence = 0
                if not 0 < sequence <= passed:
                    yield f"{queue}.dead has {body[:80]!r}, the inbox is at {passed}"
