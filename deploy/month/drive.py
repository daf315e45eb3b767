"""Drives one period from the first report to the file, and measures it."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.progress import Progress

from deploy.client import System, program
from deploy.demo import line
from deploy.demo.people import everybody, featured
from deploy.demo.trips import PlannedTrip, TripPlanner, workdays_of
from deploy.month.check import Published, differences, lines_of, payables

SERVICES = ("trips", "approval", "payroll", "routing")
_STUCK_AFTER_S = 60.0
_REJECTED_SHARE = 0.03


@dataclass(frozen=True)
class MonthResult:
    """What one month amounted to; `differences` is empty when every metre and øre agrees."""

    period: str
    trips: int
    approved: int
    rejected: int
    net_m: int
    amount_oere: int
    file_lines: int
    seconds: dict[str, float]
    events: dict[str, int]
    differences: list[str]


class MonthDriver:
    """The same `seed` reports the same trips in the same period of the same municipality."""

    def __init__(self, system: System, progress: Progress, *, connections: int, seed: str) -> None:
        self._system = system
        self._progress = progress
        self._connections = connections
        self._chance = random.Random(seed)  # noqa: S311 - a share of rejections, not a secret
        self._seed = seed
        self._people = everybody(system)
        self._officer = featured(self._people)["payroll"]
        self._rejected = 0

    def drive(self, count: int, today: date) -> MonthResult:
        """Report, decide, close and check `count` trips."""
        before = self._heads()
        watch = _Watch()
        period = line.next_period(self._system, self._officer)
        trips = self._plan(count, period, today)
        ids = [trip.trip_id for trip in trips]
        self._show("reported", count, line.report_all(self._system, trips, self._connections))
        watch.lap("reporting")
        self._show("measured", count, line.wait_measured(self._system, ids, _STUCK_AFTER_S))
        watch.lap("measuring")
        leaders = [person for person in self._people if person.leads]
        self._show("decided", count, line.decide_all(self._system, leaders, ids, self._decide, _STUCK_AFTER_S))
        watch.lap("deciding")
        line.wait_until_known(self._system, "approval", ("payroll",), _STUCK_AFTER_S)
        closed = line.close(self._system, self._officer, period)
        file = line.fetch_file(self._system, self._officer, period)
        watch.lap("closing")
        return self._result(count, closed, file, watch, before)

    def _plan(self, count: int, period: str, today: date) -> list[PlannedTrip]:
        planner = TripPlanner(f"{self._seed} {period}", workdays_of(period, today))
        employees = [person for person in self._people if not person.leads]
        return [planner.plan(self._chance.choice(employees)) for _ in range(count)]

    def _decide(self, item: dict[str, Any]) -> dict[str, Any]:
        if self._chance.random() >= _REJECTED_SHARE:
            return {"decision": "approve"}
        self._rejected += 1
        return {"decision": "reject", "comment": "Ruten passer ikke med formålet."}

    def _show(self, step: str, count: int, done: Iterable[Any]) -> None:
        task = self._progress.add_task(step, total=count)
        for _ in done:
            self._progress.advance(task)

    def _result(
        self, count: int, closed: dict[str, Any], file: bytes, watch: "_Watch", before: dict[str, int]
    ) -> MonthResult:
        published = self._published()
        expected = payables(published, closed["period"])
        heads = self._heads()
        return MonthResult(
            period=closed["period"],
            trips=count,
            approved=count - self._rejected,
            rejected=self._rejected,
            net_m=closed["net_m"],
            amount_oere=closed["amount_oere"],
            file_lines=len(lines_of(file)),
            seconds=watch.laps,
            events={service: heads[service] - before[service] for service in SERVICES},
            differences=differences(expected, published, closed, file),
        )

    def _heads(self) -> dict[str, int]:
        api = self._system.acting_as(program("integration"))
        return {service: api.head(service) for service in SERVICES}

    def _published(self) -> Published:
        api = self._system.acting_as(program("integration"))
        return Published(*(list(api.feed(service)) for service in ("trips", "approval", "payroll")))


class _Watch:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name], self._last = now - self._last, now
