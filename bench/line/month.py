"""A month from the first report to the file's last byte: the system, the same line written naively, and the least work.

`python -m bench.line.month 2000 500` prints both in detail: the system with 2000 trips, the naive line with 500.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import apart
from bench.line import ours
from bench.line.facts import Facts, Ledger, expected
from bench.line.naive import running as naive
from bench.line.run import LineRun, show
from bench.line.work import CLIENTS, Month
from bench.row import Goal, Row, Side
from bench.setting import Setting
from deploy.demo.people import Person

HTTP = f"over HTTP by {CLIENTS} clients, each service a process"


class WrongLedger(Exception):
    """A side paid something else than what was driven: then its speed says nothing."""


@dataclass(frozen=True)
class _Prepared:
    """The month as it was planned in the running system, with what every side knows beforehand."""

    month: Month
    facts: Facts
    people: Sequence[Person]

    def of(self, count: int) -> _Prepared:
        """The first ``count`` of its trips."""
        return replace(self, month=replace(self.month, trips=self.month.trips[:count]))

    def check(self, side: str, ledger: Ledger) -> None:
        """:raises WrongLedger:"""
        wanted = expected(self.facts, self.month.trips)
        if ledger != wanted:
            raise WrongLedger(f"{side} paid {ledger}, driven was {wanted}")


TOGETHER = 25
"""How many trips of a person are reported in one request where they are reported together: a month's workdays."""
TRIPS_EACH = 25
"""The organisation has people enough that nobody drives more than about so many trips, where they are under 2,000."""
MOST_TIMES = 10
DRIVERS = 170
"""Those of the demo's people who lead nobody, about."""


def rows(setting: Setting) -> Iterator[Row]:
    """Trips per second and CPU per trip, each trip reported by itself and a person's together; the naive line, which
    knows no other way than the first, gets as many trips as fit into some minutes.
    """
    count, beside = setting.pick((500, 300), (4_000, 1_500), (20_000, 20_000))
    with ours.running(setting.postgres, setting.rabbitmq, _times(count)) as system:
        prepared, alone = _ours(system, count, 1)
        setting.say(f"month: ours {alone.trips_per_s:,.0f} trips/s")
        again, together = _ours(system, count, TOGETHER)
        setting.say(f"month: ours, reported together {together.trips_per_s:,.0f} trips/s")
    other = _naive(setting, prepared.of(beside), alone)
    setting.say(f"month: naive {other.trips_per_s:,.0f} trips/s")
    least = _limit(setting, again)
    yield from _pair(_name(count), f"{count:,} trips: submitted, approved, closed, file", alone, other, least)
    yield from _reported_together(count, together, other, least)


def large_rows(setting: Setting) -> Iterator[Row]:
    """A large month, with ``--full`` alone, and only reported together: one by one the trips would take hours, and so
    would the naive line, which gets some thousand of them.
    """
    if setting.size != "full":
        return
    count, beside = 200_000, 4_000
    with ours.running(setting.postgres, setting.rabbitmq, _times(count)) as system:
        prepared, together = _ours(system, count, TOGETHER)
    setting.say(f"month: ours, reported together {together.trips_per_s:,.0f} trips/s")
    other = _naive(setting, prepared.of(beside), together)
    setting.say(f"month: naive {other.trips_per_s:,.0f} trips/s")
    yield from _reported_together(count, together, other, _limit(setting, prepared))


