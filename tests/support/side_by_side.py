"""The whole suite in parts, two at a time: most tests wait for a server, a browser or a clock, not for the processor.

`python -m tests.support.side_by_side` runs every part in a pytest of its own, with servers of its own, and prints each
part's output when it has ended. Exit status 1 when a test failed anywhere.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

_AT_ONCE = 2
_ROOT = Path(__file__).parents[2]
_ALONE = ("chassis/tests/bus", "services/trips", "tests/browser", "tests/faults", "tests/system")
"""Folders that are a part of their own, because they take long."""
_LONGEST_FIRST = ("tests/system", "chassis/tests/bus", "services/trips", "tests/browser", "tests/faults")
_NO_TESTS = 5


@dataclass(frozen=True)
class Part:
    """Folders that one pytest runs."""

    folders: tuple[str, ...]

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "pytest", *self.folders, *(f"--ignore={one}" for one in self._left_out)]

    @property
    def _left_out(self) -> Iterator[str]:
        return (one for one in _ALONE if any(one.startswith(f"{folder}/") for folder in self.folders))


PARTS = (*(Part((one,)) for one in _LONGEST_FIRST), Part(("chassis/tests",)), Part(("services",)), Part(("tests",)))


@dataclass(frozen=True)
class Ended:
    part: Part
    status: int
    output: str
    seconds: float


def run(parts: Sequence[Part] = PARTS) -> int:
    """Run the parts, show what each said, and give the exit status of the whole."""
    print(f"{len(parts)} parts, {_AT_ONCE} at a time; each is shown when it has ended", flush=True)
    failed = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in as_completed([pool.submit(_run, part) for part in parts]):
            ended = done.result()
            print(f"\n=== {' '.join(ended.part.folders)}: {ended.seconds:.0f} s\n{ended.output}", flush=True)
            if ended.status not in (0, _NO_TESTS):
                failed.append(ended)
    for ended in failed:
        said = [line for line in ended.output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        print("\n".join(said or [f"{' '.join(ended.part.folders)} ended with status {ended.status}"]))
    print("some tests failed" if failed else "all parts passed")
    return 1 if failed else 0


def _run(part: Part) -> Ended:
    started = time.monotonic()
    done = subprocess.run(part.command, cwd=_ROOT, capture_output=True, text=True, errors="replace", check=False)
    return Ended(part, done.returncode, done.stdout + done.stderr, time.monotonic() - started)


if __name__ == "__main__":
    raise SystemExit(run())
