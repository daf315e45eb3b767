"""A database restored to an earlier backup: nobody goes on wrongly, nothing is taken back, nothing counts twice."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from chassis.bus import Decision, inbox, inbox_status
from chassis.bus.resynchronising import examine, resynchronise
from chassis.clock import utc_now
from chassis.errors import Conflict, NotFound, Rejected, Unreadable
from chassis.store import open_engine, reading, restoring, writing
from chassis.store import tables as t

WHO = Decision("kim", "the disk died on Monday")


class Backup:
    """A copy of an SQLite database, as it was when this was made."""

    def __init__(self, engine):
        self.path, self.copy = engine.url.database, f"{engine.url.database}.backup"
        self.engine = engine
        with closing(sqlite3.connect(self.path)) as live, closing(sqlite3.connect(self.copy)) as kept:
            live.backup(kept)

    def restore(self):
        self.engine.dispose()
        for end in ("-wal", "-shm"):
            Path(self.path + end).unlink(missing_ok=True)
        Path(self.path).write_bytes(Path(self.copy).read_bytes())
        self.engine.dispose()


def renewed(engine):
    return restoring.new_incarnation(engine, WHO.by, WHO.why, utc_now())


@pytest.fixture
def restore(source, source_engine, make_source):
    """Restores the source from a backup, and gives its log a new id unless told otherwise."""

    def restore(backup, *, under_a_new_id=True):
        backup.restore()
        done = renewed(source_engine) if under_a_new_id else None
        again = make_source(source_engine)
        source.store, source.feed = again.store, again.feed
        return done

    return restore


def poll(follower):
    follower._polled_at = follower._moved_at = float("-inf")
    follower.turn()
    follower.turn()


def resynchronised(reader, common=None):
    found = examine(reader.handling, common)
    resynchronise(reader.handling, found, WHO)
    return found


def restorations(engine):
    with reading(engine) as conn:
        return conn.execute(select(t.restorations)).all()


def test_a_restored_log_goes_on_under_a_new_id_and_keeps_its_rows(source, source_engine, restore):
    wires = source.say("a", "b")
    before = source.store.logid
    backup = Backup(source_engine)
    source.say("c")
    done = restore(backup)
    wires += source.say("d")
    page = source.read(0, 9)
    assert (done.logid_before, done.common) == (before, 2)
    assert page.logid == done.logid != before
    assert [entry.wire for entry in page.entries] == wires
    assert [json.loads(wire)["logid"] for wire in wires] == [before, before, done.logid]
    assert source.store.verify().intact
    [kept] = restorations(source_engine)
    assert (kept.kind, kept.decided_by, kept.decision_note) == ("restored", WHO.by, WHO.why)


def test_a_log_gets_no_new_id_while_somebody_is_connected(engine):
    other = open_engine(engine.url.render_as_string(hide_password=False))
    with reading(other) as conn:
        before = conn.execute(select(t.log_head.c.logid)).scalar_one()
    engine.dispose()
    with pytest.raises(Conflict):
        renewed(engine)
    with reading(other) as conn:
        assert conn.execute(select(t.log_head.c.logid)).scalar_one() == before
    other.dispose()
    assert renewed(engine).logid != before


def test_every_reader_stops_when_the_source_is_restored_even_one_that_lost_nothing(
    source, source_engine, reader, follower, restore
):
    source.say("a", "b")
    poll(follower)
    restore(Backup(source_engine))
    poll(follower)
    assert reader.inbox.failure.startswith("fork: the log is now")
    found = resynchronised(reader)
    assert (found.lost, found.common.sequence, found.consequences) == (0, 2, ())
    source.say("c")
    poll(follower)
    assert reader.taken() == reader.seen() == [1, 2, 3]


def test_a_resynchronised_reader_goes_on_from_the_last_common_event(source, source_engine, reader, follower, restore):
    source.say("a", "b")
    backup = Backup(source_engine)
    lost = [json.loads(wire)["id"] for wire in source.say("c", "a")]
    poll(follower)
    restore(backup)
    source.say("d", "e")
    poll(follower)
    assert reader.inbox.status == "halted"
    found = resynchronised(reader)
    assert (found.followed.position, found.common.sequence, found.lost) == (4, 2, 2)
    assert [(one.stream, one.cause) for one in found.consequences] == [("copy-c", lost[0]), ("copy-a", lost[1])]
    assert reader.seen() == [1, 2], "what was read is as the source now has it"
    poll(follower)
    assert reader.taken() == [1, 2, 3, 4, 3, 4], "what was done stays done"
    assert [row.subject for row in reader.rows(t.feed)] == []
    assert reader.seen() == [1, 2, 3, 4]
    assert reader.inbox.status == "following"
    [kept] = restorations(reader.app.store.engine)
    assert (kept.kind, kept.source, kept.common, kept.decided_by) == ("resynchronised", "sample", 2, WHO.by)
    assert json.loads(kept.report) == found.as_report()


def test_nobody_goes_back_to_a_read_model_that_holds_lost_events(source, source_engine, reader, follower, restore):
    source.say("a")
    backup = Backup(source_engine)
    source.say("lost")
    poll(follower)
    reader.app.projections.rebuild("seen")
    restore(backup)
    poll(follower)
    assert len(reader.rows(t.projection_sets)) == 1
    resynchronised(reader)
    assert (reader.rows(t.projection_sets), reader.seen()) == ([], [1])


def test_looking_changes_nothing(source, source_engine, reader, follower, restore):
    backup = Backup(source_engine)
    source.say("a")
    poll(follower)
    restore(backup)
    poll(follower)
    before = (reader.inbox, reader.seen(), reader.taken())
    assert examine(reader.handling).lost == 1
    assert (reader.inbox, reader.seen(), reader.taken()) == before


def test_a_reader_that_was_behind_the_restore_takes_the_old_rows_and_then_the_new(
    source, source_engine, reader, follower, broker, restore
):
    source.say("a")
    poll(follower)
    source.say("b", "c")
    backup = Backup(source_engine)
    old = source.say("x")
    restore(backup)
    source.say("d")
    poll(follower)
    assert resynchronised(reader).lost == 0
    broker.bring(*old)
    follower.turn()
    poll(follower)
    assert reader.taken() == reader.seen() == [1, 2, 3, 4]
    assert reader.rows(t.inbox)[0].logid == source.store.logid
    assert "x" not in [row.subject for row in reader.rows(reader.projection.tables[0])], "a message of the lost history"


def test_a_reader_that_is_new_after_a_restore_reads_all_of_it(source, source_engine, reader, follower, restore):
    source.say("a", "b")
    restore(Backup(source_engine))
    source.say("c")
    poll(follower)
    source.say("d")
    poll(follower)
    assert reader.taken() == [1, 2, 3, 4]
    assert reader.inbox.status == "following"


def test_two_restores_are_each_found(source, source_engine, reader, follower, restore):
    source.say("a")
    backup = Backup(source_engine)
    source.say("b", "c")
    poll(follower)
    restore(backup)
    source.say("d")
    poll(follower)
    assert resynchronised(reader).common.sequence == 1
    poll(follower)
    backup = Backup(source_engine)
    source.say("e")
    poll(follower)
    restore(backup)
    source.say("f")
    poll(follower)
    found = resynchronised(reader)
    assert (found.common.sequence, [one.stream for one in found.consequences]) == (2, ["copy-e"])
    poll(follower)
    assert reader.seen() == [1, 2, 3]


def test_a_reader_that_missed_a_restore_goes_back_to_where_its_own_incarnation_ends(
    source, source_engine, reader, follower, restore
):
    source.say("a")
    first = Backup(source_engine)
    source.say("b", "c", "d")
    poll(follower)
    restore(first)
    source.say("e", "f")
    restore(Backup(source_engine))
    source.say("g")
    poll(follower)
    assert resynchronised(reader).common.sequence == 1


def test_a_reader_that_missed_two_restores_and_its_own_incarnation_needs_a_persons_word(
    source, source_engine, reader, follower, restore
):
    source.say("a")
    oldest = Backup(source_engine)
    restore(oldest)
    source.say("b", "c", "d", "e")
    poll(follower)
    restore(oldest)
    source.say("f")
    restore(Backup(source_engine))
    poll(follower)
    with pytest.raises(Rejected) as refused:
        examine(reader.handling)
    assert refused.value.code == "unproven"
    assert resynchronised(reader, common=1).lost == 4


def test_a_source_that_wrote_under_its_old_id_is_not_believed(source, source_engine, reader, follower, restore):
    """The last thing followed was taken in long before the last event that seems to be common was written."""
    source.say("a")
    backup = Backup(source_engine)
    source.say("b", "c", "d")
    poll(follower)
    restore(backup, under_a_new_id=False)
    source.say("other")
    poll(follower)
    assert reader.inbox.status == "halted", "it is stopped all the same"
    with pytest.raises(Rejected) as refused:
        examine(reader.handling)
    assert refused.value.code == "not_restored"
    renewed(source_engine)
    with writing(reader.app.store.engine) as conn:
        long_ago = (utc_now() - timedelta(hours=1)).isoformat()
        conn.execute(update(t.inbox).values(updated_at=long_ago))
    with pytest.raises(Rejected) as refused:
        examine(reader.handling)
    assert refused.value.code == "unproven"
    with pytest.raises(Rejected):
        examine(reader.handling, common=3)
    assert resynchronised(reader, common=1).lost == 3


def test_another_event_in_the_last_followed_place_is_not_believed(source, source_engine, reader, follower, restore):
    source.say("a")
    backup = Backup(source_engine)
    source.say("b")
    poll(follower)
    restore(backup, under_a_new_id=False)
    source.say("other", "more")
    renewed(source_engine)
    poll(follower)
    with pytest.raises(Rejected) as refused:
        examine(reader.handling)
    assert refused.value.code == "unproven"


def test_letters_about_lost_events_are_closed_and_their_places_are_free(
    source, source_engine, reader, follower, restore
):
    reader.broken.reaction = {"bad": Unreadable("bad_trip", "no")}
    source.say("a")
    backup = Backup(source_engine)
    source.say("bad", "bad")
    poll(follower)
    assert reader.letters() == [(2, "failed", "open"), (3, "held_behind", "open")]
    logid = source.store.logid
    restore(backup)
    source.say("bad", "b")
    poll(follower)
    found = resynchronised(reader)
    assert found.letters == (1, 2)
    poll(follower)
    rows = [(row.source, row.position, row.status) for row in reader.rows(t.dead_letters)]
    assert rows == [
        (f"sample@{logid}", 2, "discarded"),
        (f"sample@{logid}", 3, "discarded"),
        ("sample", 2, "open"),
    ]
    assert reader.taken() == [1, 3]


def test_a_letter_from_before_the_restore_stays_and_its_subject_stays_held(
    source, source_engine, reader, follower, restore
):
    reader.broken.reaction = {"bad": Unreadable("bad_trip", "no")}
    source.say("bad")
    backup = Backup(source_engine)
    source.say("bad")
    poll(follower)
    restore(backup)
    source.say("bad", "good")
    poll(follower)
    resynchronised(reader)
    assert reader.seen() == [], "a held event is not projected"
    poll(follower)
    assert reader.letters()[0] == (1, "failed", "open")
    assert [row[:2] for row in reader.letters()[1:]] == [(2, "held_behind"), (2, "held_behind")]
    assert reader.taken() == [3]


def test_a_source_that_was_not_restored_is_resumed_and_not_resynchronised(source, reader, follower):
    source.say("a")
    poll(follower)
    inbox.halt(reader.app.store, "sample", "fuse: by hand", reader.app.clock())
    for common in (None, 0):
        with pytest.raises(Rejected) as refused:
            examine(reader.handling, common)
        assert refused.value.code == "not_restored"


def test_what_changed_since_it_was_looked_at_is_refused(source, source_engine, reader, follower, restore):
    backup = Backup(source_engine)
    source.say("a")
    poll(follower)
    restore(backup)
    poll(follower)
    found = examine(reader.handling)
    resynchronise(reader.handling, found, WHO)
    with pytest.raises(Conflict):
        resynchronise(reader.handling, found, WHO)
    assert len(restorations(reader.app.store.engine)) == 1


def test_only_what_was_followed_can_be_resynchronised_and_only_with_a_whole_chain(source, reader, follower):
    with pytest.raises(NotFound):
        examine(reader.handling)
    source.say("a", "b")
    poll(follower)
    source.alter = lambda page: replace(page, entries=page.entries[1:])
    with pytest.raises(Rejected) as refused:
        examine(reader.handling)
    assert refused.value.code == "feed_broken"


def test_a_process_that_knows_the_old_id_writes_nothing_more(source, source_engine):
    source.say("a")
    with writing(source_engine) as conn:
        conn.execute(update(t.log_head).values(logid="restored meanwhile"))
    with pytest.raises(Exception, match="start it again"):
        source.say("b")
    assert source.read(0, 9).head == 1


def test_a_reader_that_was_itself_restored_follows_again_from_its_old_place(tmp_path, source, make_reader, prepared):
    engine = prepared(f"sqlite:///{tmp_path}/reader.db")
    reader = make_reader(engine, source)
    source.say("a")
    poll(reader.follower())
    backup = Backup(engine)
    source.say("b", "c")
    poll(reader.follower())
    before = reader.app.store.logid
    backup.restore()
    assert renewed(engine).logid_before == before
    reader = make_reader(engine, source)
    assert (reader.taken(), reader.seen(), inbox_status(reader.app.store)["sample"].position) == ([1], [1], 1)
    poll(reader.follower())
    assert reader.taken() == reader.seen() == [1, 2, 3]
    assert reader.app.store.verify().intact
    engine.dispose()


def test_a_consequence_names_only_causes_that_no_feed_has(source, source_engine, reader, follower, restore):
    """An own event that another source caused, or that nothing caused, is none of this restore's business."""
    backup = Backup(source_engine)
    source.say("lost")
    poll(follower)
    restore(backup)
    [wire] = source.say("again")
    with writing(reader.app.store.engine) as conn:
        row = {"event_id": "x", "stream": "copy-again", "version": 1, "type": "taken", "schema_version": 1}
        meta = json.dumps({"actor": "reader", "correlation_id": "c", "causation_id": json.loads(wire)["id"]})
        more = {"data": '{"sequence":1}', "meta": meta, "recorded_at": utc_now().isoformat(), "hash": b""}
        conn.execute(insert(t.events).values(position=2, **row, **more))
    poll(follower)
    assert [one.stream for one in examine(reader.handling).consequences] == ["copy-lost"]
