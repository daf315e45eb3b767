"""Rebuilding beside the live tables: nobody waits, nothing is lost, whoever dies leaves the live ones as they were."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, insert, inspect, select, update

from chassis import failpoints
from chassis.bus.envelope import Envelope
from chassis.bus.feeds import LocalFeed
from chassis.cli.projecting import projections
from chassis.errors import Conflict, NotFound, Rejected
from chassis.projections import OWN_LOG, Projection, ProjectionRunner, give_up_all
from chassis.projections import reading as projection_reading
from chassis.store import core_v1, core_v2, open_engine, reading, writing
from chassis.store import tables as t
from tests.support.sample import ALICE, Added, Opened, Ticking, count, sample_store

TABLES = MetaData()
totals = Table(
    "sums_v1",
    TABLES,
    Column("stream", Text, primary_key=True),
    Column("total", Integer, nullable=False),
    Index("sums_v1_total", "total"),
)
seen = Table("seen_v1", TABLES, Column("sequence", Integer, primary_key=True), Column("subject", Text))


class Totals:
    """Sums the numbers of each stream, times ``factor``; calls ``during`` with the first event of every batch."""

    def __init__(self):
        self.factor = 1
        self.during = lambda _event: None

    def apply(self, conn, events):
        self.during(events[0])
        for event in events:
            if isinstance(event.event, Opened):
                conn.execute(insert(totals).values(stream=event.stream, total=0))
            else:
                more = totals.c.total + self.factor * event.event.number
                conn.execute(update(totals).where(totals.c.stream == event.stream).values(total=more))


def apply_seen(conn, envelopes):
    for envelope in envelopes:
        conn.execute(insert(seen).values(sequence=envelope.sequence, subject=envelope.subject))


class World:
    """A store with two projections: one of its own log, one of a feed (its own, read as if it were another's)."""

    def __init__(self, url):
        self.engine = open_engine(url)
        self.store = sample_store(self.engine, Ticking())
        self.fold = Totals()
        own = Projection("totals", 1, OWN_LOG, (totals,), self.fold.apply)
        foreign = Projection("seen", 1, "other", (seen,), apply_seen)
        self.runner = ProjectionRunner(self.store, [own, foreign], {"other": LocalFeed(self.store)}, Envelope.parse)

    def make(self):
        with writing(self.engine) as conn:
            core_v1.upgrade(conn)
            core_v2.upgrade(conn)
            TABLES.create_all(conn)
        self.runner.prepare()

    def add(self, stream, *numbers):
        def work(uow):
            version = uow.load(stream, count, 0).version
            events = [Opened("x")] * (not version) + [Added(number) for number in numbers]
            uow.append(stream, version, events)

        return self.store.execute(ALICE, work)

    def rows(self, table=totals):
        with reading(self.engine) as conn:
            return sorted(tuple(row) for row in conn.execute(select(table)))

    def sets(self, name):
        return {one.set: one.position for one in self.runner.sets() if one.name == name}

    def take_in(self, position, *held):
        """The inbox has followed the feed to ``position`` and holds these."""
        with writing(self.engine) as conn:
            conn.execute(t.inbox.delete())
            row = {"source": "other", "position": position, "last_hash": "", "status": "following", "updated_at": ""}
            conn.execute(insert(t.inbox).values(row))
            for entry in self.store.read_feed(0, position).entries:
                if entry.sequence in held:
                    letter = dict.fromkeys(("event_id", "type", "subject", "reason", "first_failed_at"), "")
                    letter |= {"source": "other", "position": entry.sequence, "status": "open"}
                    conn.execute(insert(t.dead_letters).values(letter | {"wire": entry.wire.decode()}))

    def replay(self, position):
        with writing(self.engine) as conn:
            row = t.dead_letters.c.position == position
            conn.execute(update(t.dead_letters).where(row).values(status="replayed"))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request, tmp_path, monkeypatch):
    monkeypatch.setattr(projection_reading, "LOG_PAGE", 4)
    monkeypatch.setattr(projection_reading, "FEED_PAGE", 2)
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database_url")
    world = World(url)
    world.make()
    yield world
    world.engine.dispose()


def filled(world, streams=4):
    for number in range(streams):
        world.add(f"s{number}", 1, 2, 3)
    world.runner.run_to_head()
    return sorted((f"s{number}", 6) for number in range(streams))


def test_events_written_and_applied_during_a_rebuild_are_in_both_sets(world):
    live = filled(world)
    found = []

    def during(_event):
        if len(found) < 3:
            found.append(world.rows())
            world.add("s0", 10)
            building, world.fold.during = world.fold.during, lambda _event: None
            world.runner.run_to_head()
            world.fold.during = building

    world.fold.during = during
    assert world.runner.rebuild("totals") == 19
    assert found == [live, [("s0", 16), *live[1:]], [("s0", 26), *live[1:]]]
    assert world.rows() == [("s0", 36), *live[1:]]
    assert world.sets("totals") == {"live": 19, "previous": 19}


