"""Waking the loops of a process when something was committed, so that they need not poll fast.

Only a hint: a loop that misses a wake-up finds the rows at its next poll.
"""

from __future__ import annotations

import threading


class Signal:
    """A counter that loops wait on; several may wait, and each sees every change once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._generation = 0

    @property
    def generation(self) -> int:
        """How often the signal was set; hand it to :meth:`wait` to miss nothing in between."""
        return self._generation

    def set(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._generation += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout_s: float) -> int:
        """Wait until the generation is past ``seen``, or ``timeout_s`` seconds; gives the generation."""
        with self._changed:
            if self._generation == seen:
                self._changed.wait(timeout_s)
            return self._generation
