"""A side of a benchmark in a process of its own: libraries that patch the interpreter, several writers at once.

The parent sends the work order; the child prepares, says that it is ready, waits for the word to go, works, and sends
its answer. So nothing is measured but the work, and several children begin together. A child is a module with
``serve(prepare)`` under ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Work = Callable[[], dict[str, Any] | None]
_ROOT = Path(__file__).resolve().parent.parent


class Failed(RuntimeError):
    """A child ended without its answer; what it wrote to its standard error went to ours."""


class Apart:
    """One child that runs ``module`` with ``order``; ended at the end of the block, whatever happened."""

    def __init__(self, module: str, order: dict[str, Any]) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_ROOT,
        )
        self._send(json.dumps(order))

    def ready(self) -> None:
        """Wait until it has prepared itself."""
        self._expect("ready")

    def go(self) -> None:
        """Let it begin."""
        self._send("go")

    def answer(self) -> dict[str, Any]:
        """Wait for its work; ``started`` and ``ended`` are seconds of the machine's monotonic clock."""
        found: dict[str, Any] = self._expect("answer")
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        if error is not None:
            self._process.kill()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _expect(self, name: str) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed(f"{self._module} ended with {self._process.wait()}")
        return json.loads(line)[name]


def race(module: str, orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One child for each order, begun together once all are ready; their answers."""
    with ExitStack() as stack:
        children = [stack.enter_context(Apart(module, order)) for order in orders]
        for child in children:
            child.ready()
        for child in children:
            child.go()
        return [child.answer() for child in children]


def seconds(answers: Sequence[dict[str, Any]]) -> float:
    """From the first beginning to the last end."""
    return float(max(one["ended"] for one in answers) - min(one["started"] for one in answers))


def serve(prepare: Callable[[dict[str, Any]], Work]) -> None:
    """The child's side; ``prepare(order)`` gives the work, which may give more to put into the answer."""
    talk = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not be taken for an answer
    work = prepare(json.loads(sys.stdin.readline()))
    _tell(talk, ready=True)
    if not sys.stdin.readline():
        return
    started = time.monotonic()
    found = work()
    ended = time.monotonic()
    _tell(talk, answer={"started": started, "ended": ended, **(found or {})})


def _tell(talk: Any, **message: Any) -> None:
    print(json.dumps(message), file=talk, flush=True)
