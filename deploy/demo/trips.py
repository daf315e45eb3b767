"""Trips as people of the demo municipality would report them, drawn from a seeded chance."""

import math
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from deploy.demo.map import houses
from deploy.demo.municipality import original
from deploy.demo.people import Person, home_of, workplace_of
from deploy.demo.terrain import Point

_PURPOSES = (
    *("Hjemmebesøg hos borger", "Møde på rådhuset", "Tilsyn", "Netværksmøde", "Kursus", "Levering af hjælpemidler"),
    *("Besigtigelse af byggesag", "Vandløbseftersyn", "Forældresamtale", "Supervision", "Møde med håndværkere"),
)
_ROUND_TRIPS, _FROM_HOME, _THREE_POINTS = 0.45, 0.2, 0.25
_SATURDAY = 5
_AT_HOME_M = 150
_FAR_M = 500


@dataclass(frozen=True)
class PlannedTrip:
    """`body` is what the person posts; its `trip_id` makes posting it twice one trip."""

    person: Person
    body: dict[str, Any]

    @property
    def trip_id(self) -> str:
        return str(self.body["trip_id"])


class TripPlanner:
    """Draws trips with these driving dates to choose from; the same seed draws the same trips."""

    def __init__(self, seed: str, dates: Sequence[date]) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - plausible, not secret
        self._dates = dates
        self._destinations = [house for house in houses() if house.place.name != "Fjernø"]

    def plan_paid(self, person: Person) -> PlannedTrip:
        """A trip of which nothing can be deducted: from work, with no end at home, and of some length."""
        return next(trip for trip in iter(lambda: self.plan(person), None) if _is_paid_whole(trip))

    def plan(self, person: Person) -> PlannedTrip:
        employment = self._chance.choice(person.employments)
        at_home = self._chance.random() < _FROM_HOME
        start = home_of(employment.employee_number) if at_home else workplace_of(employment.org_unit_id)
        visits = self._chance.sample(self._destinations, 2 if self._chance.random() < _THREE_POINTS else 1)
        points = [start, *(house.text for house in visits)]
        is_open = not _both_near(home_of(employment.employee_number), points[0], points[-1])
        return PlannedTrip(
            person,
            {
                "trip_id": str(uuid.UUID(int=self._chance.getrandbits(128), version=4)),
                "employment_id": employment.employment_id,
                "driving_date": self._chance.choice(self._dates).isoformat(),
                "purpose": self._chance.choice(_PURPOSES),
                "rate_type": "car_high",
                "licence_plate": _plate_of(employment.employee_number),
                "points": [{"text": text} for text in points],
                "round_trip": self._chance.random() < _ROUND_TRIPS and is_open,
            },
        )


def workdays_before(today: date, days: int) -> list[date]:
    """The Mondays to Fridays of the `days` days before today, oldest first."""
    candidates = (today - timedelta(days=back) for back in range(days, 0, -1))
    return [day for day in candidates if day.weekday() < _SATURDAY]


def workdays_of(period: str, today: date) -> list[date]:
    """The Mondays to Fridays of a month that are over."""
    first = date.fromisoformat(f"{period}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return workdays_before(min(after, today), (min(after, today) - first).days) or [first]


def _both_near(home: str, start: str, end: str) -> bool:
    """Whether a trip both starts and ends at home, or so near that it counts as home."""
    return all(_straight_m(home, text) < _AT_HOME_M for text in (start, end))


def _is_paid_whole(trip: PlannedTrip) -> bool:
    points = [point["text"] for point in trip.body["points"]]
    homes = [home_of(employment.employee_number) for employment in trip.person.employments]
    is_far = all(_straight_m(home, text) > _FAR_M for home in homes for text in points)
    return is_far and _straight_m(points[0], points[1]) > _FAR_M


def _straight_m(one: str, other: str) -> float:
    return math.dist(_where()[one], _where()[other])


@cache
def _where() -> dict[str, Point]:
    return {house.text: house.point for house in houses()}


def _plate_of(employee_number: str) -> str:
    """Each employee has one car, copies of them the same; the letters are in no use."""
    return f"QQ{original(employee_number)}"
