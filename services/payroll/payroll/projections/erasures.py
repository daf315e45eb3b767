"""Who was erased, and which services have confirmed that they forgot them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, Text, func, insert, select, update

from chassis.canonical import canonical
from chassis.clock import iso_utc
from chassis.store import Recorded
from payroll.domain.erasing import LISTENERS
from payroll.domain.events import ErasureConfirmed, PersonErased
from payroll.projections.metadata import METADATA

erasures = Table(
    "erasures_v1",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("erased_at", Text, nullable=False),
    Column("confirmed", Text, nullable=False),
    Column("waiting", Integer, nullable=False),
)


@dataclass(frozen=True)
class Receipt:
    """When a person was erased, and when each service confirmed it; None: it has not yet."""

    person_id: str
    erased_at: datetime
    confirmed: Mapping[str, str | None]


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        match recorded.event:
            case PersonErased() as event:
                row = {"person_id": event.person_id, "erased_at": iso_utc(event.erased_at), "confirmed": "{}"}
                conn.execute(insert(erasures).values({**row, "waiting": len(LISTENERS)}))
            case ErasureConfirmed() as event:
                _confirm(conn, event)
            case _:
                pass


def _confirm(conn: Connection, event: ErasureConfirmed) -> None:
    mine = erasures.c.person_id == event.person_id
    confirmed = json.loads(conn.execute(select(erasures.c.confirmed).where(mine)).scalar_one())
    confirmed[event.service] = iso_utc(event.confirmed_at)
    waiting = sum(service not in confirmed for service in LISTENERS)
    conn.execute(update(erasures).where(mine).values(confirmed=canonical(confirmed), waiting=waiting))


def receipt(conn: Connection, person_id: str) -> Receipt | None:
    row = conn.execute(select(erasures).where(erasures.c.person_id == person_id)).one_or_none()
    return None if row is None else _receipt(row)


def pending(conn: Connection) -> int:
    """How many erasures some service has not confirmed."""
    return conn.execute(select(func.count()).where(erasures.c.waiting > 0)).scalar_one()


def _receipt(row: Any) -> Receipt:
    confirmed = json.loads(row.confirmed)
    at = datetime.fromisoformat(row.erased_at)
    return Receipt(row.person_id, at, {service: confirmed.get(service) for service in LISTENERS})
