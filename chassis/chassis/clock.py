"""Time as a value that is handed in, so that rules and tests never read a clock themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, aware and in UTC."""

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def utc_now() -> datetime:
    """The present instant by the machine's clock."""
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The date in Denmark at ``instant`` (which must be aware)."""
    return instant.astimezone(COPENHAGEN).date()


def iso_utc(instant: datetime) -> str:
    """``instant`` as ISO 8601 in UTC with microseconds and ``Z``: sorts as text in order of time."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
