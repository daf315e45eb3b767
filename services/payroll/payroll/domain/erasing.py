"""When a person may be forgotten: the law's time for keeping what was paid comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from chassis.errors import Conflict

LISTENERS: Final = ("trips", "approval", "routing")
"""The services that hold something about people beside payroll; each confirms."""


class NotYet(Conflict):
    """The person cannot be erased now; the message says why."""


@dataclass(frozen=True)
class Standing:
    """What decides whether a person may be erased."""

    employed: bool
    unsettled_trips: int
    last_settled: date | None


def kept_until(last_settled: date, retention_years: int) -> date:
    """The first day on which what was settled on a day need not be kept: so many years after the end of the accounting
    year, which is the calendar year (regnskabsbekendtgørelsen § 44; municipalities by their own rules, usually alike).
    """
    return date(last_settled.year + 1 + retention_years, 1, 1)


def check(standing: Standing, today: date, retention_years: int) -> None:
    """:raises NotYet: with the code still_employed, unsettled_trips or retention."""
    if standing.employed:
        raise NotYet("still_employed", "The person has an employment that is open or ends later.")
    if standing.unsettled_trips:
        raise NotYet("unsettled_trips", f"{standing.unsettled_trips} approved trips are not settled yet.")
    if standing.last_settled is not None:
        until = kept_until(standing.last_settled, retention_years)
        if today < until:
            raise NotYet("retention", f"Vouchers of {standing.last_settled.year} are kept until {until}.")
