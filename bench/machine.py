"""What the figures were found on: without it they say nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import time
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from bench.setting import Setting

_LIBRARIES = (
    "SQLAlchemy", "psycopg2-binary", "nameko", "eventlet", "kombu", "amqp", "eventsourcing", "psycopg", "faststream",
    "aio-pika",
)  # fmt: skip
_SYNCS = 200
_PAGE_BYTES = 8192
_BUSY_LOAD_PER_CORE = 0.25


@dataclass(frozen=True)
class Machine:
    """``fdatasync_ms`` is the median time the disk takes to keep 8 KiB; ``load`` was measured before the first row."""

    cpu: str
    cores: int
    memory_gib: float
    fdatasync_ms: float
    load: float
    system: str
    python: str
    postgresql: str
    rabbitmq: str
    sqlite: str
    libraries: dict[str, str]

    @property
    def is_busy(self) -> bool:
        """Whether others were at work: then the figures are worth little."""
        return self.load > _BUSY_LOAD_PER_CORE * self.cores

    def as_json(self) -> dict[str, Any]:
        """As kept with the results."""
        return asdict(self)

    def lines(self) -> list[str]:
        """As shown under the table."""
        memory, sync = f"{self.memory_gib:.0f} GiB", f"fdatasync {self.fdatasync_ms:.2f} ms"
        found = [f"{self.cpu}, {self.cores} cores, {memory}, {sync}, load {self.load:.2f} before, {self.system}"]
        servers = f"PostgreSQL {self.postgresql}, RabbitMQ {self.rabbitmq}, SQLite {self.sqlite}"
        found.append(f"Python {self.python}, {servers}")
        found.append(", ".join(f"{name} {version}" for name, version in self.libraries.items()))
        if self.is_busy:
            found.append("WARNING: the machine was not idle; do not trust these figures")
        return found


def describe(setting: Setting) -> Machine:
    """The machine, as it is before the benchmarks begin."""
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        load=os.getloadavg()[0],
        fdatasync_ms=_fdatasync_ms(setting.folder()),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        postgresql=_version("/usr/lib/postgresql", "postgres"),
        rabbitmq=_package("rabbitmq-server"),
        sqlite=sqlite3.sqlite_version,
        libraries={name: metadata.version(name) for name in _LIBRARIES},
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _fdatasync_ms(folder: Path) -> float:
    """What a commit cannot be quicker than: the log's append of one page, kept."""
    with (folder / "sync").open("wb", buffering=0) as file:
        found = []
        for _ in range(_SYNCS):
            file.write(os.urandom(_PAGE_BYTES))
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            found.append(time.perf_counter() - started)
    return median(found) * 1000


def _version(folder: str, program: str) -> str:
    found = sorted(Path(folder).glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    command = str(found[-1]) if found else program
    answer = subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout
    return answer.split()[2] if answer else "none"


def _package(name: str) -> str:
    """The version the system's package manager knows: asking the program would start a second node."""
    command = ["dpkg-query", "--show", "--showformat", "${Version}", name]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return "unknown"
    return answer.partition("-")[0] or "unknown"