def _times(count: int) -> int:
    """So many times the demo's two hundred people are needed."""
    return min(MOST_TIMES, -(-count // (TRIPS_EACH * DRIVERS)))


def _name(count: int) -> str:
    return f"month {count // 1000}k" if count >= 1000 else f"month {count}"


def _reported_together(count: int, mine: LineRun, other: LineRun, least: float) -> Iterator[Row]:
    work = f"{count:,} trips, up to {TOGETHER} of a person reported in one request"
    yield from _pair(f"{_name(count)} together", work, mine, other, least)


def _pair(name: str, work: str, mine: LineRun, other: LineRun, least: float) -> Iterator[Row]:
    note = f"{mine.trips:,} trips {HTTP}"
    beside = f"{other.trips:,} trips, each by itself, {HTTP}"
    yield Row(
        name=name,
        work=work,
        unit="trips/s",
        sides=[
            Side(name="ours", kind="ours", runs=[mine.trips_per_s], note=f"{note}; {_steps(mine)}"),
            Side(name="naive", kind="peer", runs=[other.trips_per_s], note=f"{beside}; {_steps(other)}"),
            Side(name="driver + AMQP", kind="limit", runs=[least], note="batches of 500 by hand, no HTTP, no rules"),
        ],
        goals=[Goal(at_least=5, than="naive")],
    )
    yield Row(
        name=f"{name} CPU",
        work=f"{work}: CPU of all processes, servers included",
        unit="ms/trip",
        better="less",
        sides=[
            Side(name="ours", kind="ours", runs=[mine.cpu_ms_per_trip], note=_costs(mine)),
            Side(name="naive", kind="peer", runs=[other.cpu_ms_per_trip], note=_costs(other)),
        ],
    )


def _ours(system: ours.Ours, count: int, at_once: int) -> tuple[_Prepared, LineRun]:
    month = system.plan(count, f"month {at_once}")
    prepared = _Prepared(month, system.warm(month), system.people)
    run = system.run(month, at_once=at_once)
    prepared.check("ours", run.ledger)
    return prepared, run


def _naive(setting: Setting, prepared: _Prepared, reference: LineRun) -> LineRun:
    with naive.running(setting.postgres, setting.rabbitmq, prepared.facts) as system:
        run = system.run(prepared.month, prepared.people)
    prepared.check("the naive line", run.ledger)
    if run.trips == reference.trips and run.file != reference.file:
        raise WrongLedger("the naive line's file is another")
    return run


def _limit(setting: Setting, prepared: _Prepared) -> float:
    """Trips per second from the first process's beginning to the file."""
    folder, month = setting.folder(), prepared.month
    (folder / "facts.json").write_text(prepared.facts.to_json())
    bodies = [{**trip.body, "person_id": trip.person.person_id} for trip in month.trips]
    (folder / "trips.json").write_text(json.dumps(bodies))
    broker = setting.rabbitmq.new_vhost()
    roles = ("trips", "approval", "payroll")
    answers = apart.race("bench.line.limit", [_order(setting, role, broker, folder, month) for role in roles])
    payroll = answers[-1]
    prepared.check("the limit", Ledger(*payroll["ledger"]))
    return len(month.trips) / float(payroll["file_at"] - min(one["started"] for one in answers))


def _order(setting: Setting, role: str, broker: str, folder: Path, month: Month) -> dict[str, object]:
    return {
        "role": role,
        "database": setting.postgres.new_database(),
        "broker": broker,
        "facts": str(folder / "facts.json"),
        "trips": str(folder / "trips.json"),
        "count": len(month.trips),
        "period": month.period,
    }


def _steps(run: LineRun) -> str:
    return ", ".join(f"{step} {seconds:.1f} s" for step, seconds in run.seconds.items())


def _costs(run: LineRun) -> str:
    return ", ".join(f"{name} {1000 * used / run.trips:.1f}" for name, used in run.cpu.items())


def main() -> None:
    """Both in detail, for whoever looks for what costs."""
    count, beside = (int(argument) for argument in (*sys.argv[1:], "1000", "300")[:2])
    with Setting() as setting:
        with ours.running(setting.postgres, setting.rabbitmq) as system:
            prepared, run = _ours(system, count, 1)
        show(run)
        show(_naive(setting, prepared.of(min(beside, count)), run))
        print(f"the least work: {_limit(setting, prepared):,.0f} trips/s")


if __name__ == "__main__":
    main()
