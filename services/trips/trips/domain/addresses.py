"""Where an employee lived and worked on a date: addresses with periods, so that a trip of the past keeps its past.

Deduction and the 60-day account rest on the addresses of the driving date (LL § 9 B; PAV 21.2.11), never on today's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chassis.errors import Rejected


class Kind(StrEnum):
    """What an address is to the employee. An alternative goes before the other while it holds."""

    HOME = "home"
    ALTERNATIVE_HOME = "alternative_home"
    WORK = "work"
    ALTERNATIVE_WORK = "alternative_work"


@dataclass(frozen=True, slots=True)
class DatedAddress:
    """An address from ``starts`` until ``ends``, the first day after it (None: open). A workplace belongs to an
    employment, a home to none.
    """

    id: str
    kind: Kind
    address: str
    starts: date
    ends: date | None
    employment_id: str | None = None

    def holds_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    def overlaps(self, other: DatedAddress) -> bool:
        """Whether some day is in both periods."""
        return (other.ends is None or self.starts < other.ends) and (self.ends is None or other.starts < self.ends)

    def same_line(self, other: DatedAddress) -> bool:
        """Whether both stand in one history: the same kind, of the same employment."""
        return (self.kind, self.employment_id) == (other.kind, other.employment_id)


@dataclass(frozen=True, slots=True)
class HomeAndWorkplace:
    home: DatedAddress
    work: DatedAddress


def on_date(
    addresses: Sequence[DatedAddress], day: date, employment_id: str, chosen_work: str | None = None
) -> HomeAndWorkplace:
    """The home and the employment's workplace on ``day``; ``chosen_work`` is the id of one of the workplaces.

    ``Rejected`` with ``home_unknown`` or ``work_unknown`` when nothing holds on the day, and with ``work_not_allowed``
    when the one chosen is not among those that hold.
    """
    holding = [one for one in addresses if one.holds_on(day)]
    homes = _first_the_alternative(holding, (Kind.ALTERNATIVE_HOME, Kind.HOME))
    own = [one for one in holding if one.employment_id == employment_id]
    works = _first_the_alternative(own, (Kind.ALTERNATIVE_WORK, Kind.WORK))
    if not homes:
        raise Rejected("home_unknown", "no home address holds on that day")
    if not works:
        raise Rejected("work_unknown", "no workplace address holds on that day")
    return HomeAndWorkplace(homes[0], works[0] if chosen_work is None else _chosen(works, chosen_work))


def add(addresses: Sequence[DatedAddress], new: DatedAddress) -> tuple[DatedAddress, ...]:
    """The history with ``new`` at its end. ``Rejected("empty_period")``; ``Rejected("overlap")`` names in
    ``conflicts_with`` the addresses of the same kind and employment that hold on some of its days.
    """
    if new.ends is not None and new.ends <= new.starts:
        raise Rejected("empty_period", "an address ends after it begins")
    conflicts = [one.id for one in addresses if one.same_line(new) and one.overlaps(new)]
    if conflicts:
        raise Rejected("overlap", "another address holds on some of these days", conflicts_with=conflicts)
    return (*addresses, new)


def change(addresses: Sequence[DatedAddress], new: DatedAddress) -> tuple[DatedAddress, ...]:
    """A new open address from its first day on: the open period of its kind and employment ends there. The same history
    when that period has the same address already.

    ``Rejected("empty_period")`` when nothing would be left of the open period; else as in `add`.
    """
    current = next((one for one in addresses if one.same_line(new) and one.ends is None), None)
    if current is None:
        return add(addresses, new)
    if current.address == new.address:
        return tuple(addresses)
    ended = replace(current, ends=new.starts)
    others = [one for one in addresses if one is not current]
    add(others, ended)
    return add([ended if one is current else one for one in addresses], new)


def _first_the_alternative(holding: Sequence[DatedAddress], kinds: Sequence[Kind]) -> list[DatedAddress]:
    return [one for kind in kinds for one in holding if one.kind is kind]


def _chosen(works: Sequence[DatedAddress], chosen: str) -> DatedAddress:
    for one in works:
        if one.id == chosen:
            return one
    raise Rejected("work_not_allowed", "the workplace chosen is not one of the employment's on that day")
