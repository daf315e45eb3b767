"""The core tables as first released, for each service's first migration. Frozen: later changes are a ``core_v2``."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, insert

from chassis.store import tables as t
from chassis.store.chain import GENESIS

TABLES = (
    "log_head", "events", "feed", "commands", "relay_state", "inbox", "dead_letters", "held_streams", "projections",
    "access_log",
)  # fmt: skip

_APPEND = """
CREATE FUNCTION core_append(
    lock_key bigint, expected_logid text, recorded_at text, command_id text, fingerprint text, value text,
    event_ids text[], streams text[], versions int[], types text[], schema_versions int[], datas text[], metas text[],
    feed_ids text[], feed_types text[], subjects text[], heads text[], tails text[]
) RETURNS TABLE ("position" bigint, sequence bigint) LANGUAGE plpgsql VOLATILE AS $core$
DECLARE
    head log_head%ROWTYPE;
    hashes bytea[] := '{}';
    prevs bytea[] := '{}';
    bodies text[] := '{}';
    current bytea;
    r record;
    body text;
    n int := coalesce(cardinality(event_ids), 0);
    m int := coalesce(cardinality(feed_ids), 0);
BEGIN
    PERFORM pg_advisory_xact_lock(lock_key);
    -- A statement of its own: it sees what was committed while the lock was waited for.
    SELECT * INTO STRICT head FROM log_head WHERE id = 1 FOR UPDATE;
    IF head.logid <> expected_logid THEN
        RAISE EXCEPTION 'core_log_changed';
    END IF;
    current := head.event_hash;
    -- Rows, not subscripts: element i of a text array is found by walking the ones before it.
    FOR r IN SELECT * FROM unnest(event_ids, streams, versions, types, schema_versions, datas, metas)
        WITH ORDINALITY AS u(e, s, v, t, sv, d, m, o)
    LOOP
        current := sha256(current || convert_to(concat_ws(E'\\n', head.position + r.o, r.e, r.s, r.v, r.t, r.sv,
            core_append.recorded_at, r.m, r.d), 'UTF8'));
        hashes := hashes || current;
    END LOOP;
    INSERT INTO events SELECT head.position + u.o, u.e, u.s, u.v, u.t, u.sv, u.d, u.m, core_append.recorded_at, u.h
        FROM unnest(event_ids, streams, versions, types, schema_versions, datas, metas, hashes)
        WITH ORDINALITY AS u(e, s, v, t, sv, d, m, h, o);
    head.event_hash := current;
    current := head.feed_hash;
    hashes := '{}';
    FOR r IN SELECT * FROM unnest(heads, tails) WITH ORDINALITY AS u(h, t, o) LOOP
        body := r.h || lpad((head.sequence + r.o)::text, 20, '0') || r.t;
        bodies := bodies || body;
        prevs := prevs || current;
        current := sha256(current || convert_to(body, 'UTF8'));
        hashes := hashes || current;
    END LOOP;
    INSERT INTO feed SELECT head.sequence + u.o, u.e, u.t, u.s, u.b, u.p, u.h
        FROM unnest(feed_ids, feed_types, subjects, bodies, prevs, hashes) WITH ORDINALITY AS u(e, t, s, b, p, h, o);
    "position" := head.position + n;
    sequence := head.sequence + m;
    IF core_append.command_id IS NOT NULL THEN
        INSERT INTO commands VALUES
            (core_append.command_id, core_append.fingerprint, core_append.value, "position", sequence,
            core_append.recorded_at);
    END IF;
    UPDATE log_head AS l SET "position" = core_append."position", sequence = core_append.sequence,
        event_hash = head.event_hash, feed_hash = current WHERE l.id = 1;
    RETURN NEXT;
END $core$
"""

_POSTGRESQL_GUARD = """
CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $core$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $core$
"""


def upgrade(conn: Connection) -> None:
    """Make the core tables, the guards that keep log and feed append-only, and the first head with a new logid."""
    tables = [t.CORE.tables[name] for name in TABLES]
    t.CORE.create_all(conn, tables=tables, checkfirst=False)
    if conn.dialect.name == "postgresql":
        _guard_postgresql(conn)
    else:
        _guard_sqlite(conn)
    head = {"id": 1, "logid": str(uuid4()), "position": 0, "sequence": 0}
    conn.execute(insert(t.log_head).values(event_hash=GENESIS, feed_hash=GENESIS, **head))


def _guard_postgresql(conn: Connection) -> None:
    conn.exec_driver_sql(_APPEND.replace("%", "%%"))
    conn.exec_driver_sql(_POSTGRESQL_GUARD.replace("%", "%%"))
    for table in ("events", "feed"):
        conn.exec_driver_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION core_append_only()"
        )


def _guard_sqlite(conn: Connection) -> None:
    for table in ("events", "feed"):
        for verb in ("UPDATE", "DELETE"):
            conn.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
