"""A person's 60-day account as it is shown: every workplace with its count today, and every day with why it counts; the
workplaces that are the person's own; and the number that a trip's day has now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from chassis.erasing import vault_of
from trips import records
from trips.commutes import WayToWork
from trips.domain.driving_record import REGISTERED, SPENT, TRIP, WARN_AT, Counted, Entry, Leg, Record
from trips.domain.events import SixtyDay
from trips.domain.sixty_day import FREE_DAYS, CountedDay, window_start
from trips.domain.trip import OPEN, Trip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trips.bootstrap import TripsApp

YEARS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day that counts; ``trips`` and ``registered`` say why."""

    counted: CountedDay
    trips: tuple[str, ...]
    registered: bool


@dataclass(frozen=True, slots=True)
class WorkplaceAccount:
    """One workplace: ``used`` are the days in the 12 months up to today, ``warning`` the highest of the marks that they
    have reached (45, 55, 60), ``days`` all that count, the newest first, ``spent_from`` since when somebody has said
    that they are used up.
    """

    workplace: str
    text: str
    used: int
    warning: int | None
    spent_from: date | None
    days: tuple[ShownDay, ...]

    @property
    def left(self) -> int:
        """How many tax-free days there are today."""
        return max(0, FREE_DAYS - self.used)


@dataclass(frozen=True, slots=True)
class OwnWorkplace:
    """Where an employment of the person is worked at; ``unit`` is its name."""

    leg: Leg
    unit: str


def own_workplaces(app: TripsApp, person_id: str, ways: Sequence[WayToWork]) -> list[OwnWorkplace]:
    """The workplaces of these ways that routing has found, each once, under what stands for them in the account."""
    vault = vault_of(app.store)
    found: dict[str, OwnWorkplace] = {}
    for way in ways:
        if way.work is not None:
            key = vault.pseudonym(person_id, way.work.address_id)
            found.setdefault(key, OwnWorkplace(Leg(key, way.work.text), way.unit))
    return list(found.values())


def numbered_now(conn: Connection, trip: Trip) -> Trip:
    """An open trip with the number that its day has in the count now. It was numbered when it was sent, and a day
    before it may have been reported since; a settled one keeps the number it was paid with.
    """
    sent = trip.submitted
    if sent is None or trip.status not in OPEN or not sent.quote.sixty_day:
        return trip
    day = sent.report.driving_date
    counted = records.load(conn, sent.person_id, day).counted()
    numbered = tuple(_numbered(one, counted.get((day, one.workplace))) for one in sent.quote.sixty_day)
    return replace(trip, submitted=replace(sent, quote=replace(sent.quote, sixty_day=numbered)))


def _numbered(one: SixtyDay, counted: CountedDay | None) -> SixtyDay:
    if counted is None:
        return one
    return replace(one, day_number=counted.day_number, window_from=counted.window_from)


def account_of(conn: Connection, person_id: str, today: date) -> list[WorkplaceAccount]:
    """The person's account of the last two years, the most used workplace first."""
    record = records.load(conn, person_id, today - timedelta(days=365 * (YEARS_SHOWN - 1)))
    counted = record.counted()
    texts = {leg.workplace: leg.text for entry in record.entries.values() for leg in entry.home_legs}
    found = [_account(record, counted, workplace, texts[workplace], today) for workplace in texts]
    return sorted(found, key=lambda one: (-one.used, one.text))


def _account(record: Record, counted: Counted, workplace: str, text: str, today: date) -> WorkplaceAccount:
    days = sorted((one for (_, where), one in counted.items() if where == workplace), key=lambda one: one.on)
    mark = record.entries.get(f"spent {workplace}")
    spent_from = mark.day if mark is not None and mark.kind == SPENT else None
    used = _used(days, today)
    if spent_from is not None and spent_from <= today:
        used = max(used, FREE_DAYS)
    warning = max((limit for limit in WARN_AT if used >= limit), default=None)
    shown = tuple(_shown(record, one) for one in reversed(days))
    return WorkplaceAccount(workplace, text, used, warning, spent_from, shown)


def _used(days: list[CountedDay], today: date) -> int:
    """The number of the newest day, less those that have left the window since."""
    if not days or days[-1].on < window_start(today):
        return 0
    newest = days[-1]
    gone = [one for one in days if newest.window_from <= one.on < window_start(today)]
    return max(0, newest.day_number - len(gone))


def _shown(record: Record, counted: CountedDay) -> ShownDay:
    on_it = [one for one in record.entries.values() if _is_of(one, counted)]
    trips = tuple(sorted(one.entry_id for one in on_it if one.kind == TRIP))
    return ShownDay(counted, trips, any(one.kind == REGISTERED for one in on_it))


def _is_of(entry: Entry, counted: CountedDay) -> bool:
    return entry.day == counted.on and any(leg.workplace == counted.workplace for leg in entry.home_legs)
