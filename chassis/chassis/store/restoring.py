"""A database that was restored to an earlier backup begins another history: its log gets a new id, once, on record.

The rows stay as they are, with the id of their time in their bytes. What is written from now on carries the new one,
so nobody takes what comes next for what was there before.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select, text, update

from chassis.clock import iso_utc
from chassis.errors import Conflict
from chassis.store import tables as t
from chassis.store.append import LOCK_KEY
from chassis.store.engine import is_sqlite, reading, writing

_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@dataclass(frozen=True, slots=True)
class Restoration:
    """A decision about a history: the own log was ``restored``, or a source that was is ``resynchronised``.

    ``common`` is the last event of the feed that both histories have.
    """

    kind: str
    source: str | None
    logid_before: str
    logid: str
    common: int
    decided_by: str
    decision_note: str


def new_incarnation(engine: Engine, by: str, why: str, now: datetime) -> Restoration:
    """Give the log a new id; ``Conflict`` while anybody else is connected to the database."""
    refuse_while_in_use(engine)
    with writing(engine) as conn:
        if not is_sqlite(engine):
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        head = conn.execute(select(t.log_head)).one()
        done = Restoration("restored", None, head.logid, str(uuid4()), head.sequence, by, why)
        conn.execute(update(t.log_head).values(logid=done.logid))
        conn.execute(update(t.relay_state).values(last_error=None))
        record(conn, done, "{}", now)
    return done


def head_of(engine: Engine) -> Any:
    """The log's id and how far it is."""
    with reading(engine) as conn:
        return conn.execute(select(t.log_head)).one()


def record(conn: Connection, done: Restoration, report: str, now: datetime) -> None:
    """Keep the decision."""
    conn.execute(insert(t.restorations).values(**asdict(done), report=report, decided_at=iso_utc(now)))


def restorations(engine: Engine) -> list[dict[str, Any]]:
    """Every decision so far, the oldest first."""
    with reading(engine) as conn:
        return [dict(row._mapping) for row in conn.execute(select(t.restorations).order_by(t.restorations.c.id))]  # noqa: SLF001 SQLAlchemy's public name


def refuse_while_in_use(engine: Engine) -> None:
    """``Conflict`` while another process has the database open: it knows the log by its old id."""
    if is_sqlite(engine):
        engine.dispose()
        in_use = _sqlite_in_use(str(engine.url.database))
    else:
        with reading(engine) as conn:
            in_use = bool(conn.execute(_OTHERS).scalar_one())
    if in_use:
        raise Conflict("in_use", "somebody is connected to the database: stop all processes of the service first")


def _sqlite_in_use(path: str) -> bool:
    """Only a database that nobody else has open can leave the write-ahead log, and come back to it."""
    uri = f"{Path(path).absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=0.5)) as conn, suppress(sqlite3.OperationalError):
        mode = conn.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        conn.execute("PRAGMA journal_mode=WAL")
        return bool(mode != "delete")
    return True
