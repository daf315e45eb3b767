"""The naive line as it would run: each service a process of nameko's runner, on the same servers; and its month."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy.engine import make_url

from bench.line.cpu import CpuClock
from bench.line.facts import Facts, Ledger
from bench.line.naive.seeding import BASES, seed
from bench.line.run import Laps, LineRun
from bench.line.work import CLIENTS, Month
from chassis.identity import DevIssuer
from deploy.client import System
from deploy.demo.people import Person
from deploy.demo.trips import PlannedTrip
from tests.support.processes import is_listening
from tests.support.servers import Postgres, Program, RabbitMQ, free_ports

MUNICIPALITY = 999
_ROOT = Path(__file__).resolve().parents[3]
_PAUSE_S, _STUCK_AFTER_S = 0.1, 120.0
_JSON = {"Content-Type": "application/json"}


class Naive:
    """The three services on databases of their own, with all that the other side knows too; not started yet."""

    def __init__(self, folder: Path, postgres: Postgres, rabbitmq: RabbitMQ, facts: Facts) -> None:
        issuer = DevIssuer(folder, host="127.0.0.1")
        self._urls = {name: postgres.new_database() for name in BASES}
        self._ports = dict(zip(BASES, free_ports(len(BASES)), strict=True))
        self._servers = {"postgresql": postgres.pid, "rabbitmq": rabbitmq.pid}
        addresses = {name: f"http://127.0.0.1:{port}" for name, port in self._ports.items()}
        self._system = System("http://127.0.0.1:9", issuer, addresses)
        common = self._configuration(folder, issuer, rabbitmq.new_vhost(), facts)
        self._programs = {name: _program(folder, name, port, common) for name, port in self._ports.items()}
        seed(self._urls, facts)

    def start(self) -> None:
        for name, program in self._programs.items():
            program.start(lambda port=self._ports[name]: is_listening(port))  # type: ignore[misc]

    def stop(self) -> None:
        self._system.close()
        for program in self._programs.values():
            program.kill()

    def run(self, month: Month, people: Sequence[Person]) -> LineRun:
        """Report, approve, close and write the file, and count what it takes."""
        pids = {name: program.pid for name, program in self._programs.items()}
        cpu, laps, count = CpuClock({**pids, **self._servers}), Laps(), len(month.trips)
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(self._report, month.trips))
            laps.end("submit")
            self._wait("approval", "SELECT count(*) FROM waiting", count)
            self._wait("payroll", "SELECT count(*) FROM submitted_trips", count)
            laps.end("known to approval and payroll")
            approved = sum(pool.map(self._empty_inbox, [person for person in people if person.leads]))
        assert approved == count, f"{approved} of {count} trips were approved"
        laps.end("approve")
        self._wait("payroll", "SELECT count(*) FROM approved_trips", count)
        laps.end("approvals known to payroll")
        officer = next(person for person in people if person.has_role("payroll"))
        closed = self._call(officer, "POST", f"/payroll/periods/{month.period}/close").json()
        laps.end("close")
        file = self._call(officer, "GET", f"/payroll/periods/{month.period}/file").content
        laps.end("file")
        used = cpu.seconds()
        self._wait("trips", "SELECT count(*) FROM trips WHERE status = 'settled'", count)
        self._wait("approval", "SELECT count(*) FROM waiting WHERE status = 'settled'", count)
        laps.end("settled known everywhere")
        ledger = Ledger(closed["trips"], closed["net_m"], closed["amount_oere"])
        return LineRun(count, laps.seconds, used, cpu.seconds(), ledger, file)

    def _configuration(self, folder: Path, issuer: DevIssuer, broker_url: str, facts: Facts) -> dict[str, Any]:
        (folder / "facts.json").write_text(facts.to_json())
        return {
            "AMQP_URI": broker_url,
            "DB_URIS": self._urls,
            "JWKS": str(issuer.jwks_path),
            "FACTS": str(folder / "facts.json"),
            "MUNICIPALITY": MUNICIPALITY,
            "FILE_HEADER": None,
        }

    def _report(self, trip: PlannedTrip) -> None:
        self._call(trip.person, "POST", "/trips/trips", trip.body)

    def _empty_inbox(self, leader: Person) -> int:
        done = 0
        while items := self._call(leader, "GET", "/approval/inbox").json()["items"]:
            for item in items:
                self._call(leader, "POST", f"/approval/trips/{item['trip_id']}/approve")
            done += len(items)
        return done

    def _call(self, person: Person, method: str, path: str, body: Any = None) -> Any:
        api = self._system.acting_as(person.identity)
        headers = _JSON | {"Authorization": f"Bearer {api.token}"}
        content: dict[str, Any] = {} if body is None else {"body": json.dumps(body).encode()}
        answer = self._system.request(method, path, headers=headers, timeout=_LONGEST_CALL_S, **content)
        assert answer.is_success, f"{method} {path}: {answer.status} {answer.text}"
        return answer

    def _wait(self, service: str, query: str, count: int) -> None:
        """Until so many events have been handled; progress keeps the patience alive."""
        url, seen, deadline = make_url(self._urls[service]), -1, 0.0
        with closing(psycopg2.connect(host=url.host, port=url.port, user=url.username, dbname=url.database)) as conn:
            conn.autocommit = True
            cursor = conn.cursor()
            while seen < count:
                cursor.execute(query)
                before, (seen,) = seen, cursor.fetchone() or (0,)
                deadline = time.monotonic() + _STUCK_AFTER_S if seen > before else deadline
                assert time.monotonic() < deadline, f"{service} handled {seen} of {count} events: the others are lost"
                time.sleep(_PAUSE_S if seen < count else 0)


_LONGEST_CALL_S = 3600.0


def _program(folder: Path, name: str, port: int, common: dict[str, Any]) -> Program:
    config = folder / f"{name}.json"
    config.write_text(json.dumps({**common, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}"}))
    command = [sys.executable, "-W", "ignore", "-m", "bench.line.naive", name, str(config)]
    roots = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return Program(name, command, folder / f"{name}.log", env={**os.environ, "PYTHONPATH": os.pathsep.join(roots)})


@contextmanager
def running(postgres: Postgres, rabbitmq: RabbitMQ, facts: Facts) -> Iterator[Naive]:
    """The naive line on these servers, its processes ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="naive-") as folder:
        naive = Naive(Path(folder), postgres, rabbitmq, facts)
        try:
            naive.start()
            yield naive
        finally:
            naive.stop()
