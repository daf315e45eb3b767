"""The work of a month: who drives what, the same for every side, and what it must come to in the end."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from deploy.demo.people import Person
from deploy.demo.trips import PlannedTrip, TripPlanner

CLIENTS = 8
"""How many people are at it at the same time."""

ROUTES_PER_PERSON = 3
"""People drive the same few routes again and again, so that routing is asked once for each and not measured here."""


@dataclass(frozen=True)
class Month:
    """``routes`` has one trip for each route that is driven; ``trips`` are all to be reported."""

    period: str
    routes: list[PlannedTrip]
    trips: list[PlannedTrip]


def plan_month(people: Sequence[Person], count: int, period: str, dates: Sequence[date], seed: str) -> Month:
    """``count`` trips of those who lead nobody, drawn evenly; the same seed draws the same month."""
    planner, chance = TripPlanner(seed, dates), random.Random(seed)
    routes = [planner.plan(person) for person in people if not person.leads for _ in range(ROUTES_PER_PERSON)]
    trips = [_again(routes[number % len(routes)], chance, dates) for number in range(count)]
    chance.shuffle(trips)
    return Month(period, routes, trips)


def _again(route: PlannedTrip, chance: random.Random, dates: Sequence[date]) -> PlannedTrip:
    trip_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return PlannedTrip(
        route.person, {**route.body, "trip_id": trip_id, "driving_date": chance.choice(dates).isoformat()}
    )
