"""Projections: each event counts once, a failure keeps its place, and a rebuild gives the same rows."""

import threading

import eventlet
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, update

from chassis.bus.envelope import Envelope
from chassis.bus.feeds import LocalFeed
from chassis.errors import NotFound
from chassis.projections import OWN_LOG, Projection, ProjectionRunner
from chassis.store import core_v1, core_v2, open_engine, reading, writing
from chassis.store import tables as t
from tests.support.sample import ALICE, Added, Opened, Ticking, count, sample_store

TABLES = MetaData()
totals = Table("totals_v1", TABLES, Column("stream", Text, primary_key=True), Column("total", Integer, nullable=False))
seen = Table("seen_v1", TABLES, Column("sequence", Integer, primary_key=True), Column("subject", Text))


class Totals:
    """Sums the numbers added to each stream; fails when it is told to."""

    def __init__(self):
        self.broken = False

    def apply(self, conn, events):
        for event in events:
            if self.broken:
                raise RuntimeError
            if isinstance(event.event, Opened):
                conn.execute(insert(totals).values(stream=event.stream, total=0))
            else:
                more = totals.c.total + event.event.number
                conn.execute(update(totals).where(totals.c.stream == event.stream).values(total=more))


def only_small(events):
    if Added(7) in [event.event for event in events]:
        raise RuntimeError


def apply_seen(conn, envelopes):
    for envelope in envelopes:
        conn.execute(insert(seen).values(sequence=envelope.sequence, subject=envelope.subject))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database_url")
    engine = open_engine(url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        core_v2.upgrade(conn)
        TABLES.create_all(conn)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine):
    return sample_store(engine, Ticking())


@pytest.fixture
def fold():
    return Totals()


@pytest.fixture
def make_runner(store, fold):
    def make():
        own = Projection("totals", 1, OWN_LOG, (totals,), fold.apply)
        foreign = Projection("seen", 1, "other", (seen,), apply_seen)
        runner = ProjectionRunner(store, [own, foreign], {"other": LocalFeed(store)}, Envelope.parse)
        runner.prepare()
        return runner

    return make


@pytest.fixture
def runner(make_runner):
    return make_runner()


@pytest.fixture
def add(store):
    def add(stream, *numbers):
        events = [Opened("x"), *[Added(number) for number in numbers]]
        return store.execute(ALICE, lambda uow: uow.append(stream, uow.load(stream, count, 0).version, events))

    return add


def rows(engine, table=totals):
    with reading(engine) as conn:
        return sorted(tuple(row) for row in conn.execute(select(table)))


def test_a_projection_is_the_fold_of_the_log(runner, add, engine):
    add("a", 1, 2)
    add("b", 40, 2)
    runner.run_to_head()
    assert rows(engine) == [("a", 3), ("b", 42)]
    assert runner.status()[1].position == 6


def test_projections_at_one_place_move_together_and_one_that_fails_holds_up_none(store, add, engine, fold):
    """One page is read for all; when one cannot take it, each goes alone."""
    reads = []
    read_log = store.read_log
    store.read_log = lambda *what: reads.append(what) or read_log(*what)
    also = Projection("also", 1, OWN_LOG, (), lambda _conn, events: only_small(events))
    both = [Projection("totals", 1, OWN_LOG, (totals,), fold.apply), also]
    runner = ProjectionRunner(store, both, {}, Envelope.parse)
    runner.prepare()
    add("a", 1, 2)
    assert (runner.run_once(), len(reads)) == (3, 1)
    add("b", 7)
    runner.run_once()
    assert rows(engine) == [("a", 3), ("b", 7)]
    assert {one.name: (one.position, one.failure) for one in runner.status()} == {
        "totals": (5, None),
        "also": (3, "RuntimeError"),
    }


def test_running_again_changes_nothing(runner, make_runner, add, engine):
    add("a", 1, 2)
    runner.run_to_head()
    make_runner().run_to_head()
    assert rows(engine) == [("a", 3)]


def test_two_processes_together_count_each_event_once(make_runner, add, engine):
    for number in range(20):
        add(f"s{number}", 1, 2, 3)
    threads = [threading.Thread(target=make_runner().run_to_head) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert rows(engine) == sorted((f"s{number}", 6) for number in range(20))


def test_a_projection_that_fails_keeps_its_place_and_says_so_and_goes_on_when_mended(runner, fold, add, engine):
    fold.broken = True
    add("a", 1, 2)
    runner.run_to_head()
    assert (rows(engine), runner.status()[1].failure, runner.status()[1].position) == ([], "RuntimeError", 0)
    fold.broken = False
    runner.run_to_head()
    assert (rows(engine), runner.status()[1].failure) == ([("a", 3)], None)


def test_a_rebuild_gives_the_same_rows_whatever_had_become_of_them(runner, add, engine):
    add("a", 1, 2)
    runner.run_to_head()
    with writing(engine) as conn:
        conn.execute(update(totals).values(total=99))
    assert runner.rebuild("totals") == 3
    assert rows(engine) == [("a", 3)]


def test_a_rebuild_that_fails_leaves_the_old_rows(runner, fold, add, engine):
    add("a", 1, 2)
    runner.run_to_head()
    fold.broken = True
    with pytest.raises(RuntimeError):
        runner.rebuild("totals")
    assert rows(engine) == [("a", 3)]


def test_only_what_is_a_projection_can_be_rebuilt(runner):
    with pytest.raises(NotFound):
        runner.rebuild("totally")


def test_a_projection_of_a_feed_is_rebuilt_up_to_the_inbox_and_no_further(runner, add, engine):
    add("a", 1, 2)
    with writing(engine) as conn:
        inbox = {"source": "other", "position": 2, "last_hash": "", "status": "following", "updated_at": ""}
        conn.execute(insert(t.inbox).values(inbox))
    assert runner.rebuild("seen") == 2
    assert rows(engine, seen) == [(1, "a"), (2, "a")]


def test_what_is_held_is_not_projected_by_a_rebuild(runner, add, engine):
    add("a", 1, 2)
    with writing(engine) as conn:
        inbox = {"source": "other", "position": 3, "last_hash": "", "status": "following", "updated_at": ""}
        conn.execute(insert(t.inbox).values(inbox))
        letter = dict.fromkeys(("event_id", "type", "subject", "wire", "reason", "first_failed_at"), "")
        conn.execute(insert(t.dead_letters).values(letter | {"source": "other", "position": 2, "status": "open"}))
    runner.rebuild("seen")
    assert rows(engine, seen) == [(1, "a"), (3, "a")]


def test_who_wrote_can_wait_to_read_it(runner, add, engine):
    outcome = add("a", 1, 2)
    assert runner.wait_for(outcome.position, timeout_s=0) is False
    waiting = eventlet.spawn(runner.wait_for, outcome.position, 5)
    runner.run_to_head()
    assert waiting.wait() is True


def test_a_failure_that_goes_on_is_told_once(runner, fold, add, caplog):
    fold.broken = True
    add("a", 1)
    for _ in range(5):
        runner.run_once()
    assert [record.message for record in caplog.records if record.name == "chassis.projections.runner"] == [
        "projection failed"
    ]
