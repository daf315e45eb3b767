"""Making a read model again from the log: this runner's rebuild, the library `eventsourcing`'s, and a COPY of the rows.

The read model has one row for each trip. Rows and distances are added up in the database afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bench.apart import race, seconds
from bench.filling import fill
from bench.row import Goal, Row, Side
from bench.sample import make_tables
from bench.setting import Bench, Setting
from bench.subscribe.table import check, make_table

_GOAL_PER_S = 80_000


def rows(setting: Setting) -> Iterator[Row]:
    """One row."""
    many, few = setting.pick(5_000, 500_000, 1_000_000), setting.pick(500, 5_000, 100_000)
    url = setting.postgres.new_database()
    make_tables(url)
    make_table(url)
    fill(url, many, say=setting.say)
    work = f"rebuild a projection from {many:,} events"
    sides: dict[str, Callable[[], float]] = {
        "ours": partial(_rate, "bench.rebuild.ours", many, url),
        "eventsourcing": lambda: _rate("bench.rebuild.eventsourcing", few, setting.postgres.new_database()),
        "COPY": lambda: _rate("bench.subscribe.copying", many, _empty(setting)),
    }
    runs = setting.in_turns(work, sides)
    peer = f"its Projection under its ProjectionRunner, a transaction for each event as it prescribes; {few:,} events"
    yield Row(
        name="rebuild",
        work=work,
        unit="events/s",
        sides=[
            Side(name="ours", kind="ours", runs=runs["ours"]),
            Side(name="eventsourcing", kind="peer", runs=runs["eventsourcing"], note=f"rebuilding: {peer}"),
            Side(name="COPY", kind="limit", runs=runs["COPY"]),
        ],
        goals=[Goal(at_least=_GOAL_PER_S)],
        note="rebuild: ours reads and types every event of the log while the old rows stay in place; COPY has the rows "
        "in memory and reads nothing",
    )


def _rate(module: str, count: int, url: str) -> float:
    answers = race(module, [{"target": url, "count": count}])
    check(url, count)
    return count / seconds(answers)


def _empty(setting: Setting) -> str:
    url = setting.postgres.new_database()
    make_table(url)
    return url


BENCHES = (Bench("rebuild", rows),)
