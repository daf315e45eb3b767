"""What a driver has set beside what payroll knows: where else they live or work, and distances they know better.

Everything holds from a date: a trip of the past keeps its past (LL § 9 B; PAV 21.2.11). Of each kind, and for each
employment, one holds on a day; an alternative address goes before payroll's while it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chassis.errors import Conflict, NotFound, Rejected
from trips.domain import dated
from trips.domain.addresses import DatedAddress, Kind
from trips.domain.events import Asked
from trips.domain.profile.events import DriverEvent, ProfileEntryAdded, ProfileEntryEnded, ProfileEntryRemoved

LONGEST_M = 1_000_000
"""A typed distance is at most 1,000 km, longer than any road in the country."""


class EntryKind(StrEnum):
    """What an entry says. Home-work distance and alternative work belong to an employment, the others to none."""

    ALTERNATIVE_HOME = "alternative_home"
    ALTERNATIVE_WORK = "alternative_work"
    HOME_WORK_DISTANCE = "home_work_distance"
    BORDER_DISTANCE = "border_distance"


OF_EMPLOYMENT = frozenset({EntryKind.ALTERNATIVE_WORK, EntryKind.HOME_WORK_DISTANCE})
DISTANCES = frozenset({EntryKind.HOME_WORK_DISTANCE, EntryKind.BORDER_DISTANCE})


@dataclass(frozen=True, slots=True)
class Entry:
    """An address or a distance from ``starts`` until ``ends``, the first day after it (None: open)."""

    id: str
    kind: EntryKind
    employment_id: str | None
    address: Asked | None
    metres: int | None
    starts: date
    ends: date | None

    @property
    def line(self) -> tuple[EntryKind, str | None]:
        return self.kind, self.employment_id

    @property
    def value(self) -> tuple[Asked | None, int | None]:
        return self.address, self.metres


@dataclass(frozen=True, slots=True)
class Driver:
    """All entries of one person in the order in which they were made, and the ids of those that were removed."""

    entries: tuple[Entry, ...] = ()
    removed: frozenset[str] = frozenset()

    def on(self, kind: EntryKind, day: date, employment_id: str | None = None) -> Entry | None:
        """The entry of that kind that holds on ``day``."""
        line = (kind, employment_id)
        return next((one for one in self.entries if one.line == line and dated.holds_on(one, day)), None)

    def metres_on(self, kind: EntryKind, day: date, employment_id: str | None = None) -> int | None:
        """The distance of that kind that holds on ``day``."""
        found = self.on(kind, day, employment_id)
        return None if found is None else found.metres

    @property
    def addresses(self) -> list[DatedAddress[Asked]]:
        """The alternative addresses as the history of addresses takes them."""
        return [
            DatedAddress(one.id, Kind(one.kind.value), one.address, one.starts, one.ends, one.employment_id)
            for one in self.entries
            if one.address is not None
        ]


NEW_DRIVER = Driver()


def stream_of(person_id: str) -> str:
    """The stream that holds the person's entries."""
    return f"driver-{person_id}"


def evolve(driver: Driver, event: DriverEvent) -> Driver:
    """The entries after ``event``."""
    match event:
        case ProfileEntryAdded():
            return replace(driver, entries=(*driver.entries, entry_of(event)))
        case ProfileEntryEnded():
            ended = (replace(one, ends=event.ends) if one.id == event.entry_id else one for one in driver.entries)
            return replace(driver, entries=tuple(ended))
        case ProfileEntryRemoved():
            left = tuple(one for one in driver.entries if one.id != event.entry_id)
            return Driver(left, driver.removed | {event.entry_id})


def entry_of(event: ProfileEntryAdded) -> Entry:
    """The entry as it was added."""
    kind = EntryKind(event.kind)
    return Entry(event.entry_id, kind, event.employment_id, event.address, event.metres, event.starts, event.ends)


def add_entry(driver: Driver, person_id: str, new: Entry) -> list[DriverEvent]:
    """Add an entry under an id the client made. An open one ends the open one of its line, one that begins on the same
    day as another of its line stands in its place; the same again is nothing.

    ``Rejected`` with ``empty_period``, ``overlap``, ``employment_missing``, ``address_missing`` or ``bad_distance``;
    ``Conflict("entry_id_taken")`` for an id that stands for something else.
    """
    _check(new)
    known = next((one for one in driver.entries if one.id == new.id), None)
    if known is not None and replace(known, ends=new.ends) == new:
        return []
    if known is not None or new.id in driver.removed:
        raise Conflict("entry_id_taken", "this id is already used for another entry")
    kept = [one for one in driver.entries if (one.line, one.starts) != (new.line, new.starts)]
    after = (dated.change if new.ends is None else dated.add)(kept, new)
    return _between(driver.entries, after, person_id)


def end_entry(driver: Driver, person_id: str, entry_id: str, ends: date) -> list[DriverEvent]:
    """The entry no longer holds on ``ends``. ``NotFound``; ``Rejected`` as for a new one with that period."""
    found = _own(driver, entry_id)
    if found.ends == ends:
        return []
    others = [one for one in driver.entries if one is not found]
    dated.add(others, replace(found, ends=ends))
    return [ProfileEntryEnded(person_id, entry_id, ends)]


def remove_entry(driver: Driver, person_id: str, entry_id: str) -> list[DriverEvent]:
    """The entry was a mistake. Removed already: nothing happens. ``NotFound`` for one that never was."""
    if entry_id in driver.removed:
        return []
    _own(driver, entry_id)
    return [ProfileEntryRemoved(person_id, entry_id)]


def _own(driver: Driver, entry_id: str) -> Entry:
    for one in driver.entries:
        if one.id == entry_id:
            return one
    raise NotFound("not_found", "the person has no such entry")


def _check(new: Entry) -> None:
    if (new.kind in OF_EMPLOYMENT) != (new.employment_id is not None):
        raise Rejected("employment_missing", "the entry belongs to an employment, or must not name one")
    if (new.kind in DISTANCES) != (new.metres is not None) or (new.kind in DISTANCES) == (new.address is not None):
        raise Rejected("address_missing", "an address entry has an address, a distance entry metres")
    if new.metres is not None and not 0 <= new.metres <= LONGEST_M:
        raise Rejected("bad_distance", "a distance is between 0 and 1,000 km")


def _between(before: Sequence[Entry], after: Sequence[Entry], person_id: str) -> list[DriverEvent]:
    """The events that lead from one list of entries to the other."""
    known = {one.id: one for one in before}
    left = {one.id for one in after}
    gone: list[DriverEvent] = [ProfileEntryRemoved(person_id, one.id) for one in before if one.id not in left]
    ended: list[DriverEvent] = [
        ProfileEntryEnded(person_id, one.id, one.ends)
        for one in after
        if one.id in known and one.ends is not None and one != known[one.id]
    ]
    return gone + ended + [_added(one, person_id) for one in after if one.id not in known]


def _added(one: Entry, person_id: str) -> ProfileEntryAdded:
    return ProfileEntryAdded(
        person_id, one.id, one.kind.value, one.employment_id, one.address, one.metres, one.starts, one.ends
    )
