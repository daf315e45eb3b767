"""How each fault is done, from outside: by signals, by SQL as an administrator, and by the broker's management."""

import signal
import time
import urllib.error
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg2.errors

from tests.faults.drawing import MEMBERS, Fault
from tests.faults.fleet import Fleet

_PATIENCE_S = 180.0
_SMART_S = 0.5
_CLOCK_BEHIND_S = 7_200.0
_GONE = 404
_ABSENT = (psycopg2.Error, OSError, urllib.error.URLError)


class NotDoneError(Exception):
    """The fault could not be done to its target; it counts as a fault of the harness."""


class Injector:
    """``inject`` returns when the fault is over; what it did to is then left to recover by itself."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self.recovered: dict[str, list[float]] = {"PostgreSQL": [], "RabbitMQ": []}
        self.unclean: list[str] = []

    def inject(self, fault: Fault) -> None:
        if fault.target == "PostgreSQL":
            self._server(fault, self._fleet.postgres, self._cut_all_sessions)
        elif fault.target == "RabbitMQ":
            self._server(fault, self._fleet.rabbitmq, lambda: self._close_links(lambda _: True))
        elif fault.target.endswith(" relay"):
            self._relay(fault, fault.target.removesuffix(" relay"))
        elif fault.target in MEMBERS:
            self._member(fault, fault.target)
        else:
            self._other(fault)

    def heal(self) -> None:
        """Whatever was left half done when a run ends early."""
        if self._fleet.disk is not None:
            self._fleet.disk.free()

    def _member(self, fault: Fault, name: str) -> None:
        service = name.partition(".")[0]
        match fault.action:
            case "database connections cut":
                self._when_it_answers(lambda: self._cut_sessions(service, name))
            case "broker connections cut":
                self._close_links(lambda link: link.startswith((f"{service}.", f"{service} ")))
            case "clock behind":
                self._turn_back_clock(name, fault.seconds)
            case _:
                self._end(name, fault)

    def _relay(self, fault: Fault, service: str) -> None:
        leader, pid = self._when_it_answers(lambda: _needed(self._fleet.relay_leader(service)))
        match fault.action:
            case "database connections cut":
                self._when_it_answers(lambda: self._fleet.run_sql("postgres", f"SELECT pg_terminate_backend({pid})"))
            case "broker connections cut":
                self._close_links(lambda link: link == f"{service} relay")
            case _:
                self._end(leader, fault)

    def _end(self, name: str, fault: Fault) -> None:
        member = self._fleet.members[name]
        self._wait(lambda: member.is_running, f"{name} does not start")
        if fault.action == "SIGTERM":
            member.ask(signal.SIGTERM)
            return
        if fault.action == "SIGSTOP, SIGKILL":
            member.hurt(signal.SIGSTOP)
            time.sleep(fault.seconds)
        member.hurt(signal.SIGKILL)

    def _turn_back_clock(self, name: str, seconds: float) -> None:
        """Two hours, for a process from its start to its end."""
        for behind_s, stay_s in ((_CLOCK_BEHIND_S, seconds), (0.0, 0.0)):
            self._fleet.set_clock(name, behind_s)
            killed_at = time.monotonic()
            self._fleet.members[name].hurt(signal.SIGKILL)
            self._wait_until_ready(name, killed_at)
            time.sleep(stay_s)

    def _server(self, fault: Fault, server: Any, cut: Callable[[], None]) -> None:
        if fault.action == "connections cut":
            cut()
            return
        if fault.action == "SIGSTOP, SIGKILL":
            server.pause()
            time.sleep(fault.seconds)
            server.kill()
        elif fault.action == "SIGTERM":
            server.stop()
        else:
            server.kill()
        time.sleep(fault.seconds if fault.action == "broker absent" else 0)
        began = time.monotonic()
        server.start()
        self.recovered[fault.target].append(time.monotonic() - began)

    def _other(self, fault: Fault) -> None:
        path = f"{self._fleet.vhost}/{fault.target}"
        match fault.action:
            case "queue deleted":
                self._manage("DELETE", f"queues/{path}")
            case "queue purged":
                self._manage("DELETE", f"queues/{path}/contents")
            case "exchange deleted":
                self._manage("DELETE", f"exchanges/{path}.events")
            case "database read-only":
                self._read_only(fault.target, fault.seconds)
            case "disk full":
                self._fill_disk(fault.seconds)
            case _:
                raise NotDoneError(f"nobody knows how to do {fault}")

    def _read_only(self, service: str, seconds: float) -> None:
        database = self._fleet.databases[service].rpartition("/")[2]
        try:
            self._fleet.run_sql("postgres", f"ALTER DATABASE {database} SET default_transaction_read_only = on")
            self._cut_sessions(service)
            self._must_refuse(service, psycopg2.errors.ReadOnlySqlTransaction)
            time.sleep(seconds)
        finally:
            self._fleet.run_sql("postgres", f"ALTER DATABASE {database} RESET default_transaction_read_only")
            self._cut_sessions(service)

    def _fill_disk(self, seconds: float) -> None:
        disk = self._fleet.disk
        if disk is None:
            raise NotDoneError("there is no disk that may be filled")
        try:
            disk.fill()
            self._must_refuse("trips", psycopg2.errors.DiskFull, "could not write init file")
            time.sleep(seconds)
        finally:
            disk.free()

    def _must_refuse(self, service: str, refusal: type[psycopg2.Error], no_session: str = "not refused") -> None:
        """A fault that nobody notices is none. Just started, a server may not even give a session: ``no_session``."""
        try:
            self._fleet.run_sql(service, "CREATE TABLE proof AS SELECT repeat('x', 1000) FROM generate_series(1, 100)")
        except refusal:
            return
        except psycopg2.OperationalError as error:
            if no_session not in str(error):
                raise
            return
        self._fleet.run_sql(service, "DROP TABLE proof")
        raise NotDoneError(f"{service} could still write")

    def _cut_sessions(self, service: str, application: str | None = None) -> None:
        database = self._fleet.databases[service].rpartition("/")[2]
        mine = f" AND application_name = '{application}'" if application else ""
        where = f"datname = '{database}' AND pid <> pg_backend_pid(){mine}"
        self._fleet.run_sql("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}")

    def _cut_all_sessions(self) -> None:
        where = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        self._fleet.run_sql("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}")

    def _close_links(self, is_meant: Callable[[str], bool]) -> None:
        """A broker that is away has no connections to close: then this is done already."""
        with suppress(*_ABSENT):
            for link in self._fleet.rabbitmq.api("GET", f"vhosts/{self._fleet.vhost}/connections"):
                if is_meant(link.get("user_provided_name") or ""):
                    with suppress(urllib.error.HTTPError):  # it has gone by itself meanwhile
                        self._fleet.rabbitmq.api("DELETE", f"connections/{urllib.parse.quote(link['name'])}")

    def _manage(self, method: str, path: str) -> None:
        """A broker that has just started, or is about to, may refuse for a while what is asked of a queue; a queue that is
        gone is no fault.
        """
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self._fleet.rabbitmq.api(method, path)
            except OSError as error:  # an HTTP error is one too, and so is an answer that does not come in time
                if isinstance(error, urllib.error.HTTPError) and error.code == _GONE:
                    return
                if time.monotonic() > until:
                    raise NotDoneError(f"{method} {path}: {error!r}") from error
                time.sleep(0.2)
            else:
                return

    def _when_it_answers[T](self, work: Callable[[], T]) -> T:
        """The database may be away by another fault: then a little later."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return work()
            except (psycopg2.Error, NotDoneError) as error:
                if time.monotonic() > until:
                    raise NotDoneError(str(error)) from error
                time.sleep(0.1)

    def _wait_until_ready(self, name: str, since: float) -> None:
        self._wait(lambda: self._fleet.ready_again.get(name, 0) > since, f"{name} does not start")

    def _wait(self, is_so: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not is_so():
            if time.monotonic() > until:
                raise NotDoneError(otherwise)
            time.sleep(0.05)


def _needed(leader: tuple[str, int] | None) -> tuple[str, int]:
    if leader is None or leader[0] not in MEMBERS:
        raise NotDoneError("nobody holds the relay's lock")
    return leader
