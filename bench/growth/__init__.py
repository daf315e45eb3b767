"""What the work costs as the log grows: the same in three databases whose logs differ in length, in turns.

Ours at the longest log stands beside ours at the shorter ones. What must not grow with the log is flat when the ratio
is 100 %; a rebuild reads the whole log, so its events per second stay the same when it is linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bench.apart import race, seconds
from bench.filling import fill
from bench.growth.work import PER_STREAM, WORK
from bench.row import Goal, Row, Side
from bench.sample import make_tables, open_store
from bench.setting import Bench, Setting
from bench.subscribe.table import count_rows, make_table

_FLAT = 0.8
_NOTE = "growth: the limits are ours as well, with shorter logs; 100% is flat (for a rebuild: linear)"


def rows(setting: Setting) -> Iterator[Row]:
    """One row for each kind of work."""
    sizes = setting.pick((1_000, 3_000), (100_000, 300_000, 1_000_000), (100_000, 1_000_000, 5_000_000))
    urls = {size: _filled(setting, size) for size in sizes}
    for_s = setting.pick(0.3, 2.0, 5.0)
    for what, (work, unit) in WORK.items():
        sides = {_name(size): partial(_rate, what, url, size, for_s) for size, url in urls.items()}
        yield _row(what, f"{work}, log of {_name(sizes[-1])}", unit, sizes, setting.in_turns(work, sides))
    work = "rebuild a projection"
    sides = {_name(size): partial(_rebuild_rate, url) for size, url in urls.items()}
    yield _row("rebuild", f"{work}, log of {_name(sizes[-1])}", "events/s", sizes, setting.in_turns(work, sides))
    _check_chain(urls[sizes[0]])


def _row(what: str, work: str, unit: str, sizes: Sequence[int], runs: dict[str, list[float]]) -> Row:
    *shorter, longest = sizes
    ours = Side(name=_name(longest), kind="ours", runs=runs[_name(longest)])
    others = [Side(name=_name(size), kind="limit", runs=runs[_name(size)]) for size in shorter]
    goals = [Goal(at_least=_FLAT, than=_name(sizes[0]))]
    return Row(name=f"growth {what}", work=work, unit=unit, sides=[ours, *others], goals=goals, note=_NOTE)


def _name(size: int) -> str:
    return f"{size / 1e6:g} M events"


def _filled(setting: Setting, size: int) -> str:
    url = setting.postgres.new_database()
    make_tables(url)
    make_table(url)
    fill(url, size, per_stream=PER_STREAM, say=setting.say)
    return url


def _rate(what: str, url: str, size: int, for_s: float) -> float:
    before = _head(url)
    answers = race("bench.growth.work", [{"url": url, "what": what, "size": size, "for_s": for_s, "seed": before}])
    (answer,) = answers
    assert _head(url) == before + answer["appended"], f"{what}: events are missing or double"
    return float(answer["done"]) / seconds(answers)


def _rebuild_rate(url: str) -> float:
    events = _head(url)
    answers = race("bench.rebuild.ours", [{"target": url}])
    found = count_rows(url)
    assert found == events, f"{found} rows of {events} events"
    return events / seconds(answers)


def _head(url: str) -> int:
    store = open_store(url)
    head = store.read_log(0, 1).head
    store.engine.dispose()
    return head


def _check_chain(url: str) -> None:
    """That the filled log is one the store itself could have written: without it nothing above would count."""
    store = open_store(url)
    found = store.verify()
    store.engine.dispose()
    assert found.intact, f"the chain is broken: {found}"


BENCHES = (Bench("growth", rows),)
