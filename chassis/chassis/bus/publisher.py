"""Publishing to the broker with pipelined confirms: send a window, then wait until all of it is confirmed.

A round trip per message, as kombu's own confirm mode makes, is ten times slower. Any doubt about one event (a nack, a
return, a deadline) is raised, and the connection must then be dropped: the feed still has everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import batched
from typing import Any, Final

from chassis import failpoints
from chassis.bus.frames import EventFrames
from chassis.bus.link import Link, declare_exchange, declare_tail, exchange_of
from chassis.bus.metrics import BusMetrics
from chassis.errors import Unavailable
from chassis.store.model import FeedEntry

WINDOW: Final = 500
CONFIRM_S: Final = 20.0
"""How long the last event of a window may stay unconfirmed while the broker is not blocked."""

_AT_ONCE: Final = 50
"""Events sent by one write; between two the broker is listened to."""


class Publisher:
    """One connection that publishes the events of ``service``; used by one green thread."""

    def __init__(self, url: str, service: str, metrics: BusMetrics, beat: Callable[[], None]) -> None:
        self._service = service
        self._exchange = exchange_of(service)
        self._metrics = metrics
        self._beat = beat
        self._sent = 0
        self._unconfirmed: dict[int, None] = {}
        self._doubt: str | None = None
        self._is_blocked = False
        self._link = Link(url, f"{service} relay", self._on_blocked)
        try:
            self._open()
        except BaseException:
            self._link.abandon()
            raise

    def publish(self, entries: Sequence[FeedEntry]) -> None:
        """Send ``entries`` in order and return when the broker has confirmed each; ``Unavailable`` on any doubt."""
        started = time.monotonic()
        for part in batched(entries, _AT_ONCE):
            self._wait_while_blocked()
            self._send(part)
            self._listen()
        failpoints.reach("relay.after_publish")
        self._wait_for_confirms()
        self._metrics.relay_confirm_seconds.observe(time.monotonic() - started)

    def tick(self) -> None:
        """Answer the broker and keep the connection alive between windows; raises when it is gone."""
        self._link.tick()
        self._listen()
        self._raise_doubt()

    def close(self) -> None:
        """Leave in good order."""
        self._link.close()

    def abandon(self) -> None:
        """Leave at once."""
        self._link.abandon()

    def _open(self) -> None:
        declare_exchange(self._link, self._service)
        declare_tail(self._link, self._service)
        channel = self._link.channel
        channel.confirm_select()
        self._frames = EventFrames(self._service, self._exchange, channel.channel_id, self._link.frame_max)
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)

    def _send(self, entries: Sequence[FeedEntry]) -> None:
        self._unconfirmed |= dict.fromkeys(range(self._sent + 1, self._sent + len(entries) + 1))
        self._sent += len(entries)
        self._link.write(b"".join(map(self._frames.of, entries)))

    def _listen(self) -> None:
        """Hear what the broker has said so far: confirms, returns, that it blocks us."""
        while self._link.drain(0):
            pass

    def _wait_for_confirms(self) -> None:
        until = time.monotonic() + CONFIRM_S
        while self._unconfirmed:
            self._raise_doubt()
            if self._is_blocked:
                self._wait_while_blocked()
                until = time.monotonic() + CONFIRM_S
            if time.monotonic() > until:
                raise Unavailable("confirm_timeout", f"{len(self._unconfirmed)} events were not confirmed in time")
            self._pump()
        self._raise_doubt()

    def _wait_while_blocked(self) -> None:
        """The broker has too little memory or disk: nothing is wrong with us, so wait for as long as it takes."""
        while self._is_blocked:
            self._pump()

    def _pump(self) -> None:
        self._beat()
        if not self._link.drain(1.0):
            self._link.tick()

    def _raise_doubt(self) -> None:
        if self._doubt is not None:
            raise Unavailable("not_published", self._doubt)

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 called by py-amqp
        if not multiple:
            self._unconfirmed.pop(tag, None)
            return
        for confirmed in [one for one in self._unconfirmed if one <= tag]:
            del self._unconfirmed[confirmed]

    def _on_nack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 called by py-amqp
        self._metrics.relay_nacked_total.inc()
        self._doubt = f"the broker refused event {tag} of this connection (multiple: {multiple})"

    def _on_return(self, error: Any, _exchange: str, routing_key: str, _message: Any) -> None:
        self._metrics.relay_returned_total.inc()
        self._doubt = f"the broker returned {routing_key}: {error}"

    def _on_blocked(self, is_blocked: bool) -> None:  # noqa: FBT001 called by the link
        self._is_blocked = is_blocked
        self._metrics.relay_blocked.set(is_blocked)
