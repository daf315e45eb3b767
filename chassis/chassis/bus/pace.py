"""How long a loop rests between two batches: not at all while little comes, longer and longer while much comes.

A transaction, or a window of confirms, costs much the same for one event as for a hundred. So a loop that finds several
waiting each time lets more gather, up to a wait nobody notices; one that finds a single event takes it at once.
"""

from __future__ import annotations

import time


class Pace:
    """The rests of one loop, from ``least_s`` to ``most_s`` between the begins of two batches."""

    def __init__(self, least_s: float, most_s: float) -> None:
        self._bounds_s = (least_s, most_s)
        self._rest_s = least_s
        self._took_at = float("-inf")

    def left_s(self) -> float:
        """How long to rest now; 0 when it is time."""
        return max(self._took_at + self._rest_s - time.monotonic(), 0.0)

    def took(self, count: int, *, more: bool) -> None:
        """A batch of ``count`` was taken just now; no rest before the next when ``more`` waits already."""
        least_s, most_s = self._bounds_s
        self._rest_s = min(2 * self._rest_s, most_s) if count > 1 else least_s
        self._took_at = float("-inf") if more else time.monotonic()
