"""Taking a batch of fresh events into the inbox: all in one transaction, and when one fails, around it.

The quick way is the whole batch at once. When an event cannot be handled the batch is done again event by event, each
in a savepoint, so that only what fails is held. What fails when the transaction is written, outside any savepoint, is
found by one transaction per event.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis import failpoints
from chassis.bus import inbox
from chassis.bus.envelope import Envelope
from chassis.bus.handling import Handling
from chassis.bus.holding import FuseBlown, held_subjects, hold, queue_behind
from chassis.bus.inbox import Cursor
from chassis.bus.policy import Fate, fate_of, name_of
from chassis.store.unit_of_work import UnitOfWork

_log = logging.getLogger(__name__)


class Moved(Exception):
    """The inbox is not where it was when the batch was planned: plan again."""


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes events of one source in; ``last_try`` makes errors that nobody foresaw count as permanent."""

    handling: Handling
    last_try: bool = False

    def take(self, cursor: Cursor, fresh: Sequence[Envelope]) -> Cursor:
        """Take in ``fresh``, which continues ``cursor``; gives the cursor after it.

        Raises ``Moved``, ``FuseBlown``, or an error after which the same is to be tried again; then nothing of what
        raised was stored.
        """
        try:
            return self._whole(cursor, fresh)
        except (Moved, FuseBlown):
            raise
        except Exception as error:
            if not self._parks(error):
                raise
        return self._around(cursor, fresh)

    def _parks(self, error: Exception) -> bool:
        fate = fate_of(error)
        return fate is Fate.PARK or (fate is Fate.UNSURE and self.last_try)

    def _whole(self, cursor: Cursor, fresh: Sequence[Envelope]) -> Cursor:
        def work(uow: UnitOfWork) -> None:
            self._lock(uow, cursor)
            if held_subjects(uow.conn, self.handling.source, {one.subject for one in fresh}):
                self._one_by_one(uow, cursor.position, fresh)
            else:
                self.handling.apply(uow, fresh, cursor.position)
            inbox.move(uow.conn, self.handling.source, cursor.logid, fresh[-1], uow.now)
            failpoints.reach("subscription.after_apply")

        self.handling.app.store.execute(self.handling.context, work)
        return self._after(cursor, fresh[-1])

    def _around(self, cursor: Cursor, fresh: Sequence[Envelope]) -> Cursor:
        def work(uow: UnitOfWork) -> None:
            self._lock(uow, cursor)
            self._one_by_one(uow, cursor.position, fresh)
            inbox.move(uow.conn, self.handling.source, cursor.logid, fresh[-1], uow.now)
            failpoints.reach("subscription.after_apply")

        try:
            self.handling.app.store.execute(self.handling.context, work)
        except (Moved, FuseBlown):
            raise
        except Exception as error:
            if not self._parks(error):
                raise
            return self._alone(cursor, fresh, error)
        return self._after(cursor, fresh[-1])

    def _alone(self, cursor: Cursor, fresh: Sequence[Envelope], error: Exception) -> Cursor:
        """One transaction per event: the error came when the transaction was written."""
        if len(fresh) == 1:
            return self._hold_alone(cursor, fresh[0], error)
        for envelope in fresh:
            cursor = self._around(cursor, [envelope])
        return cursor

    def _hold_alone(self, cursor: Cursor, envelope: Envelope, error: Exception) -> Cursor:
        def work(uow: UnitOfWork) -> None:
            self._lock(uow, cursor)
            self._hold(uow, envelope, error)
            inbox.move(uow.conn, self.handling.source, cursor.logid, envelope, uow.now)

        self.handling.app.store.execute(self.handling.context, work)
        return self._after(cursor, envelope)

    def _one_by_one(self, uow: UnitOfWork, before: int, fresh: Sequence[Envelope]) -> None:
        held = held_subjects(uow.conn, self.handling.source, {one.subject for one in fresh})
        for envelope in fresh:
            if envelope.subject in held:
                queue_behind(uow, self.handling.source, envelope)
                self.handling.skip(uow, before, envelope.sequence)
            elif not self._applied(uow, envelope):
                held.add(envelope.subject)
            before = envelope.sequence

    def _applied(self, uow: UnitOfWork, envelope: Envelope) -> bool:
        try:
            with uow.savepoint():
                self.handling.apply(uow, [envelope], envelope.sequence - 1)
        except Exception as error:
            if not self._parks(error):
                raise
            self._hold(uow, envelope, error)
            return False
        return True

    def _hold(self, uow: UnitOfWork, envelope: Envelope, error: Exception) -> None:
        _log.error(
            "event held",
            exc_info=error,
            extra={"source": self.handling.source, "sequence": envelope.sequence, "type": envelope.type,
                   "subject": envelope.subject, "code": name_of(error)},
        )  # fmt: skip
        hold(uow, self.handling.source, envelope, error)
        self.handling.skip(uow, envelope.sequence - 1, envelope.sequence)

    def _lock(self, uow: UnitOfWork, cursor: Cursor) -> None:
        failpoints.reach("subscription.before_apply")
        found = inbox.lock(uow.conn, self.handling.source, uow.now)
        if found.position != cursor.position or found.status != "following":
            raise Moved
        if found.logid not in (None, cursor.logid):
            raise Moved

    def _after(self, cursor: Cursor, last: Envelope) -> Cursor:
        failpoints.reach("subscription.after_commit")
        return replace(cursor, position=last.sequence, last_hash=last.hash, failure=None)
