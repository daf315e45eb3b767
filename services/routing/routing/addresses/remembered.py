"""Answers of a service that is asked about one address at a time.

A request with many points may be interrupted by a service that has had enough; asked again, it goes on where it was.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final

KEPT_S: Final = 15 * 60
"""A service answers for today and names no edition of what it has, so its answers are kept no longer than this."""
CAPACITY: Final = 5000


class Remembered:
    """The most recently used answers; a failure is none. ``clock_s`` only ever goes forward."""

    def __init__(self, capacity: int = CAPACITY, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self._clock_s = clock_s
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = Lock()

    def answer[T](self, key: Hashable, ask: Callable[[], T]) -> T:
        """What ``ask`` gave for ``key`` a short while ago, or gives now; nobody else waits while it is asked."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and self._clock_s() - kept[0] < KEPT_S:
                self._kept.move_to_end(key)
                known: T = kept[1]
                return known
        found = ask()
        with self._lock:
            self._kept[key] = (self._clock_s(), found)
            self._kept.move_to_end(key)
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return found
