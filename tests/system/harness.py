"""The distributed system as tests run it: every service a process of its own, configured by environment alone.

It has a private RabbitMQ and PostgreSQL, a database per service, and a key set that an issuer of the tests signs for.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chassis.identity import DevIssuer, Identity
from deploy.child import EmbeddedChild
from deploy.client import System, answers
from deploy.demo import arrival, line
from deploy.demo.map import write_map
from deploy.demo.people import everybody, featured
from tests.support.servers import Postgres, Program, RabbitMQ, free_ports

PATIENCE_S = 60
LISTENS_TO = {
    "trips": ("routing", "approval", "payroll"),
    "approval": ("trips", "payroll"),
    "payroll": ("trips", "approval", "routing"),
    "routing": ("trips", "payroll"),
}


class Distributed:
    """Services are started one by one or all at once; what a service keeps outlives its process."""

    def __init__(self, folder: Path, postgres: Postgres, rabbitmq: RabbitMQ, **settings: str) -> None:
        self.folder = folder
        self.settings = settings
        self.issuer = DevIssuer(folder, host="127.0.0.1")
        self.broker_url = rabbitmq.new_vhost()
        self.databases = {name: postgres.new_database() for name in LISTENS_TO}
        self.keys_databases = {name: postgres.new_database() for name in LISTENS_TO}
        self.addresses = {
            name: f"http://127.0.0.1:{port}" for name, port in zip(LISTENS_TO, free_ports(4), strict=True)
        }
        self.system = System("http://127.0.0.1:9", self.issuer, self.addresses)
        self._secrets = {f"{name.upper()}_MASTER_KEY": secrets.token_hex(32) for name in LISTENS_TO}
        self._pepper = {"PAYROLL_CPR_PEPPER": secrets.token_hex(32)}
        self._programs = {name: self._program(name) for name in LISTENS_TO}
        self._starters = ThreadPoolExecutor(len(LISTENS_TO))  # a program ends with the thread that started it

    def prepare(self) -> None:
        """What an operator does once: migrations, and the map."""
        self._at_once(lambda name: self.command(name, "db", "upgrade"), LISTENS_TO)
        write_map(self.folder / "havnby.osm")
        self.command("routing", "map", "build", str(self.folder / "havnby.osm"))

    def command(self, service: str, *arguments: str) -> str:
        """What a command of the service prints; it must succeed."""
        command = [*_command(service), *arguments]
        environment = self.environment(service)
        done = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, *services: str) -> None:
        self._at_once(self._start, services or LISTENS_TO)

    def stop(self, *services: str) -> list[int | None]:
        """Exit codes of an orderly stop; a service that had to be killed has a negative one."""
        return [self._programs[name].stop() for name in services or LISTENS_TO]

    def kill(self, service: str) -> None:
        self._programs[service].kill()

    def pids(self) -> dict[str, int]:
        """The process of each service that runs."""
        return {name: program.pid for name, program in self._programs.items()}

    def log(self, service: str) -> str:
        path = self.folder / f"{service}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def close(self) -> None:
        self.system.close()
        for started in self._programs.values():
            started.kill()
        self._starters.shutdown()

    def environment(self, service: str) -> dict[str, str]:
        prefix = f"{service.upper()}_"
        feeds = ",".join(f"{source}={self.addresses[source]}/{source}/feed" for source in LISTENS_TO[service])
        values = {
            "DATABASE_URL": self.databases[service],
            "KEYS_DATABASE_URL": self.keys_databases[service],
            "BROKER_URL": self.broker_url,
            "FEEDS": feeds,
            "FEED_TOKEN": self.issuer.token(Identity(service, frozenset({"integration"}), service)),
            "JWKS": str(self.issuer.jwks_path),
            "HTTP_PORT": self.addresses[service].rpartition(":")[2],
            "DATA_DIR": str(self.folder / service),
            "LOG_LEVEL": "INFO",
        }
        own = {f"{prefix}{name}": value for name, value in values.items()}
        own |= {f"{prefix}MASTER_KEY": self._secrets[f"{prefix}MASTER_KEY"]}
        if service == "payroll":
            own |= self._pepper
        return os.environ | own | self.settings

    def _start(self, name: str) -> None:
        self._programs[name].start(lambda: answers(f"{self.addresses[name]}/{name}/health/ready"))

    def _at_once(self, work: Callable[[str], object], services: Iterable[str]) -> None:
        list(self._starters.map(work, services))

    def _program(self, name: str) -> Program:
        return Program(name, [*_command(name), "run"], self.folder / f"{name}.log", env=self.environment(name))


def _command(service: str) -> list[str]:
    """The program that the service's distribution installs."""
    return [str(Path(sys.executable).parent / service)]


class Line:
    """A running system with the municipality in it, however it is run."""

    def __init__(self, system, outside):
        self.system = system
        self.outside = outside
        self.people = everybody(system)
        self.cast = featured(self.people)

    def acting_as(self, part):
        """Calls as one of the cast: employee, leader, payroll, admin."""
        return self.system.acting_as(self.cast[part].identity)


def embedded_line(folder):
    with EmbeddedChild(folder) as child:
        yield Line(child.system(), child)


def distributed_line(folder, postgres, rabbitmq):
    outside = Distributed(folder, postgres, rabbitmq)
    try:
        outside.prepare()
        outside.start()
        arrival.import_organisation(outside.system)
        line.wait_until_known(outside.system, "payroll", ("trips", "approval"), PATIENCE_S)
        yield Line(outside.system, outside)
    finally:
        outside.close()
