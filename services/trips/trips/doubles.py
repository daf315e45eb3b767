"""Trips that look as if they were reported twice. Their driver is told; nothing is ever refused for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select

from chassis.store import reading
from trips.domain.events import Report
from trips.domain.texts import Words
from trips.projections import tables as t

DUPLICATE, OVERLAP = "duplicate", "overlap"
_NO_TRIP = ("rejected", "withdrawn", "not_measurable")

IN_WORDS: dict[str, Words] = {
    DUPLICATE: {
        "da": "Du har allerede indberettet den samme rute den dag.",
        "en": "You have already reported the same route that day.",
    },
    OVERLAP: {
        "da": "En del af ruten er allerede med i en anden tur den dag.",
        "en": "A part of the route is already in another trip of that day.",
    },
}


@dataclass(frozen=True, slots=True)
class Warned:
    """``code`` is duplicate or overlap; ``trip_id`` the trip that was there before."""

    code: str
    trip_id: str


def warnings(engine: Engine, person_id: str, report: Report, trip_id: str = "") -> list[Warned]:
    """What of the person's other trips of the day the report repeats: a duplicate has the same two ends and is driven
    both ways or not, an overlap has a leg in common. Addresses are compared as they are read.
    """
    if not report.points:
        return []
    ends = (_plain(report.points[0].text), _plain(report.points[-1].text))
    row = t.trip_list.c
    that_day = (row.person_id == person_id) & (row.driving_date == report.driving_date.isoformat())
    query = select(t.trip_list).where(that_day, row.trip_id != trip_id, row.status.not_in(_NO_TRIP))
    with reading(engine) as conn:
        others = conn.execute(query).all()
    found = []
    for other in others:
        there = (_plain(other.from_text), _plain(other.to_text))
        if there == ends and other.round_trip == report.round_trip:
            found.append(Warned(DUPLICATE, other.trip_id))
        elif {*_legs(ends, both_ways=report.round_trip)} & {*_legs(there, both_ways=other.round_trip)}:
            found.append(Warned(OVERLAP, other.trip_id))
    return found


def days_driven(engine: Engine, person_id: str, first: date, last: date) -> dict[str, int]:
    """How many trips the person has reported on each day from ``first`` to ``last``."""
    row = t.trip_list.c
    within = row.driving_date.between(first.isoformat(), last.isoformat())
    query = select(row.driving_date).where(row.person_id == person_id, within, row.status.not_in(_NO_TRIP))
    found: dict[str, int] = {}
    with reading(engine) as conn:
        for day in conn.execute(query).scalars():
            found[day] = found.get(day, 0) + 1
    return found


def _legs(ends: tuple[str, str], *, both_ways: bool) -> Iterator[tuple[str, str]]:
    yield ends
    if both_ways:
        yield ends[1], ends[0]


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().replace(",", " ").split())
