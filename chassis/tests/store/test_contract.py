"""What the event store promises, on either database."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from chassis.errors import Rejected, Unavailable
from chassis.store import Context, VersionConflict, reading, writing
from chassis.store import tables as t
from tests.support.sample import ALICE, Added, Noted, Opened, count


def sequences(store):
    return [entry.sequence for entry in store.read_feed(0, 1000).entries]


def positions(store):
    return [event.position for event in store.read_log(0, 1000).events]


def test_an_appended_event_is_read_as_it_was_written(store, append):
    outcome = append("sample-1", Opened('Ærø & "Samsø"\n'), Added(-7))
    first, second = store.read_stream("sample-1")
    assert (first.event, second.event) == (Opened('Ærø & "Samsø"\n'), Added(-7))
    assert (first.version, second.version) == (1, 2)
    assert outcome.position == second.position == 2
    assert first.meta.actor == "alice"
    assert first.recorded_at == datetime(2026, 11, 1, 0, 0, 1, tzinfo=UTC)


def test_a_stream_that_changed_since_it_was_loaded_is_a_conflict_and_nothing_is_stored(store, append):
    append("sample-1", Opened("a"))
    with pytest.raises(VersionConflict):
        store.execute(ALICE, lambda uow: uow.append("sample-1", 0, [Opened("b")]))
    assert [event.event for event in store.read_stream("sample-1")] == [Opened("a")]
    assert store.verify().intact


def test_a_conflict_is_decided_again_on_the_newer_state(store, append):
    """The work runs again and sees what the other wrote."""
    append("sample-1", Opened("a"))
    seen = []

    def work(uow):
        loaded = uow.load("sample-1", count, 0)
        seen.append(loaded.version)
        uow.append("sample-1", 0 if len(seen) == 1 else loaded.version, [Added(1)])

    store.execute(ALICE, work)
    assert seen == [1, 1]
    assert len(store.read_stream("sample-1")) == 2


def test_two_appends_to_one_stream_in_one_transaction_cannot_expect_the_same_version(store):
    def work(uow):
        uow.append("sample-1", 0, [Opened("a")])
        uow.append("sample-1", 0, [Opened("b")])

    with pytest.raises(VersionConflict):
        store.execute(ALICE, work)
    assert store.read_stream("sample-1") == []


def test_a_look_sees_what_is_stored_and_what_it_appends_and_keeps_nothing(store, append):
    append("sample-1", Opened("a"))

    def work(uow):
        uow.append("sample-1", uow.load("sample-1", count, 0).version, [Added(1)])
        return uow.load("sample-1", count, 0).version

    assert store.look(work) == 2
    assert [event.event for event in store.read_stream("sample-1")] == [Opened("a")]


def test_what_is_to_be_written_with_the_events_is_written_once_and_sees_those_that_stand(store):
    written = []

    def work(uow):
        for name, fails in (("sample-1", False), ("sample-2", True), ("sample-3", False)):
            with suppress(Rejected), uow.attempt():
                uow.append(name, 0, [Opened(name)])
                uow.before_flush("rows", lambda: written.append([one.stream for one in uow.pending]))
                if fails:
                    raise Rejected("no", "no")

    store.look(work)
    assert written == []
    store.execute(ALICE, work)
    assert written == [["sample-1", "sample-3"]]


def test_a_load_sees_what_the_same_transaction_appended(store):
    def work(uow):
        uow.append("sample-1", 0, [Opened("a")])
        return uow.load("sample-1", count, 0).version

    assert store.execute(ALICE, work).value == 1


def test_a_repeated_command_gives_the_first_outcome_and_is_not_run(store):
    command = Context("alice", command_id="c-1")
    runs = []

    def work(uow):
        runs.append(1)
        uow.append("sample-1", 0, [Opened("a")])
        return {"answer": "first"}

    first, second = store.execute(command, work), store.execute(command, work)
    assert (first.value, first.position) == (second.value, second.position) == ({"answer": "first"}, 1)
    assert (first.repeated, second.repeated, len(runs)) == (False, True, 1)


def test_a_command_of_which_nothing_came_is_repeatable_too(store):
    command = Context("alice", command_id="c-1")
    assert store.execute(command, lambda _: "nothing to do").repeated is False
    assert store.execute(command, lambda _: "something else").value == "nothing to do"


def test_two_people_may_use_the_same_command_id(store):
    for number, person in enumerate(("alice", "bob")):
        store.execute(Context(person, command_id="c-1"), lambda uow, n=number: uow.append(f"s-{n}", 0, [Opened("a")]))
    assert len(store.read_log(0, 10).events) == 2


def test_a_repeat_on_another_process_appends_the_same_event_ids_or_none(make_store):
    """Two processes carry out one command at the same time: the second learns the first's outcome."""
    command = Context("alice", command_id="c-1")
    other = make_store()

    def slow(uow):
        if not hasattr(slow, "met"):
            slow.met = True
            if uow.conn.dialect.name == "postgresql":  # SQLite has one writer: there they cannot meet
                other.execute(command, lambda inner: inner.append("sample-1", 0, [Opened("a")]))
        uow.append("sample-1", uow.load("sample-1", count, 0).version, [Opened("a")])

    store = make_store()
    store.execute(command, slow)
    assert len(store.read_stream("sample-1")) == 1


