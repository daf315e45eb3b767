"""One kind of work on a long log, again and again for a fixed time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from bench.apart import Work, serve
from bench.filling import stream_name
from bench.sample import TripSubmitted, open_store, random_ids, trip
from chassis.store import Context, EventStore, UnitOfWork

PER_STREAM = 20
_PAGE = 500
WORK: Mapping[str, tuple[str, str]] = {
    "append": ("append 1 event to a new stream", "events/s"),
    "command": (f"a command: load {PER_STREAM} events of a stream, append 1", "commands/s"),
    "page-end": (f"read the last {_PAGE} events of the feed", "pages/s"),
    "page-middle": (f"read {_PAGE} events from the middle of the feed", "pages/s"),
}
_WARM_UP = 3


def prepare(order: dict[str, Any]) -> Work:
    """``appended`` counts the warm-up too, ``done`` does not."""
    store, what = open_store(order["url"]), order["what"]
    once = {"append": _append, "command": _command, "page-end": _page_end, "page-middle": _page_middle}[what]
    step = once(store, int(order["size"]), int(order["seed"]))
    for _ in range(_WARM_UP):
        step()

    def work() -> dict[str, Any]:
        done, until = 0, time.monotonic() + float(order["for_s"])
        while time.monotonic() < until:
            step()
            done += 1
        return {"done": done, "appended": 0 if what.startswith("page") else done + _WARM_UP}

    return work


def _append(store: EventStore, _size: int, seed: int) -> Callable[[], object]:
    ids, numbers = random_ids(seed), count()

    def command(uow: UnitOfWork) -> None:
        uow.append(str(next(ids)), 0, [trip(next(numbers))])

    return lambda: store.execute(Context("bench"), command)


def _command(store: EventStore, size: int, seed: int) -> Callable[[], object]:
    draw = random.Random(seed)

    def command(uow: UnitOfWork) -> None:
        stream = stream_name(draw.randrange(2, size - PER_STREAM), PER_STREAM)
        loaded = uow.load(stream, _total, 0)
        assert loaded.version >= PER_STREAM, f"{stream} has {loaded.version} events"
        uow.append(stream, loaded.version, [trip(loaded.state)])

    return lambda: store.execute(Context("bench"), command)


def _total(state: int, event: TripSubmitted) -> int:
    return state + event.distance_m


def _page_end(store: EventStore, _size: int, _seed: int) -> Callable[[], object]:
    head = store.read_feed(0, 1).head
    return lambda: _page(store, head - _PAGE)


def _page_middle(store: EventStore, size: int, _seed: int) -> Callable[[], object]:
    return lambda: _page(store, size // 2)


def _page(store: EventStore, after: int) -> None:
    entries = store.read_feed(after, _PAGE).entries
    assert len(entries) == _PAGE


if __name__ == "__main__":
    serve(prepare)
