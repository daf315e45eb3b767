"""Publishing the feed to the broker: from the checkpoint, in order, in windows, and never past a doubt.

The relay remembers nothing between failures: it drops its connection, reads the checkpoint again and goes on from
there. What was confirmed but not yet recorded is sent twice, and its readers drop what they had.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from chassis import failpoints
from chassis.bus.leader import CHANNEL, leader_for
from chassis.bus.metrics import bus_metrics
from chassis.bus.pace import Pace
from chassis.bus.policy import name_of, wait_before
from chassis.bus.publisher import WINDOW, Publisher
from chassis.store import tables as t
from chassis.store.engine import reading, writing
from chassis.store.event_store import EventStore
from chassis.store.model import FeedEntry

_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 30.0
_STANDBY_S: Final = 1.0
_BUSY_POLL_S: Final = 0.05
_IDLE_POLL_S: Final = 0.25
_BUSY_FOR_S: Final = 5.0
_GATHER_S: Final = (0.01, 0.1)
"""Between two windows while events keep coming."""

_log = logging.getLogger(__name__)


class Hole(Exception):
    """The own feed is not dense: nothing is published past the hole."""


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """How far the broker has confirmed, out of how much, and what went wrong last (None: nothing since)."""

    published_sequence: int
    head: int
    updated_at: str | None
    last_error: str | None

    @property
    def lag_events(self) -> int:
        """Published events the broker lacks."""
        return self.head - self.published_sequence


def relay_status(store: EventStore) -> RelayStatus:
    """The relay's state as its database knows it, from whichever process asks."""
    with reading(store.engine) as conn:
        head = conn.execute(select(t.log_head.c.sequence)).scalar_one()
        row = conn.execute(select(t.relay_state).where(t.relay_state.c.channel == CHANNEL)).one_or_none()
    if row is None:
        return RelayStatus(0, head, None, None)
    return RelayStatus(row.published_sequence, head, row.updated_at, row.last_error)


class RelayLoop:
    """The loop of one process that may publish; of several, one does."""

    def __init__(self, app: Any, url: str, beat: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._url = url
        self._beat = beat
        self._bus_metrics = bus_metrics(app.metrics.registry)
        self._leader = leader_for(app.store.engine, app.clock)
        self._publisher: Publisher | None = None
        self._published: int | None = None
        self._failures = 0
        self._busy_at = float("-inf")
        self._pace = Pace(*_GATHER_S)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Publish until :meth:`stop`; no error ends it."""
        while not self._stopping.is_set():
            self._beat()
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 any doubt starts over
                self._start_over(error)
        self._leave()

    def stop(self) -> None:
        """End :meth:`run` after the window in hand is confirmed."""
        self._stopping.set()

    def _turn(self) -> None:
        is_leader = self._leader.acquire()
        self._app.metrics.relay_is_leader.set(is_leader)
        if not is_leader:
            self._stopping.wait(_STANDBY_S)
            return
        if self._publisher is None:
            self._publisher = Publisher(self._url, self._app.store.service, self._bus_metrics, self._beat)
        if self._published is None:
            self._published = self._leader.checkpoint()
        self._publish_next(self._publisher, self._published)

    def _publish_next(self, publisher: Publisher, published: int) -> None:
        self._stopping.wait(self._pace.left_s())
        seen = self._app.store.wake.generation
        page = self._app.store.read_feed(published, WINDOW)
        if not page.entries:
            self._show(published, page.head)
            self._idle(publisher, seen)
            return
        _check_dense(published, page.entries)
        failpoints.reach("relay.after_read")
        publisher.publish(page.entries)
        failpoints.reach("relay.after_confirm")
        last = page.entries[-1].sequence
        self._leader.move(published, last)
        failpoints.reach("relay.after_checkpoint")
        self._published, self._failures, self._busy_at = last, 0, time.monotonic()
        self._pace.took(len(page.entries), more=last < page.head)
        self._show(last, page.head)

    def _idle(self, publisher: Publisher, seen: int) -> None:
        publisher.tick()
        is_busy = time.monotonic() - self._busy_at < _BUSY_FOR_S
        self._app.store.wake.wait(seen, _BUSY_POLL_S if is_busy else _IDLE_POLL_S)

    def _show(self, published: int, head: int) -> None:
        self._app.metrics.relay_published_position.set(published)
        self._app.metrics.relay_lag_events.set(head - published)

    def _start_over(self, error: Exception) -> None:
        """Forget everything and wait: the next turn begins at the checkpoint."""
        self._failures += 1
        self._app.metrics.relay_failures_total.inc()
        level = logging.CRITICAL if isinstance(error, Hole) else logging.WARNING
        details = {"code": name_of(error), "error": repr(error)[:300], "attempt": self._failures}
        _log.log(level, "publishing stopped; starting over", extra=details)
        self._forget()
        self._note(error)
        until = time.monotonic() + wait_before(self._failures, first_s=_FIRST_WAIT_S, longest_s=_LONGEST_WAIT_S)
        while (left_s := until - time.monotonic()) > 0 and not self._stopping.wait(min(left_s, 1)):
            self._beat()

    def _note(self, error: Exception) -> None:
        with suppress(SQLAlchemyError), writing(self._app.store.engine) as conn:
            row = t.relay_state.c.channel == CHANNEL
            conn.execute(update(t.relay_state).where(row).values(last_error=f"{name_of(error)}: {error}"[:500]))

    def _forget(self) -> None:
        publisher, self._publisher, self._published = self._publisher, None, None
        if publisher is not None:
            publisher.abandon()
        with suppress(SQLAlchemyError):
            self._leader.release()
        self._app.metrics.relay_is_leader.set(0)

    def _leave(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None
        self._forget()


def _check_dense(published: int, entries: Sequence[FeedEntry]) -> None:
    for expected, entry in enumerate(entries, published + 1):
        if entry.sequence != expected:
            raise Hole(f"the feed has {entry.sequence} where {expected} should be")
