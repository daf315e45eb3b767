"""`python -m tests.mutants [NAME …]`: break each promise once, and see which test notices. Exit code 1 when none does.

First the same tests run on the code as it is: a test that fails anyway would catch every mutant.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.mutants.catalogue import MUTANTS, ROOT, Mutant

PATIENCE_S = 180
_FAILED = re.compile(r"^FAILED \S*?::(\S+)", re.MULTILINE)
_ONLY_TESTS_FAILED = 1


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    caught_by: str | None
    why_not: str
    seconds: float


def main() -> int:
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or mutant.name in sys.argv[1:]]
    console = Console(width=max(Console().width, 170))
    healthy = _run(sorted({test for mutant in chosen for test in mutant.tests}), {})
    if not chosen or healthy.returncode:
        console.print("no such mutant" if not chosen else healthy.stdout)
        return 1
    results = [_tried(mutant, console) for mutant in chosen]
    console.print(_table(results))
    survivors = [result for result in results if result.caught_by is None]
    for result in survivors:
        console.print(f"{result.mutant.name} was not caught:\n{result.why_not}", markup=False)
    console.print(f"{len(results) - len(survivors)} of {len(results)} mutants caught")
    return 1 if survivors else 0


def _tried(mutant: Mutant, console: Console) -> Result:
    started = time.monotonic()
    done = _run(mutant.tests, {"MUTANT": mutant.name})
    failed = _FAILED.search(done.stdout)
    caught_by = failed[1] if failed and done.returncode == _ONLY_TESTS_FAILED else None
    console.print(f"{mutant.name}: {'caught' if caught_by else 'SURVIVED'}")
    return Result(mutant, caught_by, done.stdout[-3000:] + done.stderr[-1000:], time.monotonic() - started)


def _run(tests: Iterable[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    hook = ["-p", "tests.mutants.hook"] if environment else []
    command = [sys.executable, "-m", "pytest", *hook, "-q", "--no-header", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(
            command, check=False, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True,
            timeout=PATIENCE_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 2, f"not done after {PATIENCE_S} s", "")


def _table(results: list[Result]) -> Table:
    table = Table("mutant", "what was broken", "which test failed", "seconds")
    for result in results:
        table.add_row(
            result.mutant.name, result.mutant.breaks, result.caught_by or "NONE: IT SURVIVED", f"{result.seconds:.0f}"
        )
    return table


if __name__ == "__main__":
    raise SystemExit(main())
