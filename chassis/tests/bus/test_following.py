"""Following a source: what arrives once, twice, late, never, changed, or from another history. On both databases."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import update

from chassis.bus import inbox
from chassis.bus.follower import Follower
from chassis.errors import NotFound, Rejected
from chassis.store import VersionConflict, writing
from chassis.store import tables as t


def forged(wire, **changes):
    """The event in ``wire`` with other attributes, rehashed so that it is a good envelope by itself."""
    fields = json.loads(wire) | changes
    prevhash = fields.pop("prevhash")
    fields.pop("hash")
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hash_ = sha256(bytes.fromhex(prevhash) + body.encode()).hexdigest()
    return (body[:-1] + f',"prevhash":"{prevhash}","hash":"{hash_}"}}').encode()


def test_what_the_broker_brings_in_order_is_taken_in_and_acknowledged_at_once(source, reader, follower, broker):
    follower.turn()
    broker.bring(*source.say("a", "b", "a"))
    follower.turn()
    assert reader.taken() == reader.seen() == [1, 2, 3]
    assert broker.acknowledged == [3]


def test_a_reaction_names_its_cause(source, reader, follower):
    source.say("a")
    follower.turn()
    [published] = [json.loads(entry.wire) for entry in source.store.read_feed(0, 9).entries]
    [recorded] = reader.app.store.read_log(0, 9).events
    assert recorded.meta.causation_id == published["id"]
    assert recorded.meta.correlation_id == published["correlationid"]
    assert (recorded.meta.actor, recorded.meta.command_id) == ("reader", None)


def test_what_arrives_twice_counts_once(source, reader, follower, broker):
    follower.turn()
    wires = source.say("a", "b")
    broker.bring(*wires)
    broker.bring(*wires, *source.say("c"))
    broker.bring(wires[0])
    for _ in range(3):
        follower.turn()
    assert reader.taken() == reader.seen() == [1, 2, 3]
    assert broker.acknowledged == [2, 5, 6]
    assert reader.metric("inbox_duplicates_total") == 3


def test_a_new_process_still_knows_what_was_taken_in(source, reader, broker):
    wires = source.say("a", "b")
    reader.follower(broker).turn()
    broker.bring(*wires)
    reader.follower(broker).turn()
    assert reader.taken() == [1, 2]


def test_what_arrives_out_of_order_is_put_in_order_by_the_feed(source, reader, follower, broker):
    follower.turn()
    first, second, third = source.say("a", "b", "c")
    broker.bring(third, first, second)
    follower.turn()
    assert reader.taken() == reader.seen() == [1, 2, 3]


def test_a_gap_is_filled_from_the_feed(source, reader, follower, broker):
    follower.turn()
    wires = source.say("a", "b", "c", "d")
    broker.bring(wires[0], wires[3])
    follower.turn()
    assert reader.taken() == [1, 2, 3, 4]
    assert broker.acknowledged == [2]


def test_nothing_is_taken_in_past_a_gap_while_the_feed_is_away(source, reader, follower, broker, no_waiting):
    follower.turn()
    wires = source.say("a", "b", "c")
    source.is_away = True
    broker.bring(wires[0], wires[2])
    for _ in range(3):
        follower.turn()
    assert reader.taken() == [1]
    assert broker.acknowledged == []
    assert no_waiting == [1, 2, 3]
    source.is_away = False
    follower.turn()
    assert reader.taken() == [1, 2, 3]
    assert broker.acknowledged == [2]


def test_the_broker_alone_is_enough_while_the_feed_is_away(source, reader, follower, broker, monkeypatch, no_waiting):
    follower.turn()
    monkeypatch.setattr("chassis.bus.follower.POLL_S", -1)
    source.say("a")
    follower.turn()
    source.is_away = True
    broker.bring(*source.say("b"))
    follower.turn()
    broker.bring(*source.say("c"))
    follower.turn()
    assert reader.taken() == [1, 2, 3]
    assert no_waiting == [], "nothing that comes is held up"


def test_a_lost_tail_is_found_by_asking_the_feed(source, reader, follower, broker, monkeypatch):
    follower.turn()
    broker.bring(source.say("a")[0])
    source.say("b", "c")
    follower.turn()
    assert reader.taken() == [1]
    monkeypatch.setattr("chassis.bus.follower.POLL_S", -1)
    follower.turn()
    assert reader.taken() == [1, 2, 3]
    assert broker.bound_again == 1, "the queue may have lost its binding"


def test_the_feed_is_not_asked_while_events_flow(source, reader, follower, broker):
    follower.turn()
    before = source.reads
    for _ in range(5):
        broker.bring(*source.say("a"))
        follower.turn()
    assert source.reads == before


def test_a_look_at_the_feed_while_events_flow_takes_a_page_and_leaves_the_rest_to_the_broker(
    source, reader, follower, broker, monkeypatch
):
    follower.turn()
    monkeypatch.setattr("chassis.bus.follower.PAGE_LIMIT", 2)
    wires = source.say(*"abcdefgh")
    broker.bring(wires[0])
    monkeypatch.setattr("chassis.bus.follower._LONGEST_POLL_S", -1)
    follower.turn()
    assert reader.taken() == [1, 2, 3]
    assert broker.bound_again == 0, "it brings what it should"
    monkeypatch.setattr("chassis.bus.follower._LONGEST_POLL_S", 10)
    broker.bring(*wires[1:])
    follower.turn()
    assert reader.taken() == reader.seen() == list(range(1, 9))


def test_a_key_that_is_missing_costs_the_pages_that_bring_it_and_no_more(source, reader, follower, broker, monkeypatch):
    follower.turn()
    monkeypatch.setattr("chassis.bus.follower.PAGE_LIMIT", 2)
    monkeypatch.setattr("chassis.bus.follower.until_a_key_is_missing", lambda _, envelopes: envelopes[:1])
    wires, before = source.say(*"abcdefgh"), source.reads
    broker.bring(*wires[:4])
    follower.turn()
    assert reader.taken() == [1, 2, 3, 4, 5]
    assert (source.reads - before, broker.acknowledged) == (2, [4])
    assert reader.metric("inbox_gaps_total") == 0, "nothing was lost"


def test_everything_works_with_no_broker(source, reader):
    follower = reader.follower()
    source.say(*"abc")
    follower.turn()
    source.say(*"de")
    follower.turn()
    assert reader.taken() == reader.seen() == [1, 2, 3, 4, 5]


def test_while_the_broker_is_away_the_feed_is_followed(source, reader, follower, broker):
    broker.is_up = False
    source.say("a")
    follower.turn()
    source.say("b")
    follower.turn()
    assert reader.taken() == [1, 2]


def test_a_consumer_that_is_new_on_day_400_begins_at_the_beginning(source, reader, follower, broker, monkeypatch):
    monkeypatch.setattr("chassis.bus.follower.PAGE_LIMIT", 20)
    source.say(*"abcdefghij" * 5)
    broker.bring(*source.say("z"))
    follower.turn()
    assert reader.taken() == list(range(1, 52))


def test_two_processes_of_one_service_take_each_event_in_once(source, reader, broker):
    one, other = reader.follower(broker), reader.follower()
    for _ in range(5):
        broker.bring(*source.say("a", "b"))
        other.turn()
        one.turn()
        one.turn()
    assert reader.taken() == reader.seen() == list(range(1, 11))


@pytest.mark.parametrize(
    "bogus",
    [
        b"",
        b"not json",
        b'{"specversion":"1.0"}',
        b"\xff" * 300,
    ],
)
def test_a_message_that_is_no_event_is_dropped_and_the_feed_asked(source, reader, follower, broker, bogus):
    follower.turn()
    broker.bring(*source.say("a"), bogus, *source.say("b"))
    follower.turn()
    assert reader.taken() == [1, 2]
    assert broker.acknowledged == [3]
    assert reader.inbox.status == "following"


def test_a_message_changed_on_the_way_is_taken_from_the_feed_instead(source, reader, follower, broker):
    follower.turn()
    [wire] = source.say("a")
    before = source.reads
    broker.bring(wire.replace(b'"version":1', b'"version":7'))
    follower.turn()
    assert reader.taken() == [1]
    assert source.reads > before, "the feed was asked what the event really says"
    with_wire = [entry.wire for entry in source.store.read_feed(0, 1).entries]
    assert with_wire == [wire]


@pytest.mark.parametrize("changes", [{"logid": "another"}, {"prevhash": "ab" * 32}, {"sequence": f"{77:020d}"}])
def test_a_message_from_elsewhere_alarms_nobody_when_the_feed_is_the_one_known(
    source, reader, follower, broker, changes
):
    source.say("a")
    follower.turn()
    [wire] = source.say("b")
    broker.bring(forged(wire, **changes))
    follower.turn()
    assert reader.taken() == [1, 2]
    assert reader.inbox.status == "following"
    assert reader.inbox.last_hash == json.loads(wire)["hash"]


def test_an_event_forged_to_fit_is_found_out_by_the_next_one(source, reader, follower, broker):
    follower.turn()
    [wire] = source.say("a")
    broker.bring(forged(wire, data={"version": 7}))
    follower.turn()
    broker.bring(*source.say("b"))
    follower.turn()
    follower.turn()
    assert reader.inbox.failure == "fork: event 2 does not continue 1"


def test_a_restored_source_stops_its_readers(source, reader, follower):
    source.say("a", "b")
    follower.turn()
    source.alter = lambda page: replace(page, logid="restored")
    poll(follower)
    assert reader.inbox.status == "halted"
    assert reader.inbox.failure.startswith("fork: the log is now restored")


def test_a_source_restored_under_its_old_id_stops_its_readers_too(source, reader, follower):
    source.say("a", "b")
    follower.turn()
    source.alter = lambda page: replace(page, head=1)
    poll(follower)
    assert reader.inbox.failure == "fork: the feed ends at 1, 2 was already followed"


def test_another_history_of_the_same_length_stops_its_readers(source, reader, follower):
    source.say("a")
    follower.turn()
    source.alter = lambda page: replace(page, head_hash="01" * 32)
    poll(follower)
    assert reader.inbox.failure == "fork: the hash at 1 is not the one that was followed"


def test_another_history_that_is_longer_stops_its_readers(source, reader, follower, engine):
    source.say("a")
    follower.turn()
    with writing(engine) as conn:
        conn.execute(update(t.inbox).values(last_hash="ab" * 32))
    source.say("b")
    follower.cursor = None
    poll(follower)
    assert reader.inbox.failure == "fork: event 2 does not continue 1"
    assert reader.taken() == [1]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b'"version":1', b'"version":7', "hash_mismatch"),
        (b'"prevhash":"', b'"prevhash":"0', "unreadable_envelope"),
        (b'"specversion":"1.0"', b'"specversion":"1.1"', "hash_mismatch"),
    ],
)
def test_a_feed_whose_events_were_changed_stops_its_readers(source, reader, follower, old, new, fault):
    source.say("a")
    follower.turn()
    source.say("b")
    source.alter = lambda page: replace(
        page, entries=[replace(one, wire=one.wire.replace(old, new)) for one in page.entries]
    )
    poll(follower)
    assert fault in reader.inbox.failure
    assert reader.taken() == [1]


def test_a_hole_in_the_feed_stops_its_readers(source, reader, follower):
    source.say("a", "b", "c")
    source.alter = lambda page: replace(page, entries=page.entries[:1] + page.entries[2:])
    poll(follower)
    assert reader.inbox.failure == "fork: event 3 does not continue 1"
    assert reader.taken() == []


def test_a_halted_reader_takes_nothing_from_anywhere_until_it_is_resumed(source, reader, broker):
    source.say("a")
    reader.follower(broker).turn()
    inbox.halt(reader.app.store, "sample", "fork: by hand", reader.app.clock())
    follower = reader.follower(broker)
    broker.bring(*source.say("b"))
    for _ in range(3):
        follower.turn()
    assert reader.taken() == [1]
    assert broker.acknowledged == []
    assert broker.is_closed, "another process, or nobody, must get the messages"
    assert reader.metric("inbox_halted") == 1
    inbox.resume(reader.app.store, "sample")
    follower.turn()
    follower.turn()
    assert reader.taken() == [1, 2]
    assert reader.metric("inbox_halted") == 0


def test_a_fork_is_not_talked_away_by_resuming(source, reader, follower):
    source.say("a")
    follower.turn()
    source.alter = lambda page: replace(page, logid="restored")
    poll(follower)
    inbox.resume(reader.app.store, "sample")
    poll(follower)
    assert reader.inbox.status == "halted"


def test_only_what_is_halted_can_be_resumed(source, reader, follower):
    with pytest.raises(NotFound):
        inbox.resume(reader.app.store, "sample")
    source.say("a")
    follower.turn()
    with pytest.raises(Rejected):
        inbox.resume(reader.app.store, "sample")


def test_a_projection_that_is_new_reads_what_it_missed_before_it_goes_on(source, reader, engine, monkeypatch):
    source.say(*"abc")
    reader.handling = replace(reader.handling, projections=())
    reader.follower().turn()
    assert (reader.taken(), reader.seen()) == ([1, 2, 3], [])
    source.say("d")
    reader.handling = replace(reader.handling, projections=(reader.projection,))
    reader.follower().turn()
    assert reader.taken() == reader.seen() == [1, 2, 3, 4]


def test_a_rebuilt_projection_goes_on_where_the_inbox_is(source, reader):
    source.say(*"abc")
    follower = reader.follower()
    follower.turn()
    reader.app.projections.rebuild("seen")
    source.say("d")
    follower.turn()
    assert reader.seen() == [1, 2, 3, 4]


def poll(follower):
    """A turn in which the feed is due to be asked, and the one that stores an alarm."""
    follower._polled_at = follower._moved_at = float("-inf")
    follower.turn()
    follower.turn()


def test_a_batch_that_meets_others_writes_again_and_again_is_taken_in_smaller_parts(source, reader, no_waiting):
    """Somebody changes one of the streams whenever many are changed at once: large batches would never come through."""
    source.say(*"abcdefghij" * 10)
    react = reader.handling.react

    def meet_others(app, uow, envelopes):
        react(app, uow, envelopes)
        if len(envelopes) > 7:
            raise VersionConflict("version_conflict", "somebody else was faster")

    crowded = replace(reader.handling, react=meet_others)
    follower = Follower(crowded, source, None)
    for _ in range(60):
        follower.turn()
    assert reader.taken() == reader.seen() == list(range(1, 101))
    assert max(no_waiting) < 8
