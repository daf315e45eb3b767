"""Two writers racing, made deterministic: one is held in the middle of its append while the other tries to pass.

The trick is Marten's: a trigger that waits on an advisory lock keeps a row invisible for as long as the test wants.
"""

import threading

import eventlet
import pytest
from sqlalchemy import text

from chassis.store import Context, VersionConflict, reading, writing
from tests.support.sample import Added, Noted, Opened, count

GATE = 4711
_HOLD = """
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF {condition} THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF; RETURN NEW; END $$
"""


class Tail:
    """A reader as every consumer is one: it asks for what comes after the last row it saw."""

    def __init__(self, read):
        self.read, self.after, self.seen = read, 0, []

    def poll(self):
        for key, value in self.read(self.after):
            self.after = key
            self.seen.append(value)


def in_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    eventlet.sleep(0.2)
    return thread


@pytest.fixture
def gate(database_url, engine):
    """On PostgreSQL: a closed gate in front of the rows that the trigger holds."""
    with engine.connect() as conn:
        conn.execute(text(f"SELECT pg_advisory_lock({GATE})"))
        conn.commit()
        yield lambda: (conn.execute(text(f"SELECT pg_advisory_unlock({GATE})")), conn.commit())


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_no_reader_passes_an_append_that_is_not_committed(store, make_store, engine, gate):
    """The second append waits for the first, so the feed is complete up to its head at every moment."""
    with writing(engine) as conn:
        conn.execute(text(_HOLD.format(condition="NEW.type = 'opened'")))
        conn.execute(text("CREATE TRIGGER hold BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION hold()"))
    tail = Tail(lambda after: [(entry.sequence, entry.subject) for entry in store.read_feed(after, 10).entries])
    slow = in_thread(lambda: store.execute(Context("a"), lambda uow: uow.append("slow", 0, [Opened("a")])))
    fast = in_thread(lambda: make_store().execute(Context("b"), lambda uow: uow.append("fast", 0, [Added(1)])))
    tail.poll()
    assert (slow.is_alive(), fast.is_alive(), tail.seen) == (True, True, [])
    gate()
    slow.join(5)
    fast.join(5)
    tail.poll()
    assert tail.seen == ["slow", "fast"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_the_same_race_loses_a_row_where_a_sequence_numbers_them(engine, gate):
    """The control: with a number drawn before the commit, the reader passes the slow row and never sees it."""
    with writing(engine) as conn:
        conn.execute(text("CREATE TABLE naive (id bigserial PRIMARY KEY, name text)"))
        conn.execute(text(_HOLD.format(condition="NEW.name = 'slow'")))
        conn.execute(text("CREATE TRIGGER hold BEFORE INSERT ON naive FOR EACH ROW EXECUTE FUNCTION hold()"))

    def insert(name):
        with writing(engine) as conn:
            conn.execute(text("INSERT INTO naive (name) VALUES (:name)"), {"name": name})

    def read(after):
        with reading(engine) as conn:
            return conn.execute(
                text("SELECT id, name FROM naive WHERE id > :after ORDER BY id"), {"after": after}
            ).all()

    tail = Tail(read)
    slow = in_thread(lambda: insert("slow"))
    insert("fast")
    tail.poll()
    gate()
    slow.join(5)
    tail.poll()
    assert tail.seen == ["fast"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_on_sqlite_the_second_writer_waits_and_the_process_goes_on(store, make_store):
    """A writer inside its transaction stops the other writer, but neither readers nor other green threads."""
    inside, go_on = threading.Event(), threading.Event()

    def hold(uow):
        inside.set()
        go_on.wait(5)
        uow.append("slow", 0, [Opened("a")])

    slow = in_thread(lambda: store.execute(Context("a"), hold))
    fast = in_thread(lambda: make_store().execute(Context("b"), lambda uow: uow.append("fast", 0, [Added(1)])))
    assert inside.is_set()
    assert (fast.is_alive(), store.read_feed(0, 10).entries) == (True, [])
    go_on.set()
    slow.join(5)
    fast.join(5)
    assert [entry.subject for entry in store.read_feed(0, 10).entries] == ["slow", "fast"]


def test_many_writers_of_one_stream_lose_nothing_and_repeat_nothing(make_store):
    """Eight writers, each adding ten times to the same stream: every version once, dense, the chain whole."""
    stores = [make_store() for _ in range(8)]

    def write(store, name):
        for number in range(10):
            command = Context(name, command_id=str(number))
            while not done(store, command):
                pass

    def done(store, command):
        """A conflict is tried again, as a client would."""
        try:
            store.execute(command, add)
        except VersionConflict:
            return False
        return True

    def add(uow):
        version = uow.load("shared", count, 0).version
        eventlet.sleep(0)
        uow.append("shared", version, [Added(version), Noted("x")])

    threads = [threading.Thread(target=write, args=(store, f"w{i}")) for i, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    log = stores[0].read_log(0, 1000).events
    assert [event.version for event in log] == list(range(1, 161)) == [event.position for event in log]
    assert stores[0].verify().intact
    assert stores[0].read_feed(0, 1).head == 80
