"""What the type of an error means for a message: the one table of it.

* *again*: nothing is wrong with the message; roll back, wait, try the same place again, for ever.
* *park*: no repetition will help; the event's subject is held for a person, everything else flows on.
* *unsure*: nobody foresaw this error; tried again a few times, then parked.
"""

from __future__ import annotations

import random
from enum import Enum

from chassis.errors import Conflict, Rejected, ServiceError, Unavailable, Unreadable
from chassis.store.away import is_away


class Fate(Enum):
    """What becomes of an event whose handling raised."""

    AGAIN = "again"
    PARK = "park"
    UNSURE = "unsure"


TABLE: tuple[tuple[tuple[type[BaseException], ...], Fate], ...] = (
    ((Unreadable, Rejected), Fate.PARK),
    ((Unavailable, Conflict), Fate.AGAIN),
    ((OSError, MemoryError), Fate.AGAIN),
    ((Exception,), Fate.UNSURE),
)
"""The first row whose types fit decides."""

UNSURE_TRIES = 3
"""How often an error that nobody foresaw is tried before its event is parked."""

LONGEST_WAIT_S = 60.0


def fate_of(error: Exception) -> Fate:
    """The row of :data:`TABLE` that fits ``error``; what only says that the database is away is tried again."""
    if is_away(error):
        return Fate.AGAIN
    return next(fate for types, fate in TABLE if isinstance(error, types))


def name_of(error: Exception) -> str:
    """A short name for logs and dead letters: the stable code where the error has one."""
    return error.code if isinstance(error, ServiceError) else type(error).__name__


def wait_before(attempt: int, *, first_s: float = 1.0, longest_s: float = LONGEST_WAIT_S) -> float:
    """Seconds to wait after failure number ``attempt`` (from 1): doubling, with jitter downwards by up to a quarter."""
    full = min(first_s * 2.0 ** min(attempt - 1, 30), longest_s)
    return full * random.uniform(0.75, 1.0)  # noqa: S311 spreads the retries, guards no secret
