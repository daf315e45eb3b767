"""The servers of the tests keep what was stored through every way of being interrupted."""

import contextlib
import os

import eventlet
import kombu
import pytest
from sqlalchemy import create_engine, text

from tests.support.servers import Postgres, RabbitMQ


def _is_running(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_a_killed_database_comes_back_at_the_same_address_with_its_rows():
    with Postgres() as server:
        url = server.new_database()
        with create_engine(url).begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS number"))
        server.kill()
        server.start()
        with create_engine(url).begin() as connection:
            assert connection.execute(text("SELECT number FROM kept")).scalar_one() == 7


def test_a_closed_database_leaves_neither_process_nor_folder():
    with Postgres(fsync=False) as server:
        pid, folder = server._program.pid, server._folder
    assert not _is_running(pid)
    assert not folder.exists()


def test_two_databases_of_a_server_know_nothing_of_each_other(postgres):
    first, second = postgres.new_database(), postgres.new_database()
    with create_engine(first).begin() as connection:
        connection.execute(text("CREATE TABLE mine (number int)"))
    with create_engine(second).connect() as connection, pytest.raises(Exception, match="does not exist"):
        connection.execute(text("SELECT * FROM mine"))


def test_a_paused_database_answers_nothing_until_it_is_resumed():
    with Postgres(fsync=False) as server:
        server.pause()
        with pytest.raises(eventlet.Timeout), eventlet.Timeout(1):
            server.new_database()
        server.resume()
        assert server.new_database().startswith("postgresql")


def test_a_confirmed_message_outlives_a_killed_broker():
    with RabbitMQ() as broker:
        url = broker.new_vhost()
        with kombu.Connection(url, transport_options={"confirm_publish": True}) as connection:
            queue = connection.SimpleQueue("kept")
            queue.put({"number": 7})
            queue.close()
        broker.kill()
        broker.start()
        with kombu.Connection(url) as connection:
            assert connection.SimpleQueue("kept").get(timeout=10).payload == {"number": 7}
