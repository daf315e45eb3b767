"""Deciding about events that could not be handled: look, try again in order, or let go, with a name and a reason.

A decision holds the inbox row of its source, so that no new event of the subject slips in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, and_, delete, select, update

from chassis.bus import inbox
from chassis.bus.envelope import Envelope
from chassis.bus.handling import Handling
from chassis.bus.holding import safe_text
from chassis.bus.policy import Fate, fate_of, name_of
from chassis.clock import iso_utc
from chassis.errors import NotFound, Rejected
from chassis.store import tables as t
from chassis.store.decisions import DeadLetterDiscarded, DeadLetterReplayed, Decided
from chassis.store.engine import reading
from chassis.store.event_store import EventStore
from chassis.store.model import Context
from chassis.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that waits for a decision, or got one. ``reason`` is ``failed`` or ``held_behind``."""

    id: int
    source: str
    position: int
    event_id: str
    type: str
    subject: str
    wire: str
    reason: str
    error_type: str | None
    error_message: str | None
    status: str
    decided_by: str | None
    decision_note: str | None
    first_failed_at: str
    decided_at: str | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying a subject came to: events handled, events left, and what stopped it (None: nothing)."""

    handled: int
    left: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, and why; both are kept with the letter."""

    by: str
    why: str

    def __post_init__(self) -> None:
        if not (self.by.strip() and self.why.strip()):
            raise Rejected("decision_incomplete", "a decision needs a name and a reason")


class _Undone(Exception):
    def __init__(self, replayed: Replayed) -> None:
        super().__init__()
        self.replayed = replayed


