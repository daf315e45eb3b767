"""The core tables, the same on PostgreSQL and SQLite; each service has them in its own database.

``events`` is the service's own log, ``feed`` what it publishes; both are append-only and dense.
Instants are ISO 8601 text in UTC (see :func:`chassis.clock.iso_utc`): the hashed bytes are the stored bytes.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

CORE = MetaData()
Position = BigInteger().with_variant(Integer, "sqlite")

log_head = Table(
    "log_head",
    CORE,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("logid", Text, nullable=False),
    Column("position", Position, nullable=False),
    Column("sequence", Position, nullable=False),
    Column("event_hash", LargeBinary, nullable=False),
    Column("feed_hash", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="log_head_single"),
)

events = Table(
    "events",
    CORE,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("meta", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("event_id", name="events_event_id"),
    UniqueConstraint("stream", "version", name="events_stream_version"),
)

feed = Table(
    "feed",
    CORE,
    Column("sequence", Position, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prevhash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("event_id", name="feed_event_id"),
)

commands = Table(
    "commands",
    CORE,
    Column("command_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("position", Position, nullable=False),
    Column("sequence", Position, nullable=False),
    Column("recorded_at", Text, nullable=False),
)

relay_state = Table(
    "relay_state",
    CORE,
    Column("channel", Text, primary_key=True),
    Column("published_sequence", Position, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("last_error", Text),
)

inbox = Table(
    "inbox",
    CORE,
    Column("source", Text, primary_key=True),
    Column("logid", Text),
    Column("position", Position, nullable=False),
    Column("last_hash", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("failure", Text),
    Column("updated_at", Text, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    CORE,
    Column("id", Position, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("position", Position, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("wire", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("error_type", Text),
    Column("error_message", Text),
    Column("status", Text, nullable=False),
    Column("decided_by", Text),
    Column("decision_note", Text),
    Column("first_failed_at", Text, nullable=False),
    Column("decided_at", Text),
    UniqueConstraint("source", "position", name="dead_letters_source_position"),
    Index("dead_letters_open", "status", "source", "subject"),
)

held_streams = Table(
    "held_streams",
    CORE,
    Column("source", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("from_position", Position, nullable=False),
)

restorations = Table(
    "restorations",
    CORE,
    Column("id", Position, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("source", Text),
    Column("logid_before", Text, nullable=False),
    Column("logid", Text, nullable=False),
    Column("common", Position, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decision_note", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
)

erasures = Table(
    "erasures",
    CORE,
    Column("subject_id", Text, primary_key=True),
    Column("erased_at", Text, nullable=False),
)

projections = Table(
    "projections",
    CORE,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("position", Position, nullable=False),
    Column("failure", Text),
    Column("updated_at", Text, nullable=False),
)

projection_sets = Table(
    "projection_sets",
    CORE,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, primary_key=True),
    Column("build_id", Text, nullable=False),
    Column("tables", Text, nullable=False),
    Column("position", Position, nullable=False),
    Column("held", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)
"""The sets of a projection's tables that are not the live ones, by role: ``building`` or ``previous``.

``tables`` are the names of its tables, and ``held`` the positions left out because their events were held; JSON lists.
"""

access_log = Table(
    "access_log",
    CORE,
    Column("id", Position, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("correlation_id", Text),
    Index("access_log_person", "person_id", "at"),
)
