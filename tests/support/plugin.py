"""The fixtures every test of the repository may ask for; a server is started by the first test that does."""

import os
from collections.abc import Iterator

import pytest

from tests.support.servers import Postgres, RabbitMQ


def _need(is_installed: bool, sentence: str) -> None:
    """Where the servers are promised (SERVERS=required), their absence fails instead of skipping."""
    if not is_installed:
        (pytest.fail if os.environ.get("SERVERS") == "required" else pytest.skip)(sentence)


@pytest.fixture(scope="session")
def servers_installed() -> None:
    """For programs under test that start servers of their own."""
    _need(Postgres.is_installed(), "PostgreSQL is not installed")
    _need(RabbitMQ.is_installed(), "RabbitMQ is not installed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A private PostgreSQL, without fsync: tests cut the process, not the power."""
    _need(Postgres.is_installed(), "PostgreSQL is not installed")
    with Postgres(fsync=False) as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """A private RabbitMQ."""
    _need(RabbitMQ.is_installed(), "RabbitMQ is not installed")
    with RabbitMQ() as server:
        yield server


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    """An empty database of the private PostgreSQL."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def broker_url(rabbitmq: RabbitMQ) -> Iterator[str]:
    """An empty virtual host of the private RabbitMQ."""
    url = rabbitmq.new_vhost()
    yield url
    rabbitmq.delete_vhost(url)
