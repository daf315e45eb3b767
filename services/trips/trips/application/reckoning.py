"""The driving day in the store: one trip changes, and with it, in the same transaction, whatever depends on it.

Two things do: the figures of the day's other open trips, and the 60-day count of the days after it. The person's
driving record is the lock: everything that changes a day appends to it, at the version at which it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.store import UnitOfWork
from trips import records
from trips.application.protecting import without_home
from trips.application.rules import Rules
from trips.domain import trip as trips
from trips.domain.driving_day import Counts, DayTrip, otherwise_counted, reckon_day
from trips.domain.driving_record import (
    Counted,
    DriveRecorded,
    DriveStruck,
    Leg,
    Record,
    RecordEvent,
    changed_days,
    entry_of,
)
from trips.domain.events import COUNT_CHANGED, DAY_CHANGED, Quote, Report, TripSubmitted


@dataclass(frozen=True, slots=True)
class Entering:
    """A measured trip that is to count on its day; ``since`` is when it was first reported, its place in the day."""

    trip_id: str
    person_id: str
    report: Report
    drawn: Quote
    since: datetime

    @property
    def recorded(self) -> DriveRecorded:
        """What of it stands in the driving record."""
        return recorded(self.trip_id, self.person_id, self.report, self.drawn)


def foresee(uow: UnitOfWork, rules: Rules, entering: Entering) -> Quote:
    """What the trip comes to among the others of its day; nothing is stored."""
    day = entering.report.driving_date
    after = records.current(uow, entering.person_id, day).having(entry_of(entering.recorded))
    return _reckoned(uow, rules, after, after.counted(), day, entering)[entering.trip_id].quote


def enter(uow: UnitOfWork, rules: Rules, entering: Entering) -> Quote:
    """What the trip comes to, by the very function of :func:`foresee`; it counts from now on, and what that changes of
    other trips is appended. Its own submission is left to the caller.
    """
    day = entering.report.driving_date
    before = records.current(uow, entering.person_id, day)
    after = before.having(entry_of(entering.recorded))
    quote = _reckoned_days(uow, rules, before, after, day, entering)
    records.write(uow, entering.person_id, before, [entering.recorded])
    if quote is None:
        message = "a trip that enters a day is reckoned in it"
        raise AssertionError(message)
    return quote


def leave(uow: UnitOfWork, rules: Rules, trip_id: str, person_id: str, day: date) -> None:
    """The trip no longer counts on ``day``; nothing when it did not."""
    before = records.current(uow, person_id, day)
    if trip_id in before.trips_on(day):
        change(uow, rules, person_id, before, day, [DriveStruck(person_id, trip_id, day)])


def stand(uow: UnitOfWork, rules: Rules, settled: trips.Trip, former: TripSubmitted | None) -> None:
    """A settled trip counts as it was paid, whatever was made of it (``former``) while the payment was on its way."""
    sent = settled.submitted
    if sent is None:
        return
    day = sent.report.driving_date
    if former is not None and former.report.driving_date != day:
        leave(uow, rules, sent.trip_id, sent.person_id, former.report.driving_date)
    before = records.current(uow, sent.person_id, day)
    change(uow, rules, sent.person_id, before, day, [recorded(sent.trip_id, sent.person_id, sent.report, sent.quote)])


def change(
    uow: UnitOfWork, rules: Rules, person_id: str, before: Record, day: date, events: Sequence[RecordEvent]
) -> None:
    """The record changes on ``day`` by ``events``; the trips of every day that depends on it are reckoned anew."""
    after = before.having(*[entry_of(event) for event in events])
    _reckoned_days(uow, rules, before, after, day, None)
    records.write(uow, person_id, before, events)


def recorded(trip_id: str, person_id: str, report: Report, quote: Quote) -> DriveRecorded:
    """What of a measured trip stands in the driving record."""
    if quote.basis is None:
        return DriveRecorded(person_id, trip_id, report.driving_date, (), ())
    legs, points = quote.basis.home_legs, quote.points
    beside = [*points[1:2], *points[-2:-1]] if quote.starts_at_home else [*points[-2:-1]]
    texts = {leg.workplace: point.text for leg, point in zip(legs, beside, strict=False)}
    shown = tuple(Leg(workplace, text) for workplace, text in texts.items())
    return DriveRecorded(person_id, trip_id, report.driving_date, shown, quote.basis.worked_at)


@dataclass(frozen=True, slots=True)
class _Member:
    """A trip of a day as its stream has it, or one that enters (version -1: its stream is the caller's)."""

    trip: DayTrip
    since: datetime
    state: trips.Trip = trips.NO_TRIP
    version: int = -1


@dataclass(frozen=True, slots=True)
class _Reckoned:
    member: _Member
    quote: Quote
    counts: Counts


def _reckoned_days(
    uow: UnitOfWork, rules: Rules, before: Record, after: Record, day: date, entering: Entering | None
) -> Quote | None:
    """Reckon ``day``, and the days whose count crosses the limit; append what changed. Gives what enters its quote."""
    quote = None
    counted = after.counted()
    later = any(entry.day > day for entry in after.entries.values())
    may_cross = later and (before.may_be_private or after.may_be_private)
    for one in sorted({day, *(changed_days(before.counted(), counted) if may_cross else ())}):
        found = _reckoned(uow, rules, after, counted, one, entering if one == day else None)
        cause = DAY_CHANGED if one == day else COUNT_CHANGED
        for trip_id, reckoned in found.items():
            if entering is not None and trip_id == entering.trip_id:
                quote = reckoned.quote
            else:
                _revise(uow, reckoned, cause)
    return quote


def _reckoned(
    uow: UnitOfWork, rules: Rules, record: Record, counted: Counted, day: date, entering: Entering | None
) -> dict[str, _Reckoned]:
    """Every trip of ``day`` with the figures it has now; a settled one with those it keeps."""
    own = None if entering is None else entering.trip_id
    members = _members(uow, [trip_id for trip_id in record.trips_on(day) if trip_id != own])
    if entering is not None:
        drawn = DayTrip(entering.trip_id, entering.report, entering.drawn, uow.now)
        members.append(_Member(drawn, entering.since))
    members.sort(key=lambda one: (one.since, one.trip.trip_id))
    counts = {workplace: one for (on, workplace), one in counted.items() if on == day}
    quotes = reckon_day([one.trip for one in members], rules.policies, counts)
    return {one.trip.trip_id: _Reckoned(one, quotes.get(one.trip.trip_id, one.trip.quote), counts) for one in members}


def _members(uow: UnitOfWork, trip_ids: Iterable[str]) -> list[_Member]:
    streams: Mapping[str, str] = {trip_id: trips.stream_of(trip_id) for trip_id in trip_ids}
    if streams:
        uow.prefetch(list(streams.values()))
    found = []
    for trip_id, stream in streams.items():
        loaded = uow.load(stream, trips.evolve, trips.NO_TRIP)
        sent = loaded.state.submitted
        if sent is not None:
            settled = loaded.state.status is trips.Status.SETTLED
            drive = DayTrip(trip_id, sent.report, sent.quote, sent.submitted_at, settled)
            found.append(_Member(drive, loaded.state.since or sent.submitted_at, loaded.state, loaded.version))
    return found


def _revise(uow: UnitOfWork, reckoned: _Reckoned, cause: str) -> None:
    member = reckoned.member
    anew = trips.reckoned_anew(member.state, reckoned.quote, uow.now, cause)
    events: list[object] = [without_home(uow, sent) for sent in anew]
    if otherwise_counted(reckoned.member.trip.quote, reckoned.counts):
        events += trips.question(member.state, COUNT_CHANGED, uow.now)
    uow.append(trips.stream_of(member.trip.trip_id), member.version, events)
