"""The 60-day account: driving between home and a workplace is business for 60 days within 12 months.

Ligningsloven § 9 B, as the tax authorities read it (Ligningsvejledningen A.B.1.7.2.1; skat.dk, the 60-day rule): one
count for each workplace of one employee at one employer. Legs between workplaces are always business, and not counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

FREE_DAYS = 60
"""Day 61 is private."""
DAYS_ELSEWHERE = 60
"""So many workdays in a row at other workplaces begin a new count."""


@dataclass(frozen=True, slots=True)
class Day:
    """What counts of one day. ``home_legs`` are the workplaces driven to from home or home from, by any means, claimed
    or not; ``worked_at`` the workplaces worked at, which contain them unless the day was only registered. Both are
    empty on sick days, holidays and days worked at home: those neither count nor break anything.
    """

    on: date
    home_legs: frozenset[str] = frozenset()
    worked_at: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day with a home leg to ``workplace``: its number among those from ``window_from`` on."""

    on: date
    workplace: str
    day_number: int
    window_from: date

    @property
    def tax_free(self) -> bool:
        """Up to and including day 60."""
        return self.day_number <= FREE_DAYS


@dataclass(slots=True)
class _Count:
    """One workplace while the days are walked: the days counted, and the workdays elsewhere since the last of them.
    ``spent_from``: the 60 days are used up by then, as somebody has said.
    """

    days: deque[date] = field(default_factory=deque)
    elsewhere: int = 0
    spent_from: date | None = None
    spent: bool = False


NONE_SPENT: Mapping[str, date] = {}


def sixty_day_account(days: Iterable[Day], spent: Mapping[str, date] = NONE_SPENT) -> tuple[CountedDay, ...]:
    """Every day with a home leg, by date and then workplace, with its number in the count.

    The days may come in any order, and several for one date are one day. A day's number is one more than the days
    counted in the 12 months before it, private ones too; it is 1 again after 60 workdays in a row elsewhere. At a
    workplace that is ``spent`` from a date on, the 60 days count as used by then, until such a row ends that too.
    """
    counts = {workplace: _Count(spent_from=since) for workplace, since in spent.items()}
    return tuple(counted for day in _by_date(days) for counted in _walk(day, counts))


def window_start(day: date) -> date:
    """The first of the 12 months before ``day``: its date the year before, and 28 February for 29 February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _by_date(days: Iterable[Day]) -> Iterator[Day]:
    merged: dict[date, Day] = {}
    for day in days:
        other = merged.get(day.on, day)
        merged[day.on] = Day(day.on, day.home_legs | other.home_legs, day.worked_at | other.worked_at)
    return iter(sorted(merged.values(), key=lambda day: day.on))


def _walk(day: Day, counts: dict[str, _Count]) -> Iterator[CountedDay]:
    for count in counts.values():
        if count.spent_from is not None and count.spent_from <= day.on:
            count.spent_from, count.spent, count.elsewhere, count.days = None, True, 0, deque()
    for workplace in sorted(day.home_legs):
        yield _counted(day.on, workplace, counts.setdefault(workplace, _Count()))
    for workplace, count in counts.items():
        if workplace not in day.home_legs and day.worked_at - {workplace}:
            count.elsewhere += 1


def _counted(day: date, workplace: str, count: _Count) -> CountedDay:
    start = window_start(day)
    if count.elsewhere >= DAYS_ELSEWHERE:
        count.days.clear()
        count.spent = False
    while count.days and count.days[0] < start:
        count.days.popleft()
    count.days.append(day)
    count.elsewhere = 0
    return CountedDay(day, workplace, len(count.days) + (FREE_DAYS if count.spent else 0), start)