def test_work_that_raises_stores_nothing(store):
    def work(uow):
        uow.append("sample-1", 0, [Opened("a")])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.execute(ALICE, work)
    assert store.read_log(0, 10).head == 0


def test_an_event_that_cannot_be_published_is_not_stored_either(store, append, engine):
    with writing(engine) as conn:
        taken = {
            "sequence": 1,
            "event_id": "x",
            "type": "x",
            "subject": "x",
            "body": "{}",
            "prevhash": b"",
            "hash": b"",
        }
        conn.execute(t.feed.insert().values(taken))
    with pytest.raises(DBAPIError):
        append("sample-1", Opened("a"))
    assert store.read_stream("sample-1") == []
    assert store.read_log(0, 10).head == 0


def test_positions_and_sequences_are_dense_after_rollbacks(store, append, engine):
    append("sample-1", Opened("a"))
    for _ in range(3):
        with pytest.raises(VersionConflict):
            store.execute(ALICE, lambda uow: uow.append("sample-1", 0, [Opened("b")]))
    with pytest.raises(RuntimeError), writing(engine) as conn:
        _append_then_fail(store, conn)
    append("sample-2", Opened("c"))
    assert positions(store) == [1, 2]
    assert sequences(store) == [1, 2]


def _append_then_fail(store, conn):
    """A transaction that took its positions and was then rolled back."""
    from chassis.store.unit_of_work import UnitOfWork

    uow = UnitOfWork(conn, store._opened, ALICE, datetime.now(UTC))
    uow.append("sample-9", 0, [Opened("lost")])
    assert uow.flush(None, None).position == 2
    raise RuntimeError


def test_private_events_have_a_position_and_no_sequence(store, append):
    append("sample-1", Opened("a"), Noted("secret"), Added(1))
    assert positions(store) == [1, 2, 3]
    assert sequences(store) == [1, 2]
    assert b"secret" not in b"".join(entry.wire for entry in store.read_feed(0, 10).entries)


def test_the_feed_pages_through_the_middle_of_a_transaction(store, append):
    append("sample-1", *[Added(number) for number in range(7)])
    pages = [store.read_feed(after, 3) for after in (0, 3, 6, 7)]
    assert [[entry.sequence for entry in page.entries] for page in pages] == [[1, 2, 3], [4, 5, 6], [7], []]
    assert {page.head for page in pages} == {7}


def test_beyond_the_head_the_feed_is_empty_and_says_where_it_is(store, append):
    append("sample-1", Opened("a"))
    page = store.read_feed(100, 10)
    assert (page.head, page.entries) == (1, [])


def test_a_published_event_is_a_cloudevent_whose_chain_anybody_can_check(store, append):
    """SHA-256 over the hash before it and the canonical JSON of the rest."""
    from chassis.canonical import canonical
    from chassis.store.chain import next_hash

    append("sample-1", Opened("a"), Added(1))
    before = "0" * 64
    for entry in store.read_feed(0, 10).entries:
        event = json.loads(entry.wire)
        prevhash, hash_ = event.pop("prevhash"), event.pop("hash")
        assert prevhash == before
        assert hash_ == next_hash(bytes.fromhex(before), canonical(event)).hex() == entry.hash
        assert event["sequence"] == f"{entry.sequence:020d}"
        assert event["specversion"] == "1.0"
        before = hash_
    assert store.read_feed(0, 10).head_hash == before


