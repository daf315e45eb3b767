"""What a service knows about its own health: loops that must keep turning, and whether its database answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from chassis.store import migrate, reading

DEFAULT_MAX_AGE_S = 90.0


@dataclass
class _Loop:
    max_age_s: float
    turned_at: float


class Heartbeats:
    """The loops of a process. A loop that stops turning makes the process unwell, however well it looks from outside:
    a consumer whose connection died stays alive as a process for ever.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._loops: dict[str, _Loop] = {}

    def register(self, loop: str, max_age_s: float = DEFAULT_MAX_AGE_S) -> Callable[[], None]:
        """The loop counts from now on; it calls what this returns once per turn."""
        self._loops[loop] = _Loop(max_age_s, self._now())
        return lambda: self.beat(loop)

    def beat(self, loop: str) -> None:
        known = self._loops.setdefault(loop, _Loop(DEFAULT_MAX_AGE_S, 0.0))
        known.turned_at = self._now()

    def forget(self, loop: str) -> None:
        """The loop ended on purpose."""
        self._loops.pop(loop, None)

    def ages_s(self) -> dict[str, float]:
        return {name: self._now() - loop.turned_at for name, loop in sorted(self._loops.items())}

    def stopped(self) -> list[str]:
        ages = self.ages_s()
        return [name for name, loop in sorted(self._loops.items()) if ages[name] > loop.max_age_s]


def not_ready(engine: Engine, package: str) -> dict[str, str]:
    """Why the service cannot serve, by check; empty when it can. Sister services are none of its business."""
    try:
        with reading(engine) as conn:
            conn.execute(text("SELECT 1"))
        current, newest = migrate.current(engine), migrate.head(package)
    except SQLAlchemyError as error:
        return {"database": f"does not answer ({type(error).__name__})"}
    if current != newest:
        return {"migrations": f"the database is at {current or 'nothing'}, the code needs {newest}"}
    return {}
