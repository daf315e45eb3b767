"""How a loop keeps its pace: how long it rests between two batches, and how many events one transaction takes.

A transaction, or a window of confirms, costs much the same for one event as for a hundred. So a loop that finds several
waiting each time lets more gather, up to a wait nobody notices; one that finds a single event takes it at once. But a
transaction that lasts keeps others from the rows it holds, and its own loop from answering the broker.
"""

from __future__ import annotations

import time
from typing import Final

_LONG_S: Final = 1.0
_SHORT_S: Final = 0.25
_FIRST: Final = 1
_STEP_S: Final = 0.01


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
        self._rest_s = min(max(2 * self._rest_s, _STEP_S), most_s) if count > 1 else least_s
        self._took_at = float("-inf") if more else time.monotonic()


class Portion:
    """How many events one transaction takes, at most ``most``: as many as are done in well under a second."""

    def __init__(self, most: int) -> None:
        self.size = min(_FIRST, most)
        self._most = most

    def took(self, seconds: float) -> None:
        """One of this size was taken in ``seconds``."""
        if seconds > _LONG_S:
            self.failed()
        elif seconds < _SHORT_S:
            self.size = min(2 * self.size, self._most)

    def failed(self) -> None:
        """One did not come through: where others write too, a large one never passes."""
        self.size = max(self.size // 2, 1)