def test_writers_and_the_live_projection_go_on_in_other_threads_while_it_is_rebuilt(world):
    filled(world)
    failures, started, done = [], threading.Event(), threading.Event()

    def write():
        other = World(world.engine.url.render_as_string(hide_password=False))
        try:
            for number in range(30):
                other.add(f"t{number % 3}", 1)
                other.runner.run_to_head()
                started.set()
        except Exception as error:  # noqa: BLE001 whatever it was, it is looked at below
            failures.append(error)
        finally:
            done.set()
            other.engine.dispose()

    thread = threading.Thread(target=write)
    thread.start()
    started.wait(30)
    while not done.is_set():
        world.runner.rebuild("totals")
    thread.join(60)
    world.runner.run_to_head()
    assert failures == []
    assert world.rows() == sorted([(f"s{n}", 6) for n in range(4)] + [(f"t{n}", 10) for n in range(3)])
    assert [one.failure for one in world.runner.status()] == [None, None]


def test_a_fold_that_was_wrong_is_mended_by_a_rebuild_and_rolled_back_by_one_call(world):
    world.fold.factor = 2
    filled(world, 1)
    assert world.rows() == [("s0", 12)]
    world.fold.factor = 1
    world.runner.rebuild("totals")
    assert world.rows() == [("s0", 6)]
    world.add("s0", 100)
    world.runner.run_to_head()
    assert world.runner.roll_back("totals") == 5
    assert world.rows() == [("s0", 112)]
    world.runner.roll_back("totals")
    assert world.rows() == [("s0", 106)]


def test_a_switched_projection_goes_on_with_the_next_event_and_keeps_its_indexes(world):
    filled(world, 1)
    for _ in range(2):
        world.runner.rebuild("totals")
        world.add("s0", 1)
        world.runner.run_to_head()
    assert world.rows() == [("s0", 8)]
    assert [index["name"] for index in inspect(world.engine).get_indexes("sums_v1")] == ["sums_v1_total"]


def test_a_rebuild_that_fails_leaves_the_live_tables_and_can_be_started_again(world):
    live = filled(world)

    def fail(event):
        if event.position > 8:
            raise RuntimeError

    world.fold.during = fail
    with pytest.raises(RuntimeError):
        world.runner.rebuild("totals")
    assert world.rows() == live
    assert world.sets("totals").keys() == {"live", "abandoned"}
    world.fold.during = lambda _event: None
    assert world.runner.rebuild("totals") == 16
    assert world.rows() == live


def test_a_second_rebuild_at_the_same_time_is_refused(world):
    filled(world)
    refused = []

    def during(_event):
        world.fold.during = lambda _event: None
        for again in (world.runner.rebuild, world.runner.roll_back):
            with pytest.raises(Conflict) as error:
                again("totals")
            refused.append(error.value.code)
        assert "building" in world.sets("totals")

    world.fold.during = during
    world.runner.rebuild("totals")
    assert refused == ["already_rebuilding"] * 2


def test_a_rebuild_whose_place_was_taken_over_gives_up(world):
    live = filled(world)

    def progress(_position, _goal):
        with writing(world.engine) as conn:
            conn.execute(update(t.projection_sets).values(build_id="another"))

    with pytest.raises(Conflict, match="taken over"):
        world.runner.rebuild("totals", progress)
    assert world.rows() == live


def test_there_is_nothing_to_roll_back_to_before_a_rebuild_and_after_it_was_dropped(world):
    filled(world)
    with pytest.raises(NotFound):
        world.runner.roll_back("totals")
    world.runner.rebuild("totals")
    world.runner.drop_previous("totals")
    with pytest.raises(NotFound):
        world.runner.roll_back("totals")
    assert world.sets("totals") == {"live": 16}


def test_all_former_tables_can_be_given_up_at_once(world):
    filled(world)
    world.take_in(4)
    world.runner.rebuild("totals")
    world.runner.rebuild("seen")
    with writing(world.engine) as conn:
        give_up_all(conn)
    assert (world.sets("totals"), world.sets("seen")) == ({"live": 16}, {"live": 4})
    world.runner.rebuild("totals")
    assert world.sets("totals") == {"live": 16, "previous": 16}


def give_up(world):
    with writing(world.engine) as conn:
        give_up_all(conn)


def test_what_a_building_left_that_died_is_given_up_as_well(world):
    """It may hold what is personal of somebody who is being erased."""
    live = filled(world)

    def fail(_event):
        raise RuntimeError

    world.fold.during = fail
    with pytest.raises(RuntimeError):
        world.runner.rebuild("totals")
    assert "abandoned" in world.sets("totals")
    give_up(world)
    assert (world.rows(), world.sets("totals")) == (live, {"live": 16})
    if world.engine.dialect.name == "postgresql":  # whatever its tables are called
        assert inspect(world.engine).get_table_names(schema="rebuilding") == []


