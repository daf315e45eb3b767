"""Relaying a feed to the broker: this relay, nameko's dispatcher, kombu's confirmed publishing, and py-amqp alone.

Every side ends with its events confirmed in a quorum queue that nobody reads; they are counted there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench import queues
from bench.apart import race, seconds
from bench.filling import fill
from bench.row import Goal, Row, Side
from bench.sample import make_tables
from bench.setting import Bench, Setting

_MODULES = {
    "ours": "bench.relay.ours",
    "nameko": "bench.relay.dispatching",
    "kombu": "bench.relay.confirming",
    "pipelined py-amqp": "bench.relay.pipelining",
}
_NOTES = {
    "nameko": "EventDispatcher's publisher (standalone, without eventlet, which makes it quicker), confirms on as it "
    "comes: one round trip for each event",
    "kombu": "Producer.publish over a connection with confirm_publish: one round trip for each event",
    "pipelined py-amqp": "the same bytes from memory to the one queue, windows of 500 confirms; nothing else",
}


def rows(setting: Setting) -> Iterator[Row]:
    """One row."""
    limit = "pipelined py-amqp"
    many, few = setting.pick(3_000, 50_000, 100_000), setting.pick(300, 4_000, 100_000)
    url = setting.postgres.new_database()
    make_tables(url)
    fill(url, many, say=setting.say)
    counts = {name: many if name in {"ours", limit} else few for name in _MODULES}
    work = f"relay {many:,} events to a quorum queue"
    runs = setting.in_turns(work, {name: partial(_rate, setting, name, url, counts[name]) for name in _MODULES})
    yield Row(
        name="relay",
        work=work,
        unit="events/s",
        sides=[
            Side(name="ours", kind="ours", runs=runs["ours"]),
            *(_peer(name, runs[name], counts[name]) for name in ("nameko", "kombu")),
            Side(
                name="pipelined py-amqp", kind="limit", runs=runs["pipelined py-amqp"], note=_NOTES["pipelined py-amqp"]
            ),
        ],
        goals=[Goal(at_least=0.8, than=limit), Goal(at_least=8, than="nameko")],
        note="relay: ours reads the events from PostgreSQL, checks that none is missing, sends them to one queue more "
        "(the short tail), and keeps how far it is; the others send from memory. Its time includes connecting",
    )


def _peer(name: str, runs: list[float], count: int) -> Side:
    return Side(name=name, kind="peer", runs=runs, note=f"{_NOTES[name]}; {count:,} events")


def _rate(setting: Setting, name: str, url: str, count: int) -> float:
    broker = setting.rabbitmq.new_vhost()
    queues.declare(broker)
    answers = race(_MODULES[name], [{"url": url, "broker": broker, "count": count}])
    found = queues.wait_for(broker, count)
    assert found == count, f"{name} sent {count} events, the queue has {found}"
    return count / seconds(answers)


BENCHES = (Bench("relay", rows),)
