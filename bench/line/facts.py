"""What every side knows before the month begins: people, units, rates, and each route as the engine measured it.

Taken from the running system, so that all sides have the same ids. The expected ledger is worked out here, from
distances and rates alone, and asks no side for a sum.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from deploy.demo.trips import PlannedTrip


@dataclass(frozen=True)
class Ledger:
    """What a month comes to: trips, Σ metres, Σ øre."""

    trips: int
    net_m: int
    amount_oere: int


@dataclass(frozen=True)
class MeasuredRoute:
    """A route one way, and which of its ends are at the driver's home; ``home_work_m`` is the commute one way."""

    driven_m: int
    ferry_m: int
    starts_at_home: bool
    ends_at_home: bool
    home_work_m: int
    points: list[dict[str, Any]]
    graph: dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """``people``, ``units`` and ``rates`` are rows; ``routes`` by :func:`route_key`; ``payees`` by employee number."""

    people: list[dict[str, Any]]
    units: list[dict[str, Any]]
    rates: list[dict[str, Any]]
    routes: dict[str, MeasuredRoute]
    payees: dict[str, dict[str, Any]]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        found = json.loads(text)
        routes = {key: MeasuredRoute(**route) for key, route in found.pop("routes").items()}
        return cls(routes=routes, **found)

    def route_of(self, trip: PlannedTrip) -> MeasuredRoute:
        return self.routes[route_key(trip.body["employment_id"], trip.body["points"])]


def route_key(employment_id: str, points: Iterable[dict[str, str]]) -> str:
    """A route belongs to an employment, because home ends and commute do."""
    return "|".join((employment_id, *(point["text"] for point in points)))


def net_m(route: MeasuredRoute, *, round_trip: bool) -> int:
    """Gross metres less home-work for each end at home, at most down to 0, rounded half up to 10 m."""
    gross_m = route.driven_m * (2 if round_trip else 1)
    ends = int(route.starts_at_home) + int(route.ends_at_home)
    if ends and round_trip:
        ends = 2
    return (max(gross_m - ends * route.home_work_m, 0) + 5) // 10 * 10


def amount_oere(metres: int, oere_per_km: int) -> int:
    """Half up to whole øre."""
    return (2 * metres * oere_per_km + 1000) // 2000


def rate_on(rates: Iterable[dict[str, Any]], rate_type: str, day: str) -> dict[str, Any]:
    """Of the rates that hold on the day, the one that began last."""
    held = [r for r in rates if r["rate_type"] == rate_type and r["from"] <= day and (r["to"] is None or r["to"] > day)]
    return max(held, key=lambda rate: str(rate["from"]))


def expected(facts: Facts, trips: Iterable[PlannedTrip]) -> Ledger:
    """The ledger of these trips, all of them approved."""
    count = metres = amount = 0
    for trip in trips:
        body = trip.body
        paid_m = net_m(facts.route_of(trip), round_trip=body["round_trip"])
        rate = rate_on(facts.rates, body["rate_type"], body["driving_date"])
        count, metres = count + 1, metres + paid_m
        amount += amount_oere(paid_m, rate["oere_per_km"])
    return Ledger(count, metres, amount)


def last_day_of(period: str) -> date:
    """The last day of a month, yyyy-mm."""
    year, month = int(period[:4]), int(period[5:])
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