def test_a_building_that_lost_its_lock_and_was_given_up_touches_nothing_that_is_live(world, monkeypatch):
    """On PostgreSQL the names of its tables would then stand for the live ones."""
    live = filled(world)
    monkeypatch.setattr("chassis.projections.sets.is_abandoned", lambda *_: True)

    def progress(_position, _goal):
        give_up(world)

    with pytest.raises(Conflict):
        world.runner.rebuild("totals", progress)
    assert (world.rows(), world.sets("totals")) == (live, {"live": 16})


def test_a_building_that_goes_on_is_left_alone(world):
    """Its tables gone, the same names would stand for the live ones."""
    live, found = filled(world), []

    def progress(_position, _goal):
        give_up(world)
        found.append("building" in world.sets("totals"))

    world.runner.rebuild("totals", progress)
    assert found
    assert all(found)
    assert world.rows() == live


def test_former_tables_of_another_shape_are_refused(world):
    filled(world)
    world.runner.rebuild("totals")
    former = "sums_v1__previous" if world.engine.dialect.name == "sqlite" else "previous.sums_v1"
    with writing(world.engine) as conn:
        conn.exec_driver_sql(f"ALTER TABLE {former} ADD COLUMN more INTEGER")
    with pytest.raises(Rejected):
        world.runner.roll_back("totals")


def test_an_event_replayed_while_the_set_is_built_is_in_it_before_what_followed(world):
    world.add("a", 1, 2, 3)
    world.add("b", 1, 2, 3)
    world.take_in(6, 2, 4)
    order = []

    def apply(conn, envelopes):
        order.extend(one.sequence for one in envelopes)
        if order == [1]:
            world.replay(2)

    projection = world.runner._all["seen"]
    object.__setattr__(projection, "apply", apply)
    world.runner.rebuild("seen")
    assert order == [1, 2, 3, 5, 6]


def test_an_event_replayed_after_the_switch_is_in_the_former_set_when_it_comes_back(world):
    world.add("a", 1, 2, 3)
    world.take_in(4, 2)
    world.runner.rebuild("seen")
    world.runner.rebuild("seen")
    world.replay(2)
    world.runner.roll_back("seen")
    assert [row[0] for row in world.rows(seen)] == [1, 2, 3, 4]


def test_a_source_brought_back_in_step_meanwhile_ends_the_rebuild(world):
    world.add("a", 1, 2, 3)
    world.take_in(4)

    def apply(_conn, _envelopes):
        world.take_in(1)

    object.__setattr__(world.runner._all["seen"], "apply", apply)
    with pytest.raises(Conflict):
        world.runner.rebuild("seen")


def test_the_goal_is_told_with_the_progress(world):
    filled(world)
    told = []
    world.runner.rebuild("totals", lambda position, goal: told.append((position, goal)))
    assert told == [(4, 16), (8, 16), (12, 16), (16, 16)]


def test_the_commands_rebuild_roll_back_and_free_and_say_how_far_they_are(world):
    filled(world)
    site = SimpleNamespace(app=SimpleNamespace(projections=world.runner))

    def run(*arguments):
        return CliRunner().invoke(projections, arguments, obj=site)

    def listed():
        rows = json.loads(run("list", "--format", "json").output)
        return {row["set"]: (row["position"], row["lag_events"]) for row in rows if row["name"] == "totals"}

    rebuilt = run("rebuild", "totals")
    assert "rebuilt to position 16" in rebuilt.stdout
    assert "totals: 100% (16 of 16)" in rebuilt.stderr
    world.add("s0", 1)
    assert listed() == {"live": (16, 1), "previous": (16, 1)}
    assert "at position 17" in run("rollback", "totals").stdout
    assert listed() == {"live": (17, 0), "previous": (16, 1)}
    run("drop-previous", "totals")
    assert listed() == {"live": (17, 0)}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(st.tuples(st.sampled_from("abc"), st.integers(-9, 9)), min_size=1, max_size=12))
def test_two_rebuilds_of_any_log_give_the_rows_of_one_fold(world, numbers):
    for stream, number in numbers:
        world.add(stream, number)
    world.runner.run_to_head()
    live = world.rows()
    world.runner.rebuild("totals")
    world.runner.rebuild("totals")
    assert world.rows() == live


PLACES = ("rebuild.after_batch", "rebuild.before_switch", "rebuild.switching", "rebuild.after_switch")
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])
import test_rebuilding
from chassis.projections import reading
reading.LOG_PAGE = 4
world = test_rebuilding.World(sys.argv[3])
world.runner.rebuild("totals")
"""


@pytest.mark.parametrize("place", PLACES)
def test_a_rebuild_killed_anywhere_leaves_one_whole_set_and_can_be_started_again(world, place):
    live = filled(world)
    here = Path(__file__)
    url = world.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROGRAM, here.parents[2], here.parent, url]
    ended = subprocess.run(command, check=False, env={"CHASSIS_FAILPOINT": place}, timeout=120)
    assert ended.returncode == failpoints.KILLED
    assert world.rows() == live
    assert ("abandoned" in world.sets("totals")) == (place != "rebuild.after_switch")
    world.add("s0", 1)
    world.runner.run_to_head()
    assert world.runner.rebuild("totals") == 17
    assert world.rows() == [("s0", 7), *live[1:]]
