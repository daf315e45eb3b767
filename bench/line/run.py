"""What one run of the line gave: how long each step took, what it cost in CPU, and what was paid in the end."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.line.facts import Ledger

AFTER = "settled known everywhere"
"""The step that comes after the file."""


@dataclass(frozen=True)
class LineRun:
    """``cpu_to_file`` until the file was there, ``cpu`` until every service knew of it; seconds by process."""

    trips: int
    seconds: dict[str, float]
    cpu_to_file: dict[str, float]
    cpu: dict[str, float]
    ledger: Ledger
    file: bytes

    @property
    def to_file_s(self) -> float:
        """From the first report to the file's last byte."""
        return sum(seconds for step, seconds in self.seconds.items() if step != AFTER)

    @property
    def trips_per_s(self) -> float:
        return self.trips / self.to_file_s

    @property
    def cpu_ms_per_trip(self) -> float:
        """Of all processes, servers too, until every service knows that the trip is paid."""
        return 1000 * sum(self.cpu.values()) / self.trips


class Laps:
    """A stopwatch that notes how long each step took; started at once."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def end(self, step: str) -> None:
        now = time.monotonic()
        self.seconds[step], self._last = now - self._last, now


def show(run: LineRun) -> None:
    """Two tables for whoever looks for what costs."""
    steps = Table("step", "seconds", "trips/s", "ms per trip", title=f"{run.trips:,} trips")
    for step, seconds in run.seconds.items():
        steps.add_row(
            step, f"{seconds:.2f}", f"{run.trips / max(seconds, 1e-6):,.0f}", f"{1e3 * seconds / run.trips:.2f}"
        )
    costs = Table("process", "CPU s", "CPU ms per trip", "of it until the file", title="CPU")
    for name, used in {**run.cpu, "all": sum(run.cpu.values())}.items():
        to_file = run.cpu_to_file.get(name, sum(run.cpu_to_file.values()))
        costs.add_row(name, f"{used:.2f}", f"{1e3 * used / run.trips:.2f}", f"{1e3 * to_file / run.trips:.2f}")
    console = Console()
    console.print(steps)
    console.print(costs)
