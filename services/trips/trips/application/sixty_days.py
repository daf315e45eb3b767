"""What people say of the 60-day count besides their trips: days without a claim, workplaces whose days are used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.clock import local_date
from chassis.errors import NotFound, Rejected
from chassis.store import UnitOfWork
from trips import records
from trips.application.reckoning import change
from trips.application.rules import Rules
from trips.domain.driving_record import (
    REGISTERED,
    SPENT,
    DayRegistered,
    DayUnregistered,
    Leg,
    Record,
    WorkplaceSpent,
    registered_id,
)


def known_leg(record: Record, own: Sequence[Leg], workplace: str) -> Leg:
    """A workplace the person has driven to, or one of their ``own``. ``NotFound("unknown_workplace")`` for others."""
    legs = (leg for entry in record.entries.values() for leg in entry.home_legs)
    for leg in (*legs, *own):
        if leg.workplace == workplace:
            return leg
    raise NotFound("unknown_workplace", "there is no such workplace in the account")


def register(uow: UnitOfWork, rules: Rules, person_id: str, day: date, leg: Leg) -> None:
    """A day with a leg between home and the workplace counts though nothing is claimed; once.

    ``Rejected("day_in_future")`` for a day that has not come.
    """
    if day > local_date(uow.now):
        raise Rejected("day_in_future", "the day has not come yet", errors={"day": ["day_in_future"]})
    before = records.current(uow, person_id, day)
    known = before.entries.get(registered_id(day, leg.workplace))
    if known is None or known.kind != REGISTERED:
        change(uow, rules, person_id, before, day, [DayRegistered(person_id, day, leg)])


def unregister(uow: UnitOfWork, rules: Rules, person_id: str, day: date, workplace: str) -> None:
    """A registered day counts no longer; nothing when it did not."""
    before = records.current(uow, person_id, day)
    known = before.entries.get(registered_id(day, workplace))
    if known is not None and known.kind == REGISTERED:
        change(uow, rules, person_id, before, day, [DayUnregistered(person_id, day, workplace)])


def mark_spent(uow: UnitOfWork, rules: Rules, person_id: str, leg: Leg, since: date | None, *, by_admin: bool) -> None:
    """The 60 days to the workplace are used up from ``since`` on; None: they are counted after all.

    Anybody but an administrator may only set a mark where none stands. A mark that moved, earlier too, could end the
    limit it sets: 60 workdays elsewhere after the new date begin a new count. ``Rejected("only_an_admin")`` for that,
    ``Rejected("day_in_future")`` for a mark of theirs on a day that has not come.
    """
    before = records.current(uow, person_id, since or local_date(uow.now))
    known = before.entries.get(f"spent {leg.workplace}")
    standing = known.day if known is not None and known.kind == SPENT else None
    if standing != since:
        if not by_admin:
            _refuse(standing, since, local_date(uow.now))
        earlier = min(since or standing or date.max, standing or date.max)
        before = records.current(uow, person_id, earlier)
        change(uow, rules, person_id, before, earlier, [WorkplaceSpent(person_id, leg, since)])


def _refuse(standing: date | None, since: date | None, today: date) -> None:
    if standing is not None or since is None:
        raise Rejected("only_an_admin", "an administrator must change or lift the mark that stands")
    if since > today:
        raise Rejected("day_in_future", "the day has not come yet", errors={"day": ["day_in_future"]})
