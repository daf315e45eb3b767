"""What the database says about itself is no fault of what was asked: it is asked again later, and never parked."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.bus.policy import Fate, fate_of
from chassis.errors import Unavailable
from chassis.http.problems import problem_of
from chassis.store import core_v1, open_engine, writing
from tests.support.sample import ALICE, Opened, sample_store

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(database_url):
    engine = open_engine(database_url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
    yield engine
    engine.dispose()


@pytest.fixture
def read_only(engine):
    """As a database is whose standby is taking over."""
    name = engine.url.database
    with writing(engine) as conn:
        conn.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    engine.dispose()
    return engine


def error_of(engine, statement):
    with pytest.raises(DBAPIError) as raised, writing(engine) as conn:
        conn.execute(text(statement))
    return raised.value


def test_a_command_to_a_read_only_database_is_to_be_sent_again(read_only, clock):
    store = sample_store(read_only, clock)
    with pytest.raises(Unavailable):
        store.execute(ALICE, lambda uow: uow.append("a", 0, [Opened("a")]))


def test_an_event_that_meets_a_read_only_database_is_not_parked_and_a_caller_is_told_503(read_only):
    error = error_of(read_only, "DELETE FROM held_streams")
    assert fate_of(error) is Fate.AGAIN
    assert problem_of(error)["status"] == 503


def test_an_error_about_what_was_asked_is_another_matter(engine):
    error = error_of(engine, "INSERT INTO log_head SELECT * FROM log_head")
    assert isinstance(error, IntegrityError)
    assert fate_of(error) is Fate.UNSURE
