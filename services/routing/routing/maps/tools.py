"""Runs the engine's own build programs, which come in its wheel, and reads their progress."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from routing.domain.errors import EngineUnavailable
from routing.engine.profiles import wheel_folder

_PERCENT = re.compile(r"(\d{1,3})%")
_UNSERVED = ("cnbg", "cnbg_to_ebg", "ebg", "enw", "restrictions", "turn_penalties_index")
"""Made by the extraction, read by the contraction only."""

_LAST_LINES = 5

Percent = Callable[[int], None]


def extract(source: Path, script: Path, base: Path, data_version: str, percent: Percent) -> None:
    """Roads of ``source`` by the rules of ``script``; ``data_version`` will stand in every answer."""
    percent(0)
    arguments = ["-p", str(script), "--data_version", data_version, "-o", str(base), str(source)]
    _run("osrm-extract", arguments, percent)
    percent(100)


def contract(base: Path, percent: Percent) -> None:
    """Adds the shortcuts, and removes what only this step reads."""
    percent(0)
    _run("osrm-contract", [str(base)], percent)
    for ending in _UNSERVED:
        base.with_name(f"{base.name}.{ending}").unlink(missing_ok=True)
    percent(100)


def server_command(base: Path, host: str, port: int) -> list[str]:
    """`osrm-routed` for one graph. Contraction hierarchies only: see the engine's package."""
    program = wheel_folder() / "bin" / "osrm-routed"
    return [str(program), "--algorithm", "CH", "--mmap", "--ip", host, "--port", str(port), str(base)]


def _run(program: str, arguments: Sequence[str], percent: Percent) -> None:
    command = [str(wheel_folder() / "bin" / program), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=None) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        lines = list(_followed(process.stdout, percent))
    if process.returncode != 0:
        said = " / ".join(line for line in lines if line)
        raise EngineUnavailable(f"{program} ended with {process.returncode}: {said}")


def _followed(output: IO[bytes], percent: Percent) -> Iterator[str]:
    last: list[str] = []
    for line in iter(output.readline, b""):
        text = line.decode(errors="replace").strip()
        last = [*last[1 - _LAST_LINES :], text]
        found = _PERCENT.findall(text)
        if found and not text.startswith("["):
            percent(min(99, int(found[-1])))
    yield from last