def test_the_published_attributes_follow_the_cause(store):
    context = Context("alice", correlation_id="cor-1", causation_id="cau-1", traceparent="00-aa-bb-01")
    store.execute(context, lambda uow: uow.append("sample-1", 0, [Opened("a")]))
    event = json.loads(store.read_feed(0, 1).entries[0].wire)
    assert (event["correlationid"], event["causationid"], event["traceparent"]) == ("cor-1", "cau-1", "00-aa-bb-01")
    assert event["logid"] == store.logid


def test_log_and_feed_cannot_be_updated_or_deleted(engine, append):
    append("sample-1", Opened("a"))
    for statement in (
        "UPDATE events SET data = '{}'",
        "DELETE FROM events",
        "UPDATE feed SET body = ''",
        "DELETE FROM feed",
    ):
        with pytest.raises(DBAPIError, match="append-only"), writing(engine) as conn:
            conn.execute(text(statement))


@pytest.mark.parametrize("table", ["events", "feed"])
def test_one_changed_character_is_found(store, append, engine, table):
    append("sample-1", Opened("a"), Opened("b"), Opened("c"))
    column = "data" if table == "events" else "body"
    key = "position" if table == "events" else "sequence"
    _without_guards(engine, f"UPDATE {table} SET {column} = replace({column}, ':', ': ') WHERE {key} = 2")
    found = store.verify()
    assert not found.intact
    assert "2: changed" in (found.log_fault or found.feed_fault)


def test_a_missing_row_is_found(store, append, engine):
    append("sample-1", Opened("a"), Opened("b"), Opened("c"))
    _without_guards(engine, "DELETE FROM feed WHERE sequence = 3")
    assert store.verify().feed_fault == "sequence 3: missing"


@pytest.mark.parametrize(("table", "key", "place"), [("events", "position", "log"), ("feed", "sequence", "feed")])
def test_a_row_missing_in_the_middle_is_found(store, append, engine, table, key, place):
    append("sample-1", Opened("a"), Opened("b"), Opened("c"))
    _without_guards(engine, f"DELETE FROM {table} WHERE {key} = 2")
    assert getattr(store.verify(), f"{place}_fault") == f"{key} 2: missing"


@pytest.mark.parametrize(("table", "key", "place"), [("events", "position", "log"), ("feed", "sequence", "feed")])
def test_two_rows_that_changed_places_are_found(store, append, engine, table, key, place):
    append("sample-1", Opened("a"), Opened("b"), Opened("c"))
    for old, new in ((2, -2), (3, 2), (-2, 3)):
        _without_guards(engine, f"UPDATE {table} SET {key} = {new} WHERE {key} = {old}")
    assert getattr(store.verify(), f"{place}_fault") == f"{key} 2: changed since it was written"


def test_a_rewritten_tail_does_not_agree_with_the_head(store, append, engine):
    """Rewriting the last row with a right hash is found by the head."""
    append("sample-1", Opened("a"))
    row = {"body": '{"forged":1}'}
    from chassis.store.chain import GENESIS, next_hash

    _without_guards(
        engine, "UPDATE feed SET body = :body, hash = :hash", {**row, "hash": next_hash(GENESIS, row["body"])}
    )
    assert "head" in store.verify().feed_fault


def _without_guards(engine, statement, values=None):
    with writing(engine) as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for table in ("events", "feed"):
                for verb in ("update", "delete"):
                    conn.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        conn.execute(text(statement), values or {})


def test_a_process_that_outlived_a_restore_may_not_write(store, append, engine):
    append("sample-1", Opened("a"))
    with writing(engine) as conn:
        conn.execute(t.log_head.update().values(logid="restored"))
    with pytest.raises(Unavailable, match="start it again"):
        append("sample-1", Opened("b"))


def test_the_order_is_that_of_commits_and_not_of_clocks(store, append, clock):
    append("sample-1", Opened("a"))
    clock.now = datetime(2020, 1, 1, tzinfo=UTC)
    append("sample-2", Opened("b"))
    assert [event.stream for event in store.read_log(0, 10).events] == ["sample-1", "sample-2"]


