"""Whether somebody may use the phone: as long as they are employed, and for a fortnight to send what the phone kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from trips import facts
from trips.domain.employees import Employment

GRACE: Final = timedelta(days=14)
"""After the last day of an employment; a trip must still be of a day on which it held."""


def may_use(conn: Connection, person_id: str, today: date) -> bool:
    """Whether an employment holds today, or ended less than ``GRACE`` ago."""
    jobs = facts.employments_of(conn, person_id)
    return any(one.starts <= today and not _over(one, today) for one in jobs)


def has_left(conn: Connection, person_id: str, today: date) -> bool:
    """Whether every employment is over for good. Nobody has left of whom payroll has told nothing."""
    jobs = facts.employments_of(conn, person_id)
    return bool(jobs) and all(_over(one, today) for one in jobs)


def _over(one: Employment, today: date) -> bool:
    return one.ends is not None and one.ends + GRACE <= today
