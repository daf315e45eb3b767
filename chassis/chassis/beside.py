"""Work that keeps the processor busy, done beside the greenlets of a process so that they are not held up by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventlet import patcher, tpool


def beside[**P, T](work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` gives or raises. In a process of greenlets it runs in a thread; elsewhere the caller is one.

    Several callers share some twenty threads: whoever can be asked by anybody limits how many it sends here.
    """
    if not patcher.is_monkey_patched("thread"):
        return work(*args, **kwargs)
    found: Any = tpool.execute(work, *args, **kwargs)
    return found  # type: ignore[no-any-return]
