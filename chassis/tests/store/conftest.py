"""One suite, two databases: every test here runs on SQLite and on PostgreSQL alike."""

import pytest

from chassis.store import core_v1, core_v2, open_engine, writing
from tests.support.sample import ALICE, Ticking, count, sample_store


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database_url")
    engine = open_engine(url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        core_v2.upgrade(conn)
    yield engine
    engine.dispose()


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def make_store(engine, clock):
    """Another store on the same database, as another process would have it."""
    return lambda: sample_store(engine, clock)


@pytest.fixture
def store(make_store):
    return make_store()


@pytest.fixture
def append(store):
    """Append events to a stream at its present version."""

    def append(stream, *events, context=ALICE):
        def work(uow):
            uow.append(stream, uow.load(stream, count, 0).version, events)

        return store.execute(context, work)

    return append
