"""Holding one subject while every other flows on: what failed is kept with its bytes, what follows queues behind."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, func, insert, select

from chassis.bus.envelope import Envelope
from chassis.bus.policy import name_of
from chassis.clock import iso_utc
from chassis.store import tables as t
from chassis.store.unit_of_work import UnitOfWork

FUSE_SUBJECTS = 50
FUSE_EVENTS = 1000


class FuseBlown(Exception):
    """So many subjects failed in a short run of events that the consumer, not the events, must be wrong."""


def held_subjects(conn: Connection, source: str, subjects: Collection[str]) -> set[str]:
    """Which of ``subjects`` are held."""
    held = t.held_streams.c
    query = select(held.subject).where(held.source == source)
    return set(conn.execute(query).scalars()) & set(subjects)


def hold(uow: UnitOfWork, source: str, envelope: Envelope, error: Exception) -> None:
    """Hold the subject of an event that failed. Raises ``FuseBlown`` when too many are held at once."""
    _keep(uow, source, envelope, "failed", error)
    row = {"source": source, "subject": envelope.subject, "from_position": envelope.sequence}
    uow.conn.execute(insert(t.held_streams).values(row))
    held = t.held_streams.c
    recent = and_(held.source == source, held.from_position > envelope.sequence - FUSE_EVENTS)
    count = uow.conn.execute(select(func.count()).where(recent)).scalar_one()
    if count > FUSE_SUBJECTS:
        raise FuseBlown(
            f"{count} subjects failed within {FUSE_EVENTS} events, the last with {name_of(error)}; mend the cause, "
            f"decide about what is held (`dead-letters list --source {source}`), then `inbox resume {source}`"
        )


def queue_behind(uow: UnitOfWork, source: str, envelope: Envelope) -> None:
    """Keep an event whose subject is held already, in its place behind the one that failed."""
    _keep(uow, source, envelope, "held_behind", None)


def _keep(uow: UnitOfWork, source: str, envelope: Envelope, reason: str, error: Exception | None) -> None:
    uow.conn.execute(
        insert(t.dead_letters).values(
            source=source,
            position=envelope.sequence,
            event_id=envelope.id,
            type=envelope.type,
            subject=envelope.subject,
            wire=envelope.wire.decode(),
            reason=reason,
            error_type=None if error is None else name_of(error),
            error_message=None if error is None else safe_text(error),
            status="open",
            first_failed_at=iso_utc(uow.now),
        )
    )


def safe_text(error: Exception) -> str:
    """The first line, cut short: database drivers add whole statements with their values to their messages."""
    return str(error).partition("\n")[0][:500]