class DeadLetters:
    """The dead letters of one service."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def list(self, *, status: str = "open", source: str | None = None) -> Sequence[DeadLetter]:
        """The letters of ``status`` (of ``source``), in the order they came."""
        letters = t.dead_letters.c
        query = select(t.dead_letters).where(letters.status == status).order_by(letters.source, letters.position)
        with reading(self._store.engine) as conn:
            found = [_letter(row) for row in conn.execute(query)]
        return [letter for letter in found if source in (None, letter.source)]

    def show(self, letter_id: int) -> DeadLetter:
        """One letter with its bytes; ``NotFound`` when there is none."""
        with reading(self._store.engine) as conn:
            return _find(conn, letter_id)

    def replay(self, handling: Handling, subject: str, decision: Decision, *, dry_run: bool = False) -> Replayed:
        """Handle the subject's events in order, one transaction each, until one fails or none is left.

        With the last one the subject flows again. ``dry_run`` does all of it in one transaction and undoes it.
        """
        if dry_run:
            return self._rehearse(handling, subject, decision)
        handled = 0
        while True:
            try:
                left = self._in_transaction(handling, lambda uow: _replay_next(uow, handling, subject, decision))
            except Exception as error:
                if fate_of(error) is Fate.AGAIN or isinstance(error, NotFound):
                    raise
                self._note(handling, subject, error)
                return Replayed(handled, self._count(handling.source, subject), name_of(error))
            handled += 1
            if left == 0:
                return Replayed(handled, 0, None)

    def discard(self, letter_id: int, decision: Decision) -> DeadLetter:
        """Let the event go unhandled. The subject stays held while others of it wait; replay them next."""

        def work(uow: UnitOfWork) -> None:
            letter = _find(uow.conn, letter_id)
            inbox.lock(uow.conn, letter.source, uow.now)
            if _find(uow.conn, letter_id).status != "open":
                raise Rejected("already_decided", f"dead letter {letter_id} was already {letter.status}")
            _decide(uow, letter, "discarded", decision)
            _record(uow, DeadLetterDiscarded, letter, decision)

        self._store.execute(Context(actor=decision.by), work)
        return self.show(letter_id)

    def _rehearse(self, handling: Handling, subject: str, decision: Decision) -> Replayed:
        def work(uow: UnitOfWork) -> None:
            handled, left = 0, len(_waiting(uow.conn, handling.source, subject))
            try:
                while left:
                    left = _replay_next(uow, handling, subject, decision)
                    handled += 1
            except Exception as error:
                if fate_of(error) is Fate.AGAIN:
                    raise
                raise _Undone(Replayed(handled, left, name_of(error))) from error
            raise _Undone(Replayed(handled, left, None))

        try:
            self._in_transaction(handling, work)
        except _Undone as undone:
            return undone.replayed
        raise AssertionError("a rehearsal never lasts")

    def _in_transaction(self, handling: Handling, work: Any) -> Any:
        def locked(uow: UnitOfWork) -> Any:
            inbox.lock(uow.conn, handling.source, uow.now)
            return work(uow)

        return self._store.execute(handling.context, locked).value

    def _note(self, handling: Handling, subject: str, error: Exception) -> None:
        def work(uow: UnitOfWork) -> None:
            first = _waiting(uow.conn, handling.source, subject)[0]
            failed = {"reason": "failed", "error_type": name_of(error), "error_message": safe_text(error)}
            uow.conn.execute(update(t.dead_letters).where(t.dead_letters.c.id == first.id).values(failed))

        self._in_transaction(handling, work)

    def _count(self, source: str, subject: str) -> int:
        with reading(self._store.engine) as conn:
            return len(_waiting(conn, source, subject))


def _replay_next(uow: UnitOfWork, handling: Handling, subject: str, decision: Decision) -> int:
    """Handle the first waiting event of ``subject``; gives how many are left."""
    waiting = _waiting(uow.conn, handling.source, subject)
    if not waiting:
        raise NotFound("nothing_held", f"no dead letter of {handling.source} waits for {subject}")
    handling.apply_late(uow, Envelope.parse(waiting[0].wire.encode()))
    _decide(uow, waiting[0], "replayed", decision)
    _record(uow, DeadLetterReplayed, waiting[0], decision)
    return len(waiting) - 1


def _decide(uow: UnitOfWork, letter: DeadLetter, status: str, decision: Decision) -> None:
    decided = {"status": status, "decided_by": decision.by, "decision_note": decision.why}
    row = t.dead_letters.c.id == letter.id
    uow.conn.execute(update(t.dead_letters).where(row).values(decided | {"decided_at": iso_utc(uow.now)}))
    if not _waiting(uow.conn, letter.source, letter.subject):
        held = t.held_streams.c
        uow.conn.execute(delete(t.held_streams).where(held.source == letter.source, held.subject == letter.subject))


def _record(uow: UnitOfWork, event: type[Decided], letter: DeadLetter, decision: Decision) -> None:
    """The decision as an event of the own log, in its transaction."""
    which = (letter.id, letter.source, letter.position, letter.type, letter.subject)
    stream = f"dead-letter-{letter.source}-{letter.position}"
    context = Context(actor=decision.by, causation_id=letter.event_id)
    version = uow.load(stream, lambda _state, _event: None, None).version
    uow.append(stream, version, [event(*which, decision.by, decision.why)], context=context)


def _waiting(conn: Connection, source: str, subject: str) -> Sequence[DeadLetter]:
    letters = t.dead_letters.c
    of_subject = and_(letters.status == "open", letters.source == source, letters.subject == subject)
    query = select(t.dead_letters).where(of_subject).order_by(letters.position)
    return [_letter(row) for row in conn.execute(query)]


def _find(conn: Connection, letter_id: int) -> DeadLetter:
    row = conn.execute(select(t.dead_letters).where(t.dead_letters.c.id == letter_id)).one_or_none()
    if row is None:
        raise NotFound("unknown_dead_letter", f"there is no dead letter {letter_id}")
    return _letter(row)


def _letter(row: Any) -> DeadLetter:
    return DeadLetter(**{field.name: getattr(row, field.name) for field in fields(DeadLetter)})
