"""Whether an error of the database says something about it, and nothing about what was asked of it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_AWAY_CODES: Final = {"25006", "25P03"}
"""Read-only, as a standby is while it takes over, and a transaction left open for too long: both have a kind of error
of their own in the driver.
"""


def is_away(error: BaseException) -> bool:
    """Whether the database is down, full, too busy or read-only for now: the same can be asked again later."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "pgcode", None) in _AWAY_CODES
    )
