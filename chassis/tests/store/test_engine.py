"""Connections that died while nobody used them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.store import engine as engines
from chassis.store import open_engine, reading


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
