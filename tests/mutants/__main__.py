"""`python -m tests.mutants [NAME …]`: break each promise once, and see which test notices. Exit code 1 when none does.

First the same tests run on the code as it is: a test that fails anyway would catch every mutant.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from tests.mutants.catalogue import MUTANTS, ROOT, Mutant

PATIENCE_S = 300
_FAILED = re.compile(r"^FAILED \S*?::(\S+)", re.MULTILINE)
_ONLY_TESTS_FAILED = 1
SURVIVED = "NONE: IT SURVIVED"
NOT_TRIED = "ITS TESTS DID NOT RUN"


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    outcome: str
    output: str
    seconds: float

    @property
    def is_caught(self) -> bool:
        return self.outcome not in {SURVIVED, NOT_TRIED}


def main() -> int:
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or mutant.name in sys.argv[1:]]
    console = Console(width=max(Console().width, 170))
    healthy = _run(sorted({test for mutant in chosen for test in mutant.tests}), {})
    if not chosen or healthy.returncode:
        console.print("no such mutant" if not chosen else healthy.stdout)
        return 1
    results = [_tried(mutant, console) for mutant in chosen]
    console.print(_table(results))
    survivors = [result for result in results if not result.is_caught]
    for result in survivors:
        console.print(f"{result.mutant.name} was not caught:\n{result.output}", markup=False)
    console.print(f"{len(results) - len(survivors)} of {len(results)} mutants caught")
    return 1 if survivors else 0


def _tried(mutant: Mutant, console: Console) -> Result:
    started = time.monotonic()
    done = _run(mutant.tests, {"MUTANT": mutant.name})
    failed = _FAILED.search(done.stdout)
    caught_by = failed[1] if failed and done.returncode == _ONLY_TESTS_FAILED else None
    outcome = caught_by or (SURVIVED if done.returncode == 0 else NOT_TRIED)
    console.print(f"{mutant.name}: {outcome}", markup=False)
    return Result(mutant, outcome, done.stdout[-3000:], time.monotonic() - started)


def _run(tests: Iterable[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The tests in a process of their own; one that hangs is interrupted, so that it ends the servers it started."""
    hook = ["-p", "tests.mutants.hook"] if environment else []
    command = [sys.executable, "-m", "pytest", *hook, "-q", "--no-header", "-p", "no:cacheprovider", *tests]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            output, _ = running.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)
            output, _ = running.communicate()
    return subprocess.CompletedProcess(command, running.returncode, output)


def _table(results: list[Result]) -> Table:
    table = Table("mutant", "what was broken", Column("which test failed", overflow="fold"), "seconds")
    for result in results:
        table.add_row(result.mutant.name, result.mutant.breaks, escape(result.outcome), f"{result.seconds:.0f}")
    return table


if __name__ == "__main__":
    raise SystemExit(main())
