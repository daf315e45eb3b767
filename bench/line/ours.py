"""The system's own month: every service a process, PostgreSQL with fsync and RabbitMQ, driven over HTTP as people do.

`python -m bench.line.ours 2000 20` prints one month, here with up to 20 trips of a person reported at once: seconds and
trips per second of each step, CPU seconds per process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import Any

from bench.line.cpu import CpuClock
from bench.line.facts import Facts, Ledger, MeasuredRoute, expected, route_key
from bench.line.run import AFTER, Laps, LineRun, show
from bench.line.work import CLIENTS, Month, plan_month
from chassis.clock import local_date, utc_now
from deploy.client import System, program
from deploy.demo import arrival, line
from deploy.demo.municipality import grown, snapshot
from deploy.demo.people import Person, everybody, featured
from deploy.demo.trips import PlannedTrip, workdays_of
from tests.support.servers import Postgres, RabbitMQ
from tests.system.harness import LISTENS_TO, Distributed

_PATIENCE_S = 600.0
_PAUSE_S = 0.1
_BULK = 200


class Ours:
    """The running system with the municipality in it."""

    def __init__(self, outside: Distributed, postgres: Postgres, rabbitmq: RabbitMQ, times: int) -> None:
        self.system: System = outside.system
        self._outside = outside
        self._servers = (postgres, rabbitmq)
        self._times = times
        self.people = everybody(self.system)
        self._officer = featured(self.people)["payroll"]

    def database(self, service: str) -> str:
        return self._outside.databases[service]

    def plan(self, count: int, seed: str) -> Month:
        """A month of trips in the oldest period that is open."""
        period = line.next_period(self.system, self._officer)
        return plan_month(self.people, count, period, workdays_of(period, local_date(utc_now())), seed)

    def warm(self, month: Month) -> Facts:
        """Every route that will be driven is measured, and everything that was published is known everywhere."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            routes = dict(pool.map(self._measure, month.routes))
        self._settle_down()
        people = self.system.acting_as(program("admin")).items("/payroll/api/v1/people")
        rates = self.system.acting_as(self._officer.identity).items("/payroll/api/v1/rates")
        return Facts(people, _units(), rates, routes, _payees(self._times))

    def run(self, month: Month, *, at_once: int = 1) -> LineRun:
        """Report, approve, close and write the file, and count what it takes; up to ``at_once`` trips of a person are
        reported in one request.
        """
        cpu, laps = CpuClock(self._processes()), Laps()
        ids = {trip.trip_id for trip in month.trips}
        self._report(month.trips, at_once)
        laps.end("submit")
        line.wait_until_known(self.system, "trips", ("approval", "payroll"), _PATIENCE_S)
        laps.end("known to approval and payroll")
        self._approve(ids)
        laps.end("approve")
        line.wait_until_known(self.system, "approval", ("payroll",), _PATIENCE_S)
        laps.end("approvals known to payroll")
        closed = line.close(self.system, self._officer, month.period)
        laps.end("close")
        file = line.fetch_file(self.system, self._officer, month.period)
        laps.end("file")
        used = cpu.seconds()
        self._settle_down()
        laps.end(AFTER)
        ledger = Ledger(closed["trip_count"], closed["net_m"], closed["amount_oere"])
        return LineRun(len(ids), laps.seconds, used, cpu.seconds(), ledger, file)

    def _report(self, trips: Sequence[PlannedTrip], at_once: int) -> None:
        if at_once == 1:
            for _ in line.report_all(self.system, trips, CLIENTS):
                pass
            return
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in pool.map(lambda theirs: self._report_together(theirs, at_once), _by_person(trips)):
                pass

    def _report_together(self, trips: Sequence[PlannedTrip], at_once: int) -> None:
        """One person's, who sends one request after the other."""
        api = self.system.acting_as(trips[0].person.identity)
        for part in batched(trips, at_once):
            answer = api.post("/trips/api/v1/trips/batch", {"trips": [trip.body for trip in part]})
            refused = [item for item in answer["items"] if item["outcome"] != "accepted"]
            if refused:
                raise line.LineStuckError(f"a trip was refused: {refused[0]['problem']}")

    def _measure(self, trip: PlannedTrip) -> tuple[str, MeasuredRoute]:
        body = {name: value for name, value in trip.body.items() if name != "trip_id"}
        deadline = time.monotonic() + _PATIENCE_S
        api = self.system.acting_as(trip.person.identity)
        while (answer := api.post("/trips/api/v1/trips/preview", body))["status"] != "ready":
            if time.monotonic() > deadline:
                raise line.LineStuckError("a route is not measured")
        return route_key(body["employment_id"], body["points"]), _route(answer["quote"], round_trip=body["round_trip"])

    def _settle_down(self) -> None:
        for source in LISTENS_TO:
            listeners = [service for service, sources in LISTENS_TO.items() if source in sources]
            line.wait_until_known(self.system, source, listeners, _PATIENCE_S)

    def _approve(self, ids: set[str]) -> None:
        """Leaders work at the same time, each through the inbox from its top, a page at a time."""
        leaders = [person for person in self.people if person.leads]
        deadline, left = time.monotonic() + _PATIENCE_S, len(ids)
        with ThreadPoolExecutor(CLIENTS) as pool:
            while left:
                done = sum(pool.map(self._empty_inbox, leaders))
                left -= done
                if not done and time.monotonic() > deadline:
                    raise line.LineStuckError(f"{left} trips are in no leader's inbox")
                if left:
                    time.sleep(_PAUSE_S)

    def _empty_inbox(self, leader: Person) -> int:
        api = self.system.acting_as(leader.identity)
        done, position = 0, 0
        while True:
            page: dict[str, Any] = api.get("/approval/api/v1/inbox", limit=_BULK, min_position=position)
            if not page["items"]:
                return done
            named = [{"trip_id": i["trip_id"], "revision": i["revision"], "decision": "approve"} for i in page["items"]]
            answer = api.post("/approval/api/v1/decisions", {"decisions": named})
            refused = [item for item in answer["items"] if item["outcome"] == "refused"]
            if refused:
                raise line.LineStuckError(f"a decision was refused: {refused[0]['problem']}")
            done, position = done + len(named), answer["position"]

    def _processes(self) -> dict[str, int]:
        postgres, rabbitmq = self._servers
        return {**self._outside.pids(), "postgresql": postgres.pid, "rabbitmq": rabbitmq.pid}


