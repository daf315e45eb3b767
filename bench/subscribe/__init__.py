"""Taking 100 000 events in and projecting them into PostgreSQL: one row for each, in order, exactly what was sent.

Every side begins with the events in its queue and ends with their rows in its table; rows and distances are added up
there afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from bench import queues
from bench.apart import race, seconds
from bench.filling import fill
from bench.relay.pipelining import Pipeline
from bench.row import Goal, Kind, Row, Side
from bench.sample import make_tables, open_store
from bench.setting import Bench, Setting
from bench.subscribe.table import check, make_table

_LOOP, _COPY = "hand-written loop", "COPY"
_SIDES: dict[str, tuple[str, Kind]] = {
    "ours": ("bench.subscribe.ours", "ours"),
    "nameko": ("bench.subscribe.nameko_handler", "peer"),
    "FastStream": ("bench.subscribe.faststream_handler", "peer"),
    _LOOP: ("bench.subscribe.loop", "limit"),
    _COPY: ("bench.subscribe.copying", "limit"),
}
_NOTES = {
    "nameko": "@event_handler, max_workers=1 so that the order is kept, an INSERT and a commit for each event; its "
    "queue is a classic durable one, as it declares it",
    "FastStream": "RabbitBroker, prefetch 200 and a lock that keeps the order, psycopg's asynchronous connection in "
    "autocommit, an INSERT for each event",
    _LOOP: "py-amqp, prefetch 500, JSON parsed, up to 200 events inserted by one statement and committed, one "
    "acknowledgement; nothing is checked",
    _COPY: "the same rows from memory by one COPY: no broker, no JSON",
}


def rows(setting: Setting) -> Iterator[Row]:
    """One row."""
    many, few = setting.pick(2_000, 30_000, 100_000), setting.pick(200, 3_000, 100_000)
    url = setting.postgres.new_database()
    make_tables(url)
    fill(url, many, say=setting.say)
    counts = {name: few if kind == "peer" else many for name, (_, kind) in _SIDES.items()}
    work = f"subscribe and project {many:,} events into PostgreSQL"
    runs = setting.in_turns(work, {name: partial(_rate, setting, name, url, counts[name]) for name in _SIDES})
    yield Row(
        name="subscribe",
        work=work,
        unit="events/s",
        sides=[
            Side(name=name, kind=kind, runs=runs[name], note=_note(name, counts[name]))
            for name, (_, kind) in _SIDES.items()
        ],
        goals=[Goal(at_least=0.8, than=_LOOP), Goal(at_least=12, than="nameko")],
        note="subscribe: ours checks the hash of every event, that none is missing or double, and moves inbox and "
        "checkpoint in the same transaction as the rows; no other side does",
    )


def _note(name: str, count: int) -> str:
    return f"{_NOTES[name]}; {count:,} events" if name in _NOTES else ""


def _rate(setting: Setting, name: str, source: str, count: int) -> float:
    target = setting.postgres.new_database()
    broker = setting.rabbitmq.new_vhost()
    make_tables(target)
    make_table(target)
    if name != _COPY:
        queues.declare(broker, by_nameko=name == "nameko")
        _preload(broker, source, count)
    order = {"source": source, "target": target, "broker": broker, "count": count}
    answers = race(_SIDES[name][0], [order])
    check(target, count)
    return count / seconds(answers)


def _preload(broker: str, source: str, count: int) -> None:
    store = open_store(source)
    Pipeline(broker).send(list(islice(_wires(store), count)))
    store.engine.dispose()


def _wires(store: Any) -> Iterator[bytes]:
    after = 0
    while entries := store.read_feed(after, 5000).entries:
        after = entries[-1].sequence
        yield from (entry.wire for entry in entries)


BENCHES = (Bench("subscribe", rows),)
