"""The whole suite in parts, two at a time: most tests wait for a server, a browser or a clock, not for the processor.

`python -m tests.support.side_by_side` runs every part in a pytest of its own, with servers of its own, and prints each
part's output when it has ended. Exit status 1 when a test failed anywhere.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

_AT_ONCE = 2
_ROOT = Path(__file__).parents[2]
_LONG = ("tests/system", "chassis/tests/bus", "services/trips", "tests/browser", "tests/faults")
"""Folders that are a part of their own because they take long, the longest first."""
_PARTS = (*_LONG, "chassis/tests", "services", "tests")


@dataclass(frozen=True)
class Ended:
    folder: str
    status: int
    output: str
    seconds: float

    @property
    def failures(self) -> list[str]:
        """The tests that failed, as pytest names them; what is wrong where it came to none."""
        said = [line for line in self.output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        return said or [f"{self.folder} ended with status {self.status}"]


def main() -> int:
    print(f"{len(_PARTS)} parts, {_AT_ONCE} at a time; each is shown when it has ended", flush=True)
    failures = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in as_completed([pool.submit(_run, folder) for folder in _PARTS]):
            ended = done.result()
            print(f"\n=== {ended.folder}: {ended.seconds:.0f} s\n{ended.output}", flush=True)
            failures += ended.failures if ended.status else []
    print("\n".join(failures) if failures else "all parts passed")
    return 1 if failures else 0


def _run(folder: str) -> Ended:
    """The tests of a folder but for those of a part below it."""
    started = time.monotonic()
    left_out = [f"--ignore={part}" for part in _LONG if part.startswith(f"{folder}/")]
    command = [sys.executable, "-m", "pytest", folder, *left_out]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, errors="replace", check=False)
    return Ended(folder, done.returncode, done.stdout + done.stderr, time.monotonic() - started)


if __name__ == "__main__":
    raise SystemExit(main())
