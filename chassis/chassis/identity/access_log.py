"""Who read whose data, and when: kept by each service beside its own data and searchable by person."""

from dataclasses import asdict, dataclass

from sqlalchemy import Engine, insert, select

from chassis.store import reading, writing
from chassis.store.tables import access_log


@dataclass(frozen=True)
class AccessRecord:
    """`at` is ISO 8601 in UTC; `actor` and `person_id` are opaque; `what` names the kind of data, never the data."""

    at: str
    actor: str
    person_id: str
    what: str
    correlation_id: str | None


def record_access(engine: Engine, record: AccessRecord) -> None:
    with writing(engine) as conn:
        conn.execute(insert(access_log).values(asdict(record)))


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
