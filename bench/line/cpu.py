"""CPU seconds of processes with all that they started, as the kernel counts them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.support.processes import children_of

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_USER, _CHILDREN_SYSTEM = 11, 15


class CpuClock:
    """Started at once; :meth:`seconds` gives what each named process has used since."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = processes
        self._began = self._now()

    def seconds(self) -> dict[str, float]:
        return {name: used - self._began[name] for name, used in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: _used_s(pid) for name, pid in self._processes.items()}


def _used_s(pid: int) -> float:
    """Of the process, of its descendants, and of those of them that have ended already."""
    return sum(_own_s(each) for each in children_of(pid))


def _own_s(pid: int) -> float:
    with suppress(OSError):
        return ticks_of(Path(f"/proc/{pid}/stat").read_text()) / _TICKS_PER_S
    return 0.0


def ticks_of(stat: str) -> int:
    """User and system time in a line of /proc/<pid>/stat, with that of children that were waited for.

    The program's name may hold blanks and brackets, so what follows its last bracket is read.
    """
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[_USER:_CHILDREN_SYSTEM]))
