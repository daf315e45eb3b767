"""Connections that died while nobody used them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.store import engine as engines
from chassis.store import open_engine, reading, writing


@pytest.fixture
def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def end_all_others(database_url):
    """As an administrator, or a restart of the database, would."""
    admin = open_engine(database_url)
    with reading(admin) as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    admin.dispose()


def backend(engine):
    with reading(engine) as conn:
        return conn.execute(text("SELECT pg_backend_pid()")).scalar_one()


def test_a_connection_that_died_while_it_was_idle_is_replaced_unseen(engine, database_url, monkeypatch):
    first = backend(engine)
    end_all_others(database_url)
    monkeypatch.setattr(engines, "_IDLE_S", 0)
    assert backend(engine) != first


def test_one_that_died_in_steady_use_fails_once_and_is_replaced(engine, database_url):
    first = backend(engine)
    end_all_others(database_url)
    with pytest.raises(OperationalError):
        backend(engine)
    assert backend(engine) != first


def test_a_connection_in_steady_use_is_kept_and_not_asked(engine):
    asked = []
    engine.dialect.do_ping = asked.append
    assert len({backend(engine) for _ in range(5)}) == 1
    assert asked == []


def test_a_read_is_no_transaction_and_what_its_connection_writes_next_is_one(engine):
    begun = text("SELECT xact_start = query_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    with reading(engine) as conn:
        conn.execute(text("SELECT 1"))
        assert conn.execute(begun).scalar_one()
    with writing(engine) as conn:
        conn.execute(text("CREATE TABLE half (done INTEGER)"))
        conn.rollback()
    with reading(engine) as conn:
        assert conn.execute(text("SELECT to_regclass('half')")).scalar_one() is None


def test_a_read_asks_the_server_nothing_but_what_it_was_told_to(engine, database_url):
    first, _ = backend(engine), backend(engine)
    onlooker = open_engine(database_url)
    with reading(onlooker) as conn:
        last = conn.execute(text("SELECT query FROM pg_stat_activity WHERE pid = :pid"), {"pid": first}).scalar_one()
    onlooker.dispose()
    assert last == "SELECT pg_backend_pid()"
