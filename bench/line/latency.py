"""From the commit of a reported trip to its row in approval's inbox, over the broker.

Both moments are the commit times that PostgreSQL itself keeps for the two rows, so nobody has to look while it runs.
Trips arrive by a schedule that does not wait for the answers to those before, so that a system that stumbles cannot
slow down its own measurement.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from math import ceil
from urllib.parse import urlsplit

import amqp
import psycopg2
from sqlalchemy.engine import make_url

from bench.line import ours
from bench.line.work import CLIENTS
from bench.row import Row, Side
from bench.setting import Setting
from deploy.demo import line
from deploy.demo.trips import PlannedTrip
from tests.support.servers import Postgres

WAITERS = 32
"""Trips under way at the same time, at most; far more than arrive while one is answered."""

_PATIENCE_S = 120.0
_WARM_UP = 20
_COMMITTED = "SELECT {id}, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM {table} WHERE {those}"


@dataclass(frozen=True)
class Measured:
    """Milliseconds for each trip, and how many trips per second really came."""

    latencies_ms: list[float]
    per_s: float


def rows(setting: Setting) -> Iterator[Row]:
    """A row for the median and one for the 99th percentile of each rate."""
    rates = {10: setting.pick(50, 300, 1000), 100: setting.pick(300, 3000, 10_000), 0: setting.pick(300, 3000, 10_000)}
    with (
        Postgres(fsync=True, settings={"track_commit_timestamp": "on"}) as postgres,
        ours.running(postgres, setting.rabbitmq) as system,
    ):
        month = system.plan(sum(rates.values()) + _WARM_UP, "latency")
        system.warm(month)
        trips = iter(month.trips)
        measure(system, [*islice(trips, _WARM_UP)], 10)
        for rate, count in rates.items():
            found = measure(system, [*islice(trips, count)], rate)
            trip_ms = round_trips(setting.rabbitmq.new_vhost(), min(count, 2000), rate)
            yield from _rows(rate, found, trip_ms)


def measure(system: ours.Ours, trips: Sequence[PlannedTrip], rate: int) -> Measured:
    """Report ``trips`` at ``rate`` per second (0: as fast as the clients can) and wait until all are in the inbox."""
    began = time.monotonic()
    if rate:
        arrive(trips, rate, lambda trip: line.report(system.system, trip))
    else:
        for _ in line.report_all(system.system, trips, CLIENTS):
            pass
    per_s = len(trips) / (time.monotonic() - began)
    ids = [trip.trip_id for trip in trips]
    visible = _visible(system.database("approval"), ids)
    submitted = _commits(
        system.database("trips"),
        _COMMITTED.format(id="substr(stream, 6)", table="events", those="type = 'trip-submitted' AND stream = ANY(%s)"),
        [f"trip-{trip_id}" for trip_id in ids],
    )
    return Measured([1000 * (visible[trip_id] - submitted[trip_id]) for trip_id in ids], per_s)


def arrive[T](things: Sequence[T], rate: float, handle: Callable[[T], object]) -> None:
    """Hand over each thing at its time, whether or not those before it are done.

    The first error of one of them is raised at the end.
    """
    began = time.monotonic()
    with ThreadPoolExecutor(WAITERS) as pool:
        under_way = []
        for number, thing in enumerate(things):
            time.sleep(max(began + number / rate - time.monotonic(), 0))
            under_way.append(pool.submit(handle, thing))
        for one in under_way:
            one.result()


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The smallest value that so many per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * per_cent / 100), 1) - 1]


def round_trips(broker_url: str, count: int, rate: int) -> list[float]:
    """Milliseconds from publishing a small persistent message to having it back, one at a time, at ``rate``."""
    url = urlsplit(broker_url)
    found: list[float] = []
    arrived: list[object] = []
    with amqp.Connection(
        f"{url.hostname}:{url.port}", url.username, url.password, virtual_host=url.path[1:]
    ) as connection:
        channel = connection.channel()
        channel.queue_declare("round", durable=True, auto_delete=False)
        channel.basic_consume("round", callback=arrived.append, no_ack=True)
        began = time.monotonic()
        for number in range(count):
            time.sleep(max(began + number / rate - time.monotonic(), 0) if rate else 0)
            sent = time.perf_counter()
            channel.basic_publish(amqp.Message("x" * 1500, delivery_mode=2), routing_key="round")
            while not arrived:
                connection.drain_events()
            found.append(1000 * (time.perf_counter() - sent))
            arrived.clear()
    return found


def _rows(rate: int, found: Measured, trip_ms: Sequence[float]) -> Iterator[Row]:
    case = f"{rate}/s" if rate else "max"
    short = ", LESS than asked for" if found.per_s < 0.95 * rate else ""
    note = f"{len(found.latencies_ms):,} trips over HTTP at {found.per_s:.0f}/s{short}, routes known"
    for per_cent in (50, 99):
        yield Row(
            name=f"latency {case} p{per_cent}",
            work=f"trip to approver's inbox at {case}, p{per_cent}",
            unit="ms",
            better="less",
            sides=[
                Side(name="ours", kind="ours", runs=[percentile(found.latencies_ms, per_cent)], note=note),
                Side(name="broker round trip", kind="limit", runs=[percentile(trip_ms, per_cent)]),
            ],
        )


def _visible(url: str, ids: Sequence[str]) -> dict[str, float]:
    """When each trip's row of the inbox was committed, once all are there."""
    deadline = time.monotonic() + _PATIENCE_S
    query = _COMMITTED.format(id="trip_id", table="waiting_trips_v1", those="trip_id = ANY(%s)")
    while len(found := _commits(url, query, ids)) < len(ids):
        if time.monotonic() > deadline:
            raise line.LineStuckError(f"{len(ids) - len(found)} trips are not in the inbox")
        time.sleep(0.5)
    return found


def _commits(url: str, query: str, ids: Sequence[str]) -> dict[str, float]:
    where = make_url(url)
    with closing(
        psycopg2.connect(host=where.host, port=where.port, user=where.username, dbname=where.database)
    ) as conn:
        cursor = conn.cursor()
        cursor.execute(query, (list(ids),))
        return {trip_id: float(committed) for trip_id, committed in cursor}
