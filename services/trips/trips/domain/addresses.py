"""Where an employee lived and worked on a date: addresses with periods, so that a trip of the past keeps its past.

Deduction and the 60-day account rest on the addresses of the driving date (LL § 9 B; PAV 21.2.11), never on today's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.errors import Rejected
from trips.domain.dated import add, change, holds_on

__all__ = ["DatedAddress", "HomeAndWorkplace", "Kind", "add", "change", "home_on", "on_date", "works_on"]


class Kind(StrEnum):
    """What an address is to the employee. An alternative goes before the other while it holds."""

    HOME = "home"
    ALTERNATIVE_HOME = "alternative_home"
    WORK = "work"
    ALTERNATIVE_WORK = "alternative_work"


@dataclass(frozen=True, slots=True)
class DatedAddress[A]:
    """An address from ``starts`` until ``ends``, the first day after it (None: open). A workplace belongs to an
    employment, a home to none. ``protected``: a home that nobody else may be shown.
    """

    id: str
    kind: Kind
    address: A
    starts: date
    ends: date | None
    employment_id: str | None = None
    protected: bool = False

    @property
    def line(self) -> tuple[Kind, str | None]:
        """The history it stands in: the addresses of the same kind, of the same employment."""
        return self.kind, self.employment_id

    @property
    def value(self) -> A:
        return self.address


@dataclass(frozen=True, slots=True)
class HomeAndWorkplace[A]:
    home: DatedAddress[A]
    work: DatedAddress[A]


def on_date[A](
    addresses: Sequence[DatedAddress[A]], day: date, employment_id: str, chosen_work: str | None = None
) -> HomeAndWorkplace[A]:
    """The home and the employment's workplace on ``day``; ``chosen_work`` is the id of one of the workplaces.

    ``Rejected`` with ``home_unknown`` or ``work_unknown`` when nothing holds on the day, and with ``work_not_allowed``
    when the one chosen is not among those that hold.
    """
    home = home_on(addresses, day)
    works = works_on(addresses, day, employment_id)
    if home is None:
        raise Rejected("home_unknown", "no home address holds on that day")
    if not works:
        raise Rejected("work_unknown", "no workplace address holds on that day")
    return HomeAndWorkplace(home, works[0] if chosen_work is None else _chosen(works, chosen_work))


def home_on[A](addresses: Sequence[DatedAddress[A]], day: date) -> DatedAddress[A] | None:
    """Where the employee lives on ``day``, the alternative home first; None when nothing holds."""
    holding = [one for one in addresses if holds_on(one, day)]
    return next(iter(_first_the_alternative(holding, (Kind.ALTERNATIVE_HOME, Kind.HOME))), None)


def works_on[A](addresses: Sequence[DatedAddress[A]], day: date, employment_id: str) -> list[DatedAddress[A]]:
    """The workplaces of the employment that hold on ``day``, the alternative first."""
    own = [one for one in addresses if one.employment_id == employment_id and holds_on(one, day)]
    return _first_the_alternative(own, (Kind.ALTERNATIVE_WORK, Kind.WORK))


def _first_the_alternative[A](holding: Sequence[DatedAddress[A]], kinds: Sequence[Kind]) -> list[DatedAddress[A]]:
    return [one for kind in kinds for one in holding if one.kind is kind]


def _chosen[A](works: Sequence[DatedAddress[A]], chosen: str) -> DatedAddress[A]:
    for one in works:
        if one.id == chosen:
            return one
    raise Rejected("work_not_allowed", "the workplace chosen is not one of the employment's on that day")