def _by_person(trips: Sequence[PlannedTrip]) -> Iterable[Sequence[PlannedTrip]]:
    """The trips in groups of one person's."""
    theirs: dict[str, list[PlannedTrip]] = defaultdict(list)
    for trip in trips:
        theirs[trip.person.person_id].append(trip)
    return theirs.values()


def _route(quote: dict[str, Any], *, round_trip: bool) -> MeasuredRoute:
    ways = 2 if round_trip else 1
    return MeasuredRoute(
        driven_m=quote["gross_m"] // ways,
        ferry_m=quote["ferry_m"] // ways,
        starts_at_home=quote["starts_at_home"],
        ends_at_home=quote["ends_at_home"],
        home_work_m=quote["home_work_m"] or 0,
        points=quote["points"],
        graph=quote["graph"],
    )


def _units() -> list[dict[str, Any]]:
    return [{"org_unit_id": unit["Id"], "parent_id": unit["ParentId"]} for unit in snapshot()["OrgUnits"]]


def _payees(times: int) -> dict[str, dict[str, Any]]:
    return {
        job["EmployeeNumber"]: {
            "cpr": person["CPR"],
            "employment_type": job["EmploymentType"],
            "extra_digit": job["ExtraNumber"],
        }
        for person in grown(times)["Persons"]
        for job in person["Employments"]
    }


@contextmanager
def running(postgres: Postgres, rabbitmq: RabbitMQ, times: int = 1) -> Iterator[Ours]:
    """The system on these servers, its processes ended afterwards; with ``times`` the people of the demo."""
    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        outside = Distributed(Path(folder), postgres, rabbitmq, TRIPS_DEDUCTION_POLICY="per_trip")  # as the naive line
        try:
            outside.prepare()
            outside.start()
            arrival.import_organisation(outside.system, times)
            line.wait_until_known(outside.system, "payroll", ("trips", "approval"), _PATIENCE_S)
            yield Ours(outside, postgres, rabbitmq, times)
        finally:
            outside.close()


def main() -> None:
    count, at_once = (int(argument) for argument in (*sys.argv[1:], *("1000", "1")[len(sys.argv) - 1 :]))
    with Postgres(fsync=True) as postgres, RabbitMQ() as rabbitmq, running(postgres, rabbitmq) as ours:
        month = ours.plan(count, "line")
        facts = ours.warm(month)
        run = ours.run(month, at_once=at_once)
        show(run)
        assert run.ledger == expected(facts, month.trips), f"{run.ledger} is not {expected(facts, month.trips)}"


if __name__ == "__main__":
    main()
