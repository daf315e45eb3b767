"""The system under fire: two processes of trips, one of every other service, and whoever starts again what has ended."""

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
from psycopg2 import extensions

from deploy.client import answers
from deploy.demo.map import write_map
from tests.faults.disk import SmallDisk
from tests.faults.drawing import MEMBERS
from tests.support.postgres import Postgres
from tests.support.processes import Program, StartError, free_ports
from tests.support.rabbitmq import RabbitMQ
from tests.system.harness import Distributed

_ENTRY = Path(__file__).with_name("behind.py")
_TURN_S = 0.1
_READY_S = 40.0
_RELAY_LOCK = 0x72656C6179


class Member(Program):
    """One process of a service, that anybody may signal while somebody else starts it again."""

    def hurt(self, number: signal.Signals) -> None:
        self._signal_all(number)

    def ask(self, number: signal.Signals) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(number)

    @property
    def is_running(self) -> bool:
        process = self._process
        return process is not None and process.poll() is None

    def ended(self) -> int | None:
        """The exit code of a process that has ended; None while it runs."""
        process = self._process
        return None if process is None else process.poll()


class Fleet(Distributed):
    """``watched`` starts what has ended, as a supervisor of services does, and notes with which code, and for how long
    each was ``away``.
    """

    def __init__(self, folder: Path, postgres: Postgres, rabbitmq: RabbitMQ, disk: SmallDisk | None) -> None:
        super().__init__(folder, postgres, rabbitmq)
        self.postgres, self.rabbitmq, self.disk = postgres, rabbitmq, disk
        self.vhost = self.broker_url.rpartition("/")[2]
        self.away: list[tuple[str, float]] = []
        self.endings: Counter[int] = Counter()
        self.ready_again: dict[str, float] = {}
        self._watching: threading.Thread | None = None
        self._leaving = threading.Event()
        ports = dict(zip(MEMBERS, free_ports(len(MEMBERS)), strict=True))
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        self.addresses.update({name: self.urls[f"{name}.1"] for name in self.databases})
        self.members = {name: self._member(name) for name in MEMBERS}
        if disk is not None:
            self._move_to(disk, "trips")

    def prepare(self) -> None:
        """See :class:`Distributed`; all of it at once."""
        write_map(self.folder / "havnby.osm")
        map_build = ("routing", "map", "build", str(self.folder / "havnby.osm"))
        commands = [map_build, *((service, "db", "upgrade") for service in self.databases)]
        with ThreadPoolExecutor(len(commands)) as pool:
            list(pool.map(lambda command: self.command(*command), commands))

    def start_all(self) -> None:
        with ThreadPoolExecutor(len(MEMBERS)) as pool:
            list(pool.map(self._start_member, self.members))

    def addresses_of(self) -> Mapping[str, list[str]]:
        """Where the processes of each service answer."""
        return {
            service: [url for name, url in self.urls.items() if name.startswith(f"{service}.")]
            for service in self.databases
        }

    @contextmanager
    def watched(self) -> Iterator[None]:
        """What ends meanwhile is started again."""
        self._leaving.clear()
        self._watching = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watching.start()
        try:
            yield
        finally:
            self._leaving.set()
            self._watching.join(_READY_S + 20)

    def set_clock(self, member: str, seconds_behind: float) -> None:
        """Counts from the member's next start."""
        (self.folder / f"{member}.clock").write_text(str(seconds_behind), encoding="ascii")

    def is_ready(self, member: str) -> bool:
        return answers(f"{self.urls[member]}/{_service(member)}/health/ready", 2)

    def stop_all(self) -> dict[str, int | None]:
        """Exit codes of an orderly stop."""
        with ThreadPoolExecutor(len(MEMBERS)) as pool:
            codes = pool.map(lambda member: member.stop(), self.members.values())
        return dict(zip(self.members, codes, strict=True))

    def close(self) -> None:
        self._leaving.set()
        for member in self.members.values():
            member.hurt(signal.SIGKILL)
            with suppress(AttributeError):  # the supervisor has just taken note of it
                member.kill()
        super().close()

    def connect(self, service: str) -> extensions.connection:
        """A plain connection to a service's database; the whole server's for "postgres"."""
        url = self.postgres.url() if service == "postgres" else self.databases[service]
        return psycopg2.connect(url.replace("+psycopg2", ""), connect_timeout=5)

    def run_sql(self, service: str, *statements: str) -> None:
        """Each in a transaction of its own."""
        conn = self.connect(service)
        try:
            conn.autocommit = True
            with conn.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            conn.close()

    def relay_leader(self, service: str) -> tuple[str, int] | None:
        """Which member publishes, and the process of PostgreSQL that holds its lock; None when nobody does now."""
        query = """
            SELECT a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
              AND l.classid = %s AND l.objid = %s"""
        conn = self.connect(service)
        try:
            with conn.cursor() as cursor:
                cursor.execute(query, (_RELAY_LOCK >> 32, _RELAY_LOCK & 0xFFFFFFFF))
                row = cursor.fetchone()
        finally:
            conn.close()
        return None if row is None else (str(row[0]), int(row[1]))

    def _member(self, name: str) -> Member:
        service = _service(name)
        prefix = service.upper()
        self.set_clock(name, 0)
        own = {
            f"{prefix}_DATABASE_URL": f"{self.databases[service]}?application_name={name}",
            f"{prefix}_HTTP_PORT": self.urls[name].rpartition(":")[2],
            "CLOCK_BEHIND_FILE": str(self.folder / f"{name}.clock"),
        }
        command = [sys.executable, "-P", str(_ENTRY), service, "run"]
        return Member(name, command, self.folder / f"{name}.log", env=self.environment(service) | own)

    def _start_member(self, name: str) -> None:
        self.members[name].start(lambda: self.is_ready(name), _READY_S)
        self.ready_again[name] = time.monotonic()

    def _watch(self) -> None:
        busy: dict[str, threading.Thread] = {}
        while not self._leaving.wait(_TURN_S):
            for name, member in self.members.items():
                if member.ended() is not None and (name not in busy or not busy[name].is_alive()):
                    busy[name] = threading.Thread(target=self._revive, args=(name,), daemon=True)
                    busy[name].start()
        for thread in busy.values():
            thread.join(_READY_S + 10)

    def _revive(self, name: str) -> None:
        died_at = time.monotonic()
        self.endings[self.members[name].ended() or 0] += 1
        while not self._leaving.is_set():
            with suppress(StartError):  # its database is away too, or it was hit again: once more
                self._start_member(name)
                self.away.append((name, time.monotonic() - died_at))
                return

    def _move_to(self, disk: SmallDisk, service: str) -> None:
        database = self.databases[service].rpartition("/")[2]
        self.run_sql("postgres", f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        self.run_sql("postgres", f'ALTER DATABASE "{database}" SET TABLESPACE small')


def _service(member: str) -> str:
    return member.partition(".")[0]
