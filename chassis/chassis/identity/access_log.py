"""Who read whose data, and when: kept by each service beside its own data and searchable by person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from chassis.clock import iso_utc
from chassis.store import Context, reading
from chassis.store.tables import access_log


@dataclass(frozen=True)
class AccessRecord:
    """`at` is ISO 8601 in UTC; `actor` and `person_id` are opaque; `what` names the kind of data, never the data."""

    at: str
    actor: str
    person_id: str
    what: str
    correlation_id: str | None


def record_accesses(conn: Connection, context: Context, now: datetime, person_ids: Iterable[str], what: str) -> None:
    """One row for each person whose data the actor gets to see; reading one's own is not recorded."""
    common = {"at": iso_utc(now), "actor": context.actor, "what": what, "correlation_id": context.correlation_id}
    rows = [{**common, "person_id": person_id} for person_id in sorted(set(person_ids) - {context.actor})]
    if rows:
        conn.execute(insert(access_log), rows)


def accesses_of(engine: Engine, person_id: str) -> list[AccessRecord]:
    """Every recorded reading of one person's data by others, oldest first."""
    columns = access_log.c
    query = (
        select(columns.at, columns.actor, columns.person_id, columns.what, columns.correlation_id)
        .where(columns.person_id == person_id)
        .order_by(columns.at, columns.id)
    )
    with reading(engine) as conn:
        return [AccessRecord(*row) for row in conn.execute(query)]
