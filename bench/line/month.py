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


def rows(setting: Setting) -> Iterator[Row]:
    """Trips per second and CPU per trip; the naive line gets as many trips as fit into about three minutes."""
    beside = setting.pick(300, 3_000, 20_000)
    yield from _rows(setting, setting.pick(500, 20_000, 20_000), beside)
    if setting.size == "full":
        yield from _rows(setting, 200_000, beside)


def _rows(setting: Setting, count: int, beside: int) -> Iterator[Row]:
    prepared, run = _ours(setting, count)
    setting.say(f"month: ours {run.trips_per_s:,.0f} trips/s")
    other = _naive(setting, prepared.of(min(beside, count)), run)
    setting.say(f"month: naive {other.trips_per_s:,.0f} trips/s")
    least = _limit(setting, prepared)
    name = f"month {count // 1000}k" if count >= 1000 else f"month {count}"
    work = f"{count:,} trips: submitted, approved, closed, file"
    note = f"{other.trips:,} trips {HTTP}"
    yield Row(
        name=name,
        work=work,
        unit="trips/s",
        sides=[
            Side(name="ours", kind="ours", runs=[run.trips_per_s], note=f"{count:,} trips {HTTP}; {_steps(run)}"),
            Side(name="naive", kind="peer", runs=[other.trips_per_s], note=f"{note}; {_steps(other)}"),
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
            Side(name="ours", kind="ours", runs=[run.cpu_ms_per_trip], note=_costs(run)),
            Side(name="naive", kind="peer", runs=[other.cpu_ms_per_trip], note=_costs(other)),
        ],
    )


def _ours(setting: Setting, count: int) -> tuple[_Prepared, LineRun]:
    with ours.running(setting.postgres, setting.rabbitmq) as system:
        month = system.plan(count, "month")
        prepared = _Prepared(month, system.warm(month), system.people)
        run = system.run(month)
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
        prepared, run = _ours(setting, count)
        show(run)
        show(_naive(setting, prepared.of(min(beside, count)), run))
        print(f"the least work: {_limit(setting, prepared):,.0f} trips/s")


if __name__ == "__main__":
    main()
