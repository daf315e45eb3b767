"""One writer's loop, the same for every side."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench.apart import Work

_WARM_UP = 3


def writer(order: dict[str, Any], transact: Callable[[], object]) -> Work:
    """Runs ``transact`` for as long as ordered; ``stored`` counts the warm-up too, ``events`` does not."""
    per_transaction, for_s = int(order["per_transaction"]), float(order["for_s"])
    for _ in range(_WARM_UP):
        transact()

    def work() -> dict[str, Any]:
        transactions = 0
        until = time.monotonic() + for_s
        while time.monotonic() < until:
            transact()
            transactions += 1
        events = transactions * per_transaction
        return {"events": events, "stored": events + _WARM_UP * per_transaction}

    return work
