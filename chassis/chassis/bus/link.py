"""A connection to the broker on which nothing waits for ever, and the names of what is declared there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import eventlet
from amqp.exceptions import AMQPError
from kombu.connection import Connection

from chassis.bus.arrivals import Arrivals, Delivery

BROKER_ERRORS: Final = (AMQPError, OSError, AttributeError, KeyError)
"""What the broker's absence looks like: a connection that ends in the middle of a call leaves py-amqp looking for
attributes and channels that are gone.
"""

CONNECT_S: Final = 5.0
HEARTBEAT_S: Final = 10
SILENCE_S: Final = 10.0
"""How long one read or write on the socket may take where nothing shorter was said."""

DELIVERY_LIMIT: Final = 20
TAIL_LENGTH: Final = 1000
_DEAD_LENGTH: Final = 10_000


class Link:
    """One connection and one channel, used by one green thread."""

    def __init__(self, url: str, name: str, on_blocked: Callable[[bool], None] = lambda _: None) -> None:
        options = {
            "client_properties": {"connection_name": name},
            "on_blocked": lambda _reason: on_blocked(True),
            "on_unblocked": lambda: on_blocked(False),
        }
        settings = Connection(url, connect_timeout=CONNECT_S, heartbeat=HEARTBEAT_S, transport_options=options)  # type: ignore[no-untyped-call]
        with deadline(3 * CONNECT_S):
            self._connection = settings.transport.establish_connection()
        transport = self._connection.transport
        transport.sock.settimeout(SILENCE_S)
        self._arrivals = Arrivals(transport)
        with deadline(SILENCE_S):
            self.channel: Any = self._connection.channel()

    def drain(self, timeout_s: float) -> bool:
        """Handle what the broker sent; False when nothing came within ``timeout_s``."""
        try:
            self._connection.drain_events(timeout=timeout_s)
        except TimeoutError:
            return False
        return True

    def deliveries(self, consumer_tag: str) -> Iterable[Delivery]:
        """The messages for one consumer that have arrived whole and that :meth:`drain` has not handled."""
        found = list(self._arrivals.deliveries(self.channel.channel_id, consumer_tag))
        if found:
            self._connection.bytes_recv += 1  # as py-amqp counts: whatever came shows that the broker is there
        return found

    @property
    def frame_max(self) -> int:
        """The longest frame agreed on with the broker, in bytes."""
        return int(self._connection.frame_max)

    def write(self, frames: bytes) -> None:
        """Send whole frames as they are."""
        self._connection.transport.write(frames)
        self._connection.bytes_sent += 1  # as py-amqp counts: in writes, so that no heartbeat is due

    def tick(self) -> None:
        """Send a heartbeat when one is due; raises when the broker has been silent for too long."""
        self._connection.heartbeat_tick()

    def close(self) -> None:
        """Say goodbye, briefly; a broker that does not answer is left."""
        with suppress(*BROKER_ERRORS), deadline(CONNECT_S):
            self._connection.close()
        self.abandon()

    def abandon(self) -> None:
        """Close the socket and nothing else: for a connection that cannot be trusted any more."""
        with suppress(*BROKER_ERRORS):
            self._connection.collect()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise ``TimeoutError`` in the green thread when the block is not done after ``seconds``."""
    with eventlet.Timeout(seconds, TimeoutError(f"the broker did not answer within {seconds:g} s")):
        yield


def exchange_of(service: str) -> str:
    """The exchange of a service's events: the name nameko gives it."""
    return f"{service}.events"


def declare_exchange(link: Link, service: str) -> None:
    """The exchange exactly as nameko's event handlers declare it, so that whoever comes first suits the other."""
    with deadline(SILENCE_S):
        link.channel.exchange_declare(exchange_of(service), "topic", durable=True, auto_delete=False)


def declare_tail(link: Link, service: str) -> None:
    """A short queue that gets every event, so that an event the broker returns always means a fault.

    It also shows the newest events to anybody who looks.
    """
    arguments = {"x-queue-type": "classic", "x-max-length": TAIL_LENGTH, "x-overflow": "drop-head"}
    _declare_bound(link, service, f"{exchange_of(service)}.tail", arguments)


def declare_inbox(link: Link, consumer: str, source: str) -> str:
    """The queue of one consumer for one source, one active reader at a time; gives its name.

    What the broker gives up on goes to a second queue, for people to look at: the events themselves come by the feed.
    """
    queue = f"{consumer}.{source}"
    dead = f"{queue}.dead"
    kept = {"x-queue-type": "quorum", "x-max-length": _DEAD_LENGTH, "x-overflow": "drop-head"}
    with deadline(SILENCE_S):
        link.channel.queue_declare(dead, durable=True, auto_delete=False, arguments=kept)
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    _declare_bound(link, source, queue, arguments)
    return queue


def delete_inbox(link: Link, consumer: str, source: str) -> None:
    """Take the queue away, with the hints in it.

    A broker that is killed within about a second of declaring a quorum queue forgets half of it (RabbitMQ 3.10): the
    queue can then neither be read nor be written, and holds up everybody's confirms, until it is deleted.
    """
    with deadline(3 * SILENCE_S):
        link.channel.queue_delete(f"{consumer}.{source}")
        link.channel.queue_delete(f"{consumer}.{source}.dead")


def _declare_bound(link: Link, service: str, queue: str, arguments: dict[str, Any]) -> None:
    """A queue that gets all events of ``service``: positions are dense only where none is left out."""
    with deadline(SILENCE_S):
        link.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
        link.channel.queue_bind(queue, exchange_of(service), routing_key="#")