def test_streams_read_together_are_what_each_is_alone(store, append):
    """And what is appended to them, or dropped with a savepoint, is seen as after any other load."""
    append("sample-1", Opened("a"), Added(1))
    append("sample-2", Opened("b"))

    def work(uow):
        uow.prefetch(["sample-1", "sample-2", "sample-new", "sample-1"])
        with pytest.raises(RuntimeError), uow.savepoint():  # noqa: PT012 the block is the savepoint
            uow.append("sample-2", 1, [Added(5)])
            assert uow.load("sample-2", count, 0).version == 2
            raise RuntimeError
        uow.append("sample-new", uow.load("sample-new", count, 0).version, [Opened("c")])
        return [uow.load(stream, count, 0).version for stream in ("sample-1", "sample-2", "sample-new")]

    assert store.execute(ALICE, work).value == [2, 1, 1]
    assert [len(store.read_stream(stream)) for stream in ("sample-1", "sample-2", "sample-new")] == [2, 1, 1]


def test_a_stream_is_read_once_however_often_it_is_loaded(store, append):
    append("sample-1", Opened("a"))
    read = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _k, statement, *_: read.append(statement))

    def work(uow):
        for version in (1, 2, 3):
            uow.prefetch(["sample-1"])
            assert uow.load("sample-1", count, 0).version == version
            uow.append("sample-1", version, [Added(1)])

    store.execute(ALICE, work)
    assert len([statement for statement in read if statement.startswith("SELECT events.")]) == 1
    assert len(store.read_stream("sample-1")) == 4


def test_what_a_savepoint_appended_is_dropped_with_it(store):
    def work(uow):
        uow.append("sample-1", 0, [Opened("kept")])
        with pytest.raises(RuntimeError), uow.savepoint():  # noqa: PT012 the block is the savepoint
            uow.append("sample-1", 1, [Opened("dropped")])
            uow.conn.execute(t.held_streams.insert().values(source="s", subject="x", from_position=1))
            raise RuntimeError
        uow.append("sample-2", 0, [Opened("kept too")])

    store.execute(ALICE, work)
    assert [event.event.name for event in store.read_log(0, 10).events] == ["kept", "kept too"]
    with reading(store.engine) as conn:
        assert conn.execute(t.held_streams.select()).all() == []


def test_a_stream_is_read_as_it_was(store, append):
    append("sample-1", Opened("a"), Added(1), Added(2))
    assert [event.version for event in store.read_stream("sample-1", upto_version=2)] == [1, 2]


def fail(_):
    raise RuntimeError


def test_readers_are_woken_by_a_commit_and_not_by_a_rollback(store, append):
    before = store.wake.generation
    with pytest.raises(RuntimeError):
        store.execute(ALICE, fail)
    assert store.wake.generation == before
    append("sample-1", Opened("a"))
    assert store.wake.generation == before + 1


@pytest.mark.parametrize("stream", ["", "two\nlines"])
def test_a_stream_name_must_be_one_line(store, stream):
    with pytest.raises(ValueError, match="stream"):
        store.execute(ALICE, lambda uow: uow.append(stream, 0, [Opened("a")]))


def test_a_command_id_cannot_be_used_again_for_another_request(store):
    """A client that mixes up its keys is told so, and does not take another's answer for its own."""
    first = Context("alice", command_id="c-1", fingerprint="aa")
    store.execute(first, lambda uow: uow.append("sample-1", 0, [Opened("a")]))
    with pytest.raises(Rejected, match="another request"):
        store.execute(replace(first, fingerprint="bb"), lambda uow: uow.append("sample-2", 0, [Opened("b")]))
    assert store.execute(first, lambda _: None).repeated
    assert store.read_log(0, 10).head == 1


def test_what_is_written_while_the_chain_is_walked_is_no_fault(store, append, engine):
    """The walk ends at the head it began with."""
    from chassis.store.verify import _walk_feed, _walk_log

    append("sample-1", Opened("a"))
    with reading(engine) as conn:
        head = conn.execute(t.log_head.select()).one()
    append("sample-1", Opened("b"))
    with reading(engine) as conn:
        assert _walk_log(conn, head.position, head.event_hash) == (1, None)
        assert _walk_feed(conn, head.sequence, head.feed_hash) == (1, None)


def test_an_error_of_the_database_does_not_tell_the_values(engine):
    row = {"id": 1, "logid": "0101901234", "position": 0, "sequence": 0, "event_hash": b"", "feed_hash": b""}
    with pytest.raises(DBAPIError) as caught, writing(engine) as conn:
        conn.execute(t.log_head.insert().values(row))
    assert "0101901234" not in str(caught.value)
