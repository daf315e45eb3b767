"""Following one source: what the broker brings and what the feed says, through one inbox.

The broker's messages are hints. What continues the inbox is taken in; whatever does not fit sends the follower to the
feed, which alone decides: a gap is filled from it, a bogus message dropped, and a feed that is not the history that
was followed stops the consumer with an alarm. So it works the same without a broker, only later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from chassis import failpoints
from chassis.bus import inbox
from chassis.bus.arrivals import Delivery
from chassis.bus.catching_up import catch_up
from chassis.bus.envelope import Envelope
from chassis.bus.feeds import PAGE_LIMIT, FeedReader
from chassis.bus.handling import Handling
from chassis.bus.holding import FuseBlown
from chassis.bus.inbox import Cursor, Fork
from chassis.bus.intake import BATCH, Intake
from chassis.bus.metrics import Gauges
from chassis.bus.opening import until_a_key_is_missing
from chassis.bus.pace import Portion
from chassis.bus.policy import UNSURE_TRIES, Fate, fate_of, name_of, wait_before
from chassis.bus.taking import Moved, Taking
from chassis.errors import Conflict, Unavailable, Unreadable
from chassis.store.model import FeedPage

POLL_S: Final = 2.0
"""How long nothing new may have come before the feed is asked."""

_LONGEST_POLL_S: Final = 10.0
_SLICE_S: Final = 0.25
_REST_S: Final = 1.0
_CONFLICT_WAIT_S: Final = 0.2
_log = logging.getLogger(__name__)


class Follower:
    """The loop of one subscription; ``intake`` is None where no broker is configured."""

    def __init__(
        self, handling: Handling, feed: FeedReader, intake: Intake | None, beat: Callable[[], None] = lambda: None
    ) -> None:
        self.cursor: Cursor | None = None
        self._handling = handling
        self._feed = feed
        self._intake = intake
        self._beat = beat
        self._gauges = Gauges(handling.app.metrics, handling.source)
        self._stopping = threading.Event()
        self._pending: list[Delivery] = []
        self._failures = 0
        self._portion = Portion(BATCH)
        self._polled_at = self._moved_at = self._caught_up_at = float("-inf")

    def run(self) -> None:
        """Follow until :meth:`stop`; no error ends it."""
        while not self._stopping.is_set():
            self.turn()
        if self._intake is not None:
            self._intake.close()

    def stop(self) -> None:
        """End :meth:`run` after the batch in hand is taken in and acknowledged."""
        self._stopping.set()

    def turn(self) -> None:
        """One turn of the loop: a batch, or a page, or a short wait."""
        self._beat()
        try:
            cursor = self.cursor = self.cursor or inbox.look(self._handling.app.store, self._handling.source)
            if cursor.status == "halted":
                self._rest(cursor)
            else:
                self._work(cursor)
                self._failures = 0
        except Moved:
            self.cursor = None
        except (Fork, FuseBlown) as alarm:
            self._halt(alarm)
        except Exception as error:  # noqa: BLE001 its type decides, and none ends the loop
            self._back_off(error)
        self._gauges.show(self.cursor, self._failures)

    def _work(self, cursor: Cursor) -> None:
        intake = self._intake
        connected = intake is not None and intake.ensure()
        self._gauges.connected(connected)
        if intake is None or not connected:
            self._pending = []
            self._follow(cursor, _SLICE_S)
            return
        if not self._pending:
            self._pending = intake.receive(_SLICE_S)
        if self._pending:
            failpoints.reach("subscription.after_receive")
            cursor = self._take_pending(cursor, intake)
        if self._poll_is_due():
            self._poll(cursor, intake)

    def _take_pending(self, cursor: Cursor, intake: Intake) -> Cursor:
        arrived = [envelope for envelope in map(self._parsed, self._pending) if envelope is not None]
        plan = inbox.plan(cursor, arrived)
        self._gauges.duplicates(plan.duplicates)
        fresh = until_a_key_is_missing(self._handling.app.store.sealer, plan.fresh)
        if fresh:
            cursor = self._take(cursor, fresh)
        if plan.doubtful or len(arrived) < len(self._pending):
            self._gauges.gap()
            cursor = self._follow(cursor, 0)
        elif len(fresh) < len(plan.fresh):
            cursor = self._follow(cursor, 0, plan.fresh[-1].sequence)
        tag, self._pending = self._pending[-1].tag, []
        intake.ack(tag)
        failpoints.reach("subscription.after_ack")
        return cursor

    def _parsed(self, delivery: Delivery) -> Envelope | None:
        try:
            return Envelope.parse(delivery.body)
        except Unreadable as error:
            self._gauges.refused()
            _log.error("a message is no event", extra={"source": self._handling.source, "code": error.code})
            return None

    def _poll_is_due(self) -> bool:
        now = time.monotonic()
        return now - max(self._polled_at, self._moved_at) > POLL_S or now - self._polled_at > _LONGEST_POLL_S

    def _poll(self, seen: Cursor, intake: Intake) -> None:
        """Ask the feed although the broker is there: what it lost at the end, no gap would ever show."""
        cursor = self.cursor = inbox.look(self._handling.app.store, self._handling.source)
        if cursor.status == "halted":
            return
        if cursor.position != seen.position:
            self._moved_at = time.monotonic()  # another process of this service is reading
            return
        is_moving = time.monotonic() - self._moved_at <= POLL_S
        try:
            after = self._follow(cursor, 0, cursor.position + 1 if is_moving else None)
        except Unavailable as error:
            self._polled_at = time.monotonic()
            _log.warning("the feed is away", extra={"source": self._handling.source, "code": error.code})
            return
        if after.position > cursor.position and not is_moving:
            intake.bind_again()

    def _follow(self, cursor: Cursor, wait_s: float, upto: int | None = None) -> Cursor:
        """Take in what the feed has after ``cursor``, to its end; with ``upto`` whole pages until that is taken in, for
        where the broker brings the rest. Gives the cursor after that.
        """
        start = cursor.position
        self._catch_up(cursor)
        while not self._stopping.is_set():
            page = self._feed.read(cursor.position, PAGE_LIMIT, wait_s)
            envelopes = _parsed_page(page)
            inbox.check_page(cursor, page, envelopes)
            cursor = self.cursor = replace(cursor, logid=page.logid)
            cursor = self._take(cursor, envelopes)
            self._polled_at, wait_s = time.monotonic(), 0
            self._gauges.polled(page.head - cursor.position)
            if cursor.position >= (page.head if upto is None else min(page.head, upto)):
                break
        self._gauges.from_feed(cursor.position - start)
        return cursor

    def _take(self, cursor: Cursor, fresh: Sequence[Envelope]) -> Cursor:
        """Take in ``fresh``, in parts that are not held long."""
        while fresh:
            part, fresh = fresh[: self._portion.size], fresh[self._portion.size :]
            last_try, began = self._failures + 1 >= UNSURE_TRIES, time.monotonic()
            cursor = self.cursor = Taking(self._handling, last_try=last_try).take(cursor, part)
            self._failures, self._moved_at = 0, time.monotonic()
            self._portion.took(self._moved_at - began)
            self._gauges.taken(part, self._handling.app.clock())
            self._keep_alive()
        return cursor

    def _catch_up(self, cursor: Cursor) -> None:
        """Projections that are new, or were rebuilt, join before anything is applied past them."""
        if time.monotonic() - self._caught_up_at > _LONGEST_POLL_S:
            catch_up(self._handling, self._feed, cursor.position, self._keep_alive)
            self._caught_up_at = time.monotonic()

    def _rest(self, cursor: Cursor) -> None:
        if self._intake is not None:
            self._intake.close()
        self._pending = []
        self._stopping.wait(_REST_S)
        self._caught_up_at = float("-inf")  # what a person does meanwhile may set projections back
        self.cursor = None if self._stopping.is_set() else inbox.look(self._handling.app.store, self._handling.source)

    def _halt(self, alarm: Exception) -> None:
        failure = f"{'fork' if isinstance(alarm, Fork) else 'fuse'}: {alarm}"
        _log.critical("stopped following", extra={"source": self._handling.source, "failure": failure})
        self._gauges.halted(isinstance(alarm, Fork))
        try:
            inbox.halt(self._handling.app.store, self._handling.source, failure, self._handling.app.clock())
            self.cursor = None
        except Exception as error:  # noqa: BLE001 see turn
            self._back_off(error)

    def _back_off(self, error: Exception) -> None:
        """Wait before the same place is tried again, the connection kept alive meanwhile."""
        self._failures += 1
        fate = fate_of(error)
        wait_s = wait_before(self._failures)
        if fate is Fate.AGAIN:
            self._portion.failed()
        if isinstance(error, Conflict):
            wait_s = min(wait_s, _CONFLICT_WAIT_S)  # others got on meanwhile: nothing has to be waited for
        details = {"source": self._handling.source, "code": name_of(error), "attempt": self._failures}
        _log.warning("trying again later", extra=details, exc_info=error if fate is Fate.UNSURE else None)
        self._gauges.show(self.cursor, self._failures)
        until = time.monotonic() + wait_s
        while (left_s := until - time.monotonic()) > 0 and not self._stopping.wait(min(left_s, 1)):
            self._keep_alive()

    def _keep_alive(self) -> None:
        """Between two batches: others of the process get their turn, and the broker its heartbeat."""
        self._beat()
        time.sleep(0)
        if self._intake is not None:
            self._intake.tick()


def _parsed_page(page: FeedPage) -> list[Envelope]:
    """The feed's own events must all be readable: one that is not was changed, or never was one."""
    try:
        return [Envelope.parse(entry.wire) for entry in page.entries]
    except Unreadable as error:
        raise Fork(f"the feed has an event that cannot be trusted: {error.code}") from error
