"""A stream as it was at a time, for a person to look at: as stored, with no personal field in clear."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from chassis.clock import iso_utc
from chassis.store import tables as t
from chassis.store.engine import reading
from chassis.store.event_store import EventStore
from chassis.store.sealing import Personal, Sealer, is_sealed, walk


@dataclass(frozen=True, slots=True)
class Seen:
    """One stored event; ``data`` is what was written then, in the shape of that ``schema_version``."""

    version: int
    position: int
    recorded_at: str
    type: str
    schema_version: int
    actor: str
    data: dict[str, Any]


def as_of(store: EventStore, stream: str, *, at: datetime | None = None, version: int | None = None) -> list[Seen]:
    """The events of ``stream`` recorded up to the instant ``at``, and up to ``version``; all of them without either.

    Sealed fields read ``[personal]``, and ``[slettet]`` once the person's key is destroyed.
    """
    events = t.events.c
    query = select(t.events).where(events.stream == stream).order_by(events.version)
    if at is not None:
        query = query.where(events.recorded_at <= iso_utc(at))
    if version is not None:
        query = query.where(events.version <= version)
    with reading(store.engine) as conn:
        return [_seen(row, store.sealer) for row in conn.execute(query)]


def _seen(row: Any, sealer: Sealer | None) -> Seen:
    data = walk(json.loads(row.data), lambda value, _path: _veiled(value, sealer))
    actor = json.loads(row.meta)["actor"]
    return Seen(row.version, row.position, row.recorded_at, row.type, row.schema_version, actor, data)


def _veiled(value: Any, sealer: Sealer | None) -> Any:
    if not is_sealed(value):
        return value
    erased = sealer is not None and sealer.vault.opening(value["key"]).raw is None
    return str(Personal(value["subject"], None if erased else ""))
