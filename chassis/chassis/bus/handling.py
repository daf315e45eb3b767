"""What one service does with the events of one source: its foreign projections, then its reaction.

Both run inside the one transaction that also moves the inbox row, so an event counts exactly once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, update

from chassis.bus.envelope import Envelope
from chassis.bus.opening import opened
from chassis.clock import iso_utc
from chassis.projections import Projection
from chassis.projections.model import rows_of
from chassis.store import tables as t
from chassis.store.model import Context
from chassis.store.unit_of_work import UnitOfWork

React = Callable[[Any, UnitOfWork, Sequence[Envelope]], None]
"""``react(app, uow, envelopes)``: reads and appends through ``uow``; no side effect outside its transaction."""

ReactToOne = Callable[[Any, UnitOfWork, Envelope], None]


def each(reactions: Mapping[str, ReactToOne], loads: Mapping[str, Callable[[str], str]] | None = None) -> React:
    """A reaction made of one function per event type; types that are not named need no reaction.

    What a function appends carries the event it answers as its cause. ``loads`` gives, for types whose function loads a
    stream, that stream by the event's subject: those of a whole batch are then read with one query.
    """
    named = loads or {}

    def react(app: Any, uow: UnitOfWork, envelopes: Sequence[Envelope]) -> None:
        own = uow.context
        streams = [named[envelope.type](envelope.subject) for envelope in envelopes if envelope.type in named]
        if len(streams) > 1:
            uow.prefetch(streams)
        for envelope in envelopes:
            react_to_one = reactions.get(envelope.type)
            if react_to_one is not None:
                uow.context = caused_by(envelope, own.actor)
                react_to_one(app, uow, envelope)
        uow.context = own

    return react


def nothing(_app: Any, _uow: UnitOfWork, _envelopes: Sequence[Envelope]) -> None:
    """The reaction of a service that only keeps projections of a source."""


def caused_by(envelope: Envelope, actor: str) -> Context:
    """The context of what ``actor`` appends in answer to ``envelope``."""
    return Context(
        actor=actor,
        correlation_id=envelope.correlationid,
        causation_id=envelope.id,
        traceparent=envelope.traceparent,
    )


@dataclass(frozen=True, slots=True)
class Handling:
    """A source, and what is done with its events."""

    app: Any
    source: str
    react: React
    projections: tuple[Projection, ...]

    @property
    def context(self) -> Context:
        """Who acts when the service reacts: the service itself."""
        return Context(actor=self.app.store.service)

    def apply(self, uow: UnitOfWork, envelopes: Sequence[Envelope], before: int) -> None:
        """Project and react; projections that are not at position ``before`` are left to catch up by themselves."""
        uow.forget_known()
        envelopes = self.opened(envelopes)
        current = self._projections_at(uow.conn, before)
        for projection in current:
            projection.apply(uow.conn, envelopes)
        self._move(uow, current, envelopes[-1].sequence)
        self.react(self.app, uow, envelopes)

    def skip(self, uow: UnitOfWork, before: int, sequence: int) -> None:
        """The projections pass over an event that is held, so that they do not look as if they were behind."""
        self._move(uow, self._projections_at(uow.conn, before), sequence)

    def apply_late(self, uow: UnitOfWork, envelope: Envelope) -> None:
        """An event the projections had passed over, applied now."""
        uow.forget_known()
        [envelope] = self.opened([envelope])
        for projection in self.projections:
            if position_of(uow.conn, projection) >= envelope.sequence:
                projection.apply(uow.conn, [envelope])
        self.react(self.app, uow, [envelope])

    def opened(self, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """The envelopes with the values of their sealed fields."""
        return [opened(self.app.store.sealer, envelope) for envelope in envelopes]

    def projections_behind(self, conn: Connection, position: int) -> list[Projection]:
        """The projections that have not reached ``position``."""
        return [one for one in self.projections if position_of(conn, one) < position]

    def _projections_at(self, conn: Connection, position: int) -> list[Projection]:
        if not self.projections:
            return []
        found = {(row.name, row.version) for row in conn.execute(_held(self.projections)) if row.position == position}
        return [one for one in self.projections if (one.name, one.version) in found]

    def _move(self, uow: UnitOfWork, moving: Sequence[Projection], position: int) -> None:
        if not moving:
            return
        moved = {"position": position, "failure": None, "updated_at": iso_utc(uow.now)}
        uow.conn.execute(update(t.projections).where(rows_of(moving)).values(moved))


def position_of(conn: Connection, projection: Projection) -> int:
    """A foreign projection's checkpoint, held until the end of the transaction."""
    return int(conn.execute(_held([projection])).one().position)


def _held(projections: Sequence[Projection]) -> Select[Any]:
    """Their checkpoints; a rebuild in another process is waited for (SQLite has one writer, and no such clause)."""
    return select(t.projections).where(rows_of(projections)).order_by(t.projections.c.name).with_for_update()
