"""What the broker brings to one consumer from one source: raw bodies in batches, acknowledged together.

The broker is only the fast path. When it is away this gives nothing and tries again later; it never raises.
"""

from __future__ import annotations

import logging
import time
from typing import Any, Final

import eventlet

from chassis.bus.arrivals import Delivery
from chassis.bus.link import (
    BROKER_ERRORS,
    CONNECT_S,
    Link,
    deadline,
    declare_exchange,
    declare_inbox,
    delete_inbox,
)
from chassis.bus.pace import Pace
from chassis.bus.policy import wait_before

BATCH: Final = 200
PREFETCH: Final = 500
LINGER_S: Final = 0.05
_LULL_S: Final = 0.002
_GATHER_S: Final = (0.025, 0.2)
"""Between two batches while messages keep coming."""

_LONGEST_WAIT_S: Final = 30.0
_UNREADABLE_TRIES: Final = 2
_log = logging.getLogger(__name__)


class Intake:
    """The queue ``<consumer>.<source>``; used by one green thread."""

    def __init__(self, url: str, consumer: str, source: str) -> None:
        self._names = (url, consumer, source)
        self._queue = f"{consumer}.{source}"
        self._link: Link | None = None
        self._opening: Any = None
        self._arrived: list[Delivery] = []
        self._is_slow = True
        self._failures = 0
        self._unreadable = 0
        self._next_try = 0.0
        self._pace = Pace(*_GATHER_S)

    def ensure(self) -> bool:
        """Whether the queue is being read. Connects when an attempt is due, in the background: a broker that does not
        answer must not keep the reader from the feed.
        """
        if self._opening is not None and self._opening.dead:
            opened, self._opening = self._opening.wait(), None
            if isinstance(opened, Link):
                self._link = opened
            else:
                self._drop(opened)
        elif self._opening is None and self._link is None and time.monotonic() >= self._next_try:
            self._opening = eventlet.spawn(self._open)
        return self._link is not None

    def receive(self, timeout_s: float) -> list[Delivery]:
        """Up to 200 messages: waits ``timeout_s`` for the first, and at most 50 ms for more."""
        time.sleep(self._pace.left_s())
        is_quiet = True
        try:
            is_quiet = self._drain(timeout_s)
        except BROKER_ERRORS as error:
            self._drop(error)
        batch, self._arrived = self._arrived[:BATCH], self._arrived[BATCH:]
        if batch:
            self._pace.took(len(batch), more=not is_quiet)
        return batch

    def ack(self, tag: int) -> None:
        """Everything up to ``tag`` is taken in. Lost with the connection: then it arrives again, as a duplicate."""
        if self._link is None:
            return
        try:
            if self._is_slow:
                self._hurry(self._link)
            self._link.channel.basic_ack(tag, multiple=True)
        except BROKER_ERRORS as error:
            self._drop(error)
        self._failures = 0

    def tick(self) -> None:
        """Keep the connection alive while the reader is busy or waits."""
        if self._link is None:
            return
        try:
            self._link.tick()
        except BROKER_ERRORS as error:
            self._drop(error)

    def bind_again(self) -> None:
        """Declare everything anew: events came by the feed that should have come this way."""
        if self._link is None:
            return
        try:
            self._declare(self._link)
        except BROKER_ERRORS as error:
            self._drop(error)

    def close(self) -> None:
        """Stop reading; what was not acknowledged stays in the queue."""
        if self._opening is not None:
            self._opening.kill()
        link, self._link, self._opening = self._link, None, None
        self._arrived = []
        if link is not None:
            link.close()

    def _open(self) -> Link | Exception:
        """A link that reads the queue, or why there is none (an error that ends a green thread is printed)."""
        url, _, _ = self._names
        try:
            link = Link(url, self._queue)
            self._begin(link)
        except BROKER_ERRORS as error:
            return error
        _log.info("reading from the broker", extra={"queue": self._queue})
        return link

    def _begin(self, link: Link) -> None:
        self._arrived, self._is_slow = [], True
        try:
            self._declare(link, anew=self._unreadable >= _UNREADABLE_TRIES)
            self._unreadable += 1
            with deadline(CONNECT_S):
                self._consume(link, 1)
            self._unreadable = 0
        except BaseException:
            link.abandon()
            raise

    def _declare(self, link: Link, *, anew: bool = False) -> None:
        _, consumer, source = self._names
        declare_exchange(link, source)
        if anew:
            _log.error("the queue is there but cannot be read; made anew", extra={"queue": self._queue})
            delete_inbox(link, consumer, source)
        declare_inbox(link, consumer, source)

    def _consume(self, link: Link, prefetch: int) -> None:
        link.channel.basic_qos(0, prefetch, a_global=False)
        link.channel.basic_consume(
            self._queue, consumer_tag=self._consumer(prefetch), callback=self._deliver, on_cancel=_cancelled
        )

    def _hurry(self, link: Link) -> None:
        """Slow start: one message at a time until the first was taken in.

        A message that kills the process so takes no others with it towards the queue's delivery limit. The first is not
        acknowledged yet: a second one on its way to the slow consumer would come back behind those after it.
        """
        self._is_slow = False
        self._consume(link, PREFETCH)
        link.channel.basic_cancel(self._consumer(1))

    def _consumer(self, prefetch: int) -> str:
        return f"{self._queue}.{prefetch}"

    def _deliver(self, message: Any) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        self._arrived.append(Delivery(message.delivery_tag, body))

    def _drain(self, timeout_s: float) -> bool:
        """Take what has arrived; whether nothing more is on its way."""
        link = self._link
        if link is None:
            return True
        link.tick()
        until = time.monotonic() + LINGER_S
        wait_s = _LULL_S if self._arrived else timeout_s
        hurried = self._consumer(PREFETCH)
        while len(self._arrived) < BATCH:
            if not link.drain(wait_s):
                return True
            self._arrived += link.deliveries(hurried)
            if wait_s != _LULL_S and self._arrived:
                wait_s, until = _LULL_S, time.monotonic() + LINGER_S
            if time.monotonic() > until:
                break
        return False

    def _drop(self, error: Exception) -> None:
        self._failures += 1
        wait_s = wait_before(self._failures, first_s=0.2, longest_s=_LONGEST_WAIT_S)
        self._next_try = time.monotonic() + wait_s
        _log.warning("the broker is away; following the feed", extra={"queue": self._queue, "error": repr(error)[:300]})
        link, self._link = self._link, None
        self._arrived = []
        if link is not None:
            link.abandon()


def _cancelled(tag: str) -> None:
    """The broker ended the reading: the queue was deleted."""
    raise ConnectionError(f"the broker cancelled {tag}")
