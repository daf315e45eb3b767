"""A writer through the event store: one command per transaction, as a service runs it."""

from __future__ import annotations

from itertools import count
from typing import Any

from bench.apart import Work, serve
from bench.append.writer import writer
from bench.sample import open_store, random_ids, trip
from chassis.store import Context, UnitOfWork


def prepare(order: dict[str, Any]) -> Work:
    """Every event is the first of a new stream; personal fields are not sealed."""
    store = open_store(order["url"])
    ids, numbers = random_ids(order["seed"]), count()
    per_transaction = int(order["per_transaction"])

    def command(uow: UnitOfWork) -> None:
        for _ in range(per_transaction):
            uow.append(str(next(ids)), 0, [trip(next(numbers))])

    return writer(order, lambda: store.execute(Context("bench"), command))


if __name__ == "__main__":
    serve(prepare)
