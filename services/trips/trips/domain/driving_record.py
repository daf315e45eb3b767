"""A person's driving record: the days driven from or to home, where they worked, and what they registered besides.

It is what the 60-day rule counts, and its version is the lock under which a person's driving days are reckoned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from trips.domain.sixty_day import FREE_DAYS, CountedDay, Day, sixty_day_account

TRIP, REGISTERED, SPENT, STRUCK = "trip", "registered", "spent", "struck"
WARN_AT: Final = (45, 55, 60)
"""The driver is warned on reaching these numbers of the count."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A workplace with a leg from or to home, as the person sees it."""

    workplace: str
    text: str


@dataclass(frozen=True, slots=True)
class DriveRecorded:
    """A measured trip counts on its day."""

    person_id: str
    trip_id: str
    day: date
    home_legs: tuple[Leg, ...]
    worked_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriveStruck:
    """A trip no longer counts: it was withdrawn, rejected or reported anew."""

    person_id: str
    trip_id: str
    day: date


@dataclass(frozen=True, slots=True)
class DayRegistered:
    """A day with a leg between home and a workplace for which no allowance is claimed. It counts there, and is no
    workday elsewhere for any other count: nobody has looked at it, so it may use days up and never give any back.
    """

    person_id: str
    day: date
    leg: Leg


@dataclass(frozen=True, slots=True)
class DayUnregistered:
    """A registered day was taken back."""

    person_id: str
    day: date
    workplace: str


@dataclass(frozen=True, slots=True)
class WorkplaceSpent:
    """The 60 days to a workplace are used up on ``since``, as somebody knows; None: they are counted after all."""

    person_id: str
    leg: Leg
    since: date | None


type RecordEvent = DriveRecorded | DriveStruck | DayRegistered | DayUnregistered | WorkplaceSpent


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the record under one id; ``kind`` is trip, registered, spent or struck."""

    entry_id: str
    kind: str
    day: date
    home_legs: tuple[Leg, ...] = ()
    worked_at: tuple[str, ...] = ()


Counted = Mapping[tuple[date, str], CountedDay]
"""Every day with a home leg, by date and workplace."""


@dataclass(frozen=True, slots=True)
class Record:
    """The entries of a person that matter from some date on, by id, and the version of the whole record."""

    version: int
    entries: Mapping[str, Entry]

    def having(self, *entries: Entry) -> Record:
        """The record with these entries in the place of those with their ids."""
        return replace(self, entries={**self.entries, **{one.entry_id: one for one in entries}})

    def trips_on(self, day: date) -> list[str]:
        """The trips that count on ``day``."""
        return [one.entry_id for one in self.entries.values() if one.kind == TRIP and one.day == day]

    @property
    def may_be_private(self) -> bool:
        """Whether any day can be beyond the limit at all; quick to see, and so for few people."""
        legs = Counter(leg.workplace for one in self.entries.values() for leg in one.home_legs)
        spent = any(one.kind == SPENT for one in self.entries.values())
        return spent or any(days > FREE_DAYS for days in legs.values())

    def counted(self) -> Counted:
        """The number of every day with a home leg."""
        counting = [one for one in self.entries.values() if one.kind in (TRIP, REGISTERED)]
        days = [Day(one.day, _workplaces(one), frozenset(one.worked_at)) for one in counting]
        marks = [one for one in self.entries.values() if one.kind == SPENT]
        spent = {leg.workplace: mark.day for mark in marks for leg in mark.home_legs}
        return {(one.on, one.workplace): one for one in sixty_day_account(days, spent)}


def stream_of(person_id: str) -> str:
    """The stream that holds the person's driving record."""
    return f"driving-record-{person_id}"


def entry_of(event: RecordEvent) -> Entry:
    """What ``event`` puts into the record; it takes the place of what had the same id."""
    match event:
        case DriveRecorded():
            return Entry(event.trip_id, TRIP, event.day, event.home_legs, event.worked_at)
        case DriveStruck():
            return Entry(event.trip_id, STRUCK, event.day)
        case DayRegistered():
            own = registered_id(event.day, event.leg.workplace)
            return Entry(own, REGISTERED, event.day, (event.leg,))
        case DayUnregistered():
            return Entry(registered_id(event.day, event.workplace), STRUCK, event.day)
        case WorkplaceSpent(since=since):
            own = f"spent {event.leg.workplace}"
            return Entry(own, STRUCK, date.min) if since is None else Entry(own, SPENT, since, (event.leg,))


def registered_id(day: date, workplace: str) -> str:
    """Under what a registered day stands: registering it twice is once."""
    return f"day {day.isoformat()} {workplace}"


def changed_days(old: Counted, new: Counted) -> set[date]:
    """The days on which a workplace is tax-free in one of them and not in the other."""
    return {key[0] for key in old.keys() & new.keys() if old[key].tax_free != new[key].tax_free}


def _workplaces(entry: Entry) -> frozenset[str]:
    return frozenset(leg.workplace for leg in entry.home_legs)
