"""Errors: which are tried again, which hold a subject, what waits behind it, and how a person decides. On both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from chassis.bus import DeadLetters, Decision, inbox
from chassis.bus.policy import UNSURE_TRIES, Fate, fate_of, wait_before
from chassis.errors import Conflict, Invalid, NotFound, Rejected, Unavailable, Unreadable
from chassis.projections import OWN_LOG, Projection
from chassis.store import Published, VersionConflict
from chassis.store.decisions import DeadLetterDiscarded

POISON = Unreadable("no_such_thing", "nobody will ever understand this")
LATER = Unavailable("away", "not now")
FUSE = 5
DECISION = Decision("karen", "the rate was missing, it is there now")


@pytest.fixture(autouse=True)
def short_fuse(monkeypatch):
    monkeypatch.setattr("chassis.bus.holding.FUSE_SUBJECTS", FUSE)


def follow(follower, turns=1):
    for _ in range(turns):
        follower.turn()


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (Unreadable("x", "x"), Fate.PARK),
        (Rejected("x", "x"), Fate.PARK),
        (Invalid("x", "x"), Fate.PARK),
        (Unavailable("x", "x"), Fate.AGAIN),
        (Conflict("x", "x"), Fate.AGAIN),
        (VersionConflict("x", "x"), Fate.AGAIN),
        (OperationalError("", {}, Exception()), Fate.AGAIN),
        (IntegrityError("", {}, Exception(), connection_invalidated=True), Fate.AGAIN),
        (IntegrityError("", {}, Exception()), Fate.UNSURE),
        (ConnectionResetError(), Fate.AGAIN),
        (TimeoutError(), Fate.AGAIN),
        (KeyError("x"), Fate.UNSURE),
    ],
)
def test_the_type_of_an_error_decides(error, fate):
    assert fate_of(error) is fate


def test_waits_double_up_to_a_minute_with_jitter():
    for attempt, full in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (99, 60), (10_000, 60)]:
        waits = {wait_before(attempt) for _ in range(50)}
        assert 0.75 * full <= min(waits) < max(waits) <= full


def test_a_transient_error_keeps_the_place_and_everything_is_undone(source, reader, no_waiting, monkeypatch):
    monkeypatch.setattr("chassis.bus.pace._FIRST", 20)
    follower = reader.follower()
    reader.broken.reaction["b"] = LATER
    source.say("a", "b", "c")
    follow(follower, 2)
    assert (reader.taken(), reader.seen(), reader.letters()) == ([], [], [])
    assert no_waiting == [1, 2]
    follow(follower, 3)
    assert reader.taken() == reader.seen() == [1], "in smaller parts, what stands before the error comes through"
    reader.broken.reaction.clear()
    follow(follower)
    assert reader.taken() == reader.seen() == [1, 2, 3]


def test_a_message_is_not_acknowledged_before_it_is_taken_in(source, reader, follower, broker):
    follow(follower)
    reader.broken.reaction["a"] = LATER
    broker.bring(*source.say("a"))
    follow(follower, 3)
    assert broker.acknowledged == []
    reader.broken.reaction.clear()
    follow(follower)
    assert (broker.acknowledged, reader.taken()) == ([1], [1])


def test_a_permanent_error_holds_its_subject_and_nothing_else(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("a", "b", "c", "b", "a")
    follow(reader.follower())
    assert reader.taken() == reader.seen() == [1, 3, 5]
    assert reader.letters() == [(2, "failed", "open"), (4, "held_behind", "open")]
    assert reader.inbox.position == 5


def test_events_of_a_held_subject_queue_behind_it_even_when_they_would_succeed(source, reader):
    reader.broken.reaction["b"] = POISON
    follower = reader.follower()
    source.say("b")
    follow(follower)
    reader.broken.reaction.clear()
    source.say("b")
    follow(follower)
    source.say("a", "b")
    follow(follower)
    assert reader.taken() == reader.seen() == [3]
    assert [position for position, *_ in reader.letters()] == [1, 2, 4]


def test_a_dead_letter_has_the_published_bytes_and_says_what_went_wrong(source, reader):
    reader.broken.reaction["b"] = POISON
    [wire] = source.say("b")
    follow(reader.follower())
    [letter] = DeadLetters(reader.app.store).list()
    assert letter.wire.encode() == wire
    assert (letter.source, letter.position, letter.type, letter.subject) == ("sample", 1, "added", "b")
    assert (letter.error_type, letter.error_message) == ("no_such_thing", "nobody will ever understand this")
    assert DeadLetters(reader.app.store).show(letter.id) == letter


def test_a_foreign_projection_that_cannot_read_an_event_holds_its_subject_too(source, reader):
    reader.broken.projection["b"] = POISON
    source.say("a", "b", "c")
    follow(reader.follower())
    assert reader.taken() == reader.seen() == [1, 3]
    assert reader.letters() == [(2, "failed", "open")]


def test_held_events_do_not_make_a_projection_look_behind(source, reader):
    reader.broken.projection["b"] = POISON
    source.say("b")
    follow(reader.follower())
    source.say("a", "b")
    follow(reader.follower())
    assert reader.seen() == [2]
    [status] = reader.app.projections.status()
    assert (status.position, status.failure) == (3, None)


def test_an_error_nobody_foresaw_is_tried_a_few_times_and_then_parked(source, reader, no_waiting):
    reader.broken.reaction["b"] = KeyError("surprise")
    follower = reader.follower()
    source.say("a", "b", "c")
    follow(follower, UNSURE_TRIES - 1)
    assert reader.letters() == []
    follow(follower)
    assert reader.letters() == [(2, "failed", "open")]
    assert reader.taken() == [1, 3]
    assert no_waiting == [1, 2]


def test_an_error_of_the_database_about_one_event_holds_only_its_subject(source, reader):
    def double(conn, envelopes):
        reader_project(conn, envelopes)
        for envelope in envelopes:
            if envelope.subject == "b":
                conn.execute(text("INSERT INTO held_streams (source) VALUES (NULL)"))

    reader_project = reader._project
    object.__setattr__(reader.projection, "apply", double)
    follower = reader.follower()
    source.say("a", "b", "c")
    follow(follower, UNSURE_TRIES)
    assert reader.taken() == reader.seen() == [1, 3]
    assert reader.letters() == [(2, "failed", "open")]


def test_an_error_that_shows_only_when_the_transaction_is_written_holds_its_subject_alone(source, reader, monkeypatch):
    def publish(recorded):
        if recorded.stream == "copy-b":
            raise POISON
        return []

    reader.app.store._parts = (reader.app.store._parts[0], publish, None)
    source.say("a", "b", "c", "b")
    follow(reader.follower())
    assert reader.taken() == reader.seen() == [1, 3]
    assert reader.letters() == [(2, "failed", "open"), (4, "held_behind", "open")]


def test_a_consumer_that_parks_everything_is_stopped_by_a_fuse(source, reader):
    subjects = [f"s{number}" for number in range(FUSE + 10)]
    reader.broken.reaction = dict.fromkeys(subjects, POISON)
    follower = reader.follower()
    for subject in subjects:
        source.say(subject)
        follow(follower)
    assert reader.inbox.status == "halted"
    assert reader.inbox.failure.startswith(f"fuse: {FUSE + 1} subjects failed")
    assert reader.inbox.position == FUSE
    assert len(reader.letters()) == FUSE


def test_the_fuse_is_not_blown_by_many_events_of_few_subjects(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say(*"b" * (3 * FUSE), "a")
    follow(reader.follower())
    assert reader.inbox.status == "following"
    assert reader.taken() == [3 * FUSE + 1]


def test_a_replayed_subject_is_handled_in_order_and_flows_again(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b", "a", "b", "b")
    follow(reader.follower())
    reader.broken.reaction.clear()
    replayed = DeadLetters(reader.app.store).replay(reader.handling, "b", DECISION)
    assert (replayed.handled, replayed.left, replayed.failure) == (3, 0, None)
    assert reader.taken() == [2, 1, 3, 4]
    assert reader.seen() == [1, 2, 3, 4]
    source.say("b")
    follow(reader.follower())
    assert reader.taken() == [2, 1, 3, 4, 5]


def test_a_replayed_event_names_its_cause_like_any_other(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b")
    follow(reader.follower())
    reader.broken.reaction.clear()
    DeadLetters(reader.app.store).replay(reader.handling, "b", DECISION)
    recorded = reader.app.store.read_log(0, 9).events[0]
    [letter] = DeadLetters(reader.app.store).list(status="replayed")
    assert recorded.meta.causation_id == letter.event_id


def test_a_decision_is_recorded_with_its_name_and_its_reason(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b")
    follow(reader.follower())
    reader.broken.reaction.clear()
    DeadLetters(reader.app.store).replay(reader.handling, "b", DECISION)
    [letter] = DeadLetters(reader.app.store).list(status="replayed")
    assert (letter.decided_by, letter.decision_note) == (DECISION.by, DECISION.why)
    assert letter.decided_at is not None


@pytest.mark.parametrize(("by", "why"), [("", "why"), ("karen", " "), ("", "")])
def test_a_decision_without_name_or_reason_is_refused(by, why):
    with pytest.raises(Rejected):
        Decision(by, why)


def test_a_replay_stops_at_the_first_event_that_fails_again(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b", "b")
    follow(reader.follower())
    reader.broken.reaction["b"] = Rejected("still_wrong", "still wrong")
    replayed = DeadLetters(reader.app.store).replay(reader.handling, "b", DECISION)
    assert (replayed.handled, replayed.left, replayed.failure) == (0, 2, "still_wrong")
    assert reader.taken() == []
    assert [letter.error_type for letter in DeadLetters(reader.app.store).list()] == ["still_wrong", None]


def test_a_rehearsed_replay_changes_nothing(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b", "b")
    follow(reader.follower())
    letters = DeadLetters(reader.app.store)
    assert letters.replay(reader.handling, "b", DECISION, dry_run=True).failure == "no_such_thing"
    reader.broken.reaction.clear()
    rehearsed = letters.replay(reader.handling, "b", DECISION, dry_run=True)
    assert (rehearsed.handled, rehearsed.left, rehearsed.failure) == (2, 0, None)
    assert reader.taken() == reader.seen() == []
    assert len(letters.list()) == 2


def test_a_discarded_event_is_let_go_and_what_waits_behind_it_can_be_replayed(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b", "b")
    follow(reader.follower())
    letters = DeadLetters(reader.app.store)
    first, _ = letters.list()
    assert letters.discard(first.id, DECISION).status == "discarded"
    reader.broken.reaction.clear()
    source.say("b")
    follow(reader.follower())
    assert reader.taken() == [], "the second still waits, so the third waits behind it"
    letters.replay(reader.handling, "b", DECISION)
    assert reader.taken() == [2, 3]


def test_discarding_the_last_waiting_event_lets_the_subject_flow_again(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b")
    follow(reader.follower())
    letters = DeadLetters(reader.app.store)
    [letter] = letters.list()
    letters.discard(letter.id, DECISION)
    reader.broken.reaction.clear()
    source.say("b")
    follow(reader.follower())
    assert reader.taken() == [2]


def test_what_is_decided_is_decided(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b")
    follow(reader.follower())
    letters = DeadLetters(reader.app.store)
    [letter] = letters.list()
    letters.discard(letter.id, DECISION)
    with pytest.raises(Rejected):
        letters.discard(letter.id, DECISION)
    with pytest.raises(NotFound):
        letters.replay(reader.handling, "b", DECISION)
    with pytest.raises(NotFound):
        letters.show(letter.id + 1)


def test_a_replay_that_meets_a_transient_error_says_so_and_leaves_the_letter(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b")
    follow(reader.follower())
    reader.broken.reaction["b"] = LATER
    with pytest.raises(Unavailable):
        DeadLetters(reader.app.store).replay(reader.handling, "b", DECISION)
    assert reader.letters() == [(1, "failed", "open")]


def test_letters_can_be_listed_by_source(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b")
    follow(reader.follower())
    letters = DeadLetters(reader.app.store)
    assert len(letters.list(source="sample")) == 1
    assert letters.list(source="other") == []


def test_after_the_fuse_a_release_and_a_resume_let_it_go_on(source, reader):
    subjects = [f"s{number}" for number in range(FUSE + 1)]
    reader.broken.reaction = dict.fromkeys(subjects, POISON)
    follower = reader.follower()
    for subject in subjects:
        source.say(subject)
        follow(follower)
    reader.broken.reaction.clear()
    for subject in subjects[:-1]:
        DeadLetters(reader.app.store).replay(reader.handling, subject, DECISION)
    inbox.resume(reader.app.store, "sample")
    follow(follower, 2)
    assert reader.taken() == list(range(1, FUSE + 2))


def test_each_decision_is_an_event_of_the_services_own_log(source, reader):
    reader.broken.reaction["b"] = POISON
    source.say("b", "b", "b")
    follow(reader.follower())
    reader.broken.reaction.clear()
    letters = DeadLetters(reader.app.store)
    first = letters.list()[0]
    letters.discard(first.id, DECISION)
    letters.replay(reader.handling, "b", DECISION, dry_run=True)
    letters.replay(reader.handling, "b", DECISION)
    log = [one for one in reader.app.store.read_log(0, 99).events if one.type.startswith("dead-letter-")]
    assert [(one.type, one.event.position) for one in log] == [
        ("dead-letter-discarded", 1),
        ("dead-letter-replayed", 2),
        ("dead-letter-replayed", 3),
    ]
    assert log[0].event == DeadLetterDiscarded(first.id, "sample", 1, "added", "b", DECISION.by, DECISION.why)
    assert (log[0].meta.actor, log[0].meta.causation_id) == (DECISION.by, first.event_id)
    assert reader.app.store.read_stream("dead-letter-sample-2")[0].event == log[1].event


def test_a_decision_is_never_published_and_no_projection_of_the_own_log_sees_it(source, make_reader, engine):
    projected = []
    own = Projection("own", 1, OWN_LOG, (), lambda _conn, events: projected.extend(one.type for one in events))
    reader = make_reader(engine, source, more=(own,))
    reader.app.store._parts = (reader.app.store._parts[0], lambda one: [Published(one.type, "x", {}, "x")], None)
    reader.broken.reaction["b"] = POISON
    source.say("b", "b")
    follow(reader.follower())
    reader.broken.reaction.clear()
    letters = DeadLetters(reader.app.store)
    letters.discard(letters.list()[0].id, DECISION)
    letters.replay(reader.handling, "b", DECISION)
    reader.app.projections.run_to_head()
    reader.app.projections.rebuild("own")
    assert [entry.type for entry in reader.app.store.read_feed(0, 9).entries] == ["taken"]
    assert projected == ["taken", "taken"]
    assert reader.app.projections.status()[0].position == 3


def test_a_blown_fuse_says_what_to_do(source, reader):
    subjects = [f"s{number}" for number in range(FUSE + 1)]
    reader.broken.reaction = dict.fromkeys(subjects, POISON)
    source.say(*subjects)
    follow(reader.follower())
    assert "dead-letters list --source sample" in reader.inbox.failure
    assert "inbox resume sample" in reader.inbox.failure
