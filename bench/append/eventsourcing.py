"""A writer through `eventsourcing`'s application recorders, given stored events that are already serialised.

What its mapper and transcoder would cost on top is left out, in its favour.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment
from sqlalchemy.engine import make_url

from bench.apart import Work, serve
from bench.append.writer import writer
from bench.sample import TYPE, payload, random_ids

_PAYLOADS = 100


def environment(url: str, functions: str = "n") -> dict[str, str]:
    """Its settings for the database at ``url``; pool and functions as in its own speed runs, no ping before use."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(address.database),
                "SQLITE_LOCK_TIMEOUT": "60"}  # fmt: skip
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(address.database),
        "POSTGRES_HOST": str(address.host),
        "POSTGRES_PORT": str(address.port),
        "POSTGRES_USER": str(address.username),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_PRE_PING": "n",
        "POSTGRES_ENABLE_DB_FUNCTIONS": functions,
    }


def recorder(url: str, functions: str = "n", *, makes_tables: bool = False) -> Any:
    """The application recorder for the database at ``url``; several that make its tables at once get in their way."""
    settings = {**environment(url, functions), "CREATE_TABLE": "y" if makes_tables else "n"}
    factory: Any = InfrastructureFactory.construct(Environment(env=settings))
    return factory.application_recorder()


def prepare(order: dict[str, Any]) -> Work:
    """Every event is the first of a new sequence."""
    found = recorder(order["url"], order["functions"])
    ids, states = random_ids(order["seed"]), cycle([payload(number).encode() for number in range(_PAYLOADS)])
    per_transaction = int(order["per_transaction"])

    def transact() -> None:
        found.insert_events([StoredEvent(next(ids), 1, TYPE, next(states)) for _ in range(per_transaction)])

    return writer(order, transact)


if __name__ == "__main__":
    serve(prepare)
