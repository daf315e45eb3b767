"""A writer through the event store: one command per transaction, as a service runs it."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from bench.apart import Work, serve
from bench.append.writer import writer
from bench.sample import open_store, random_ids, trip
from chassis.store import Context, UnitOfWork

_TRIPS = 100


def prepare(order: dict[str, Any]) -> Work:
    """Every event is the first of a new stream; personal fields are not sealed."""
    store = open_store(order["url"])
    ids, trips = random_ids(order["seed"]), cycle([trip(number) for number in range(_TRIPS)])
    per_transaction = int(order["per_transaction"])

    def command(uow: UnitOfWork) -> None:
        for _ in range(per_transaction):
            uow.append(str(next(ids)), 0, [next(trips)])

    return writer(order, lambda: store.execute(Context("bench"), command))


if __name__ == "__main__":
    serve(prepare)
