"""The one event all benchmarks use: of the shape and size of a submitted trip, about 600 bytes of JSON."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from chassis.canonical import canonical
from chassis.clock import Clock, utc_now
from chassis.store import EventCodec, EventStore, Published, Recorded, core_v1, core_v2, open_engine, writing

SERVICE = "bench"
TYPE = "trip-submitted"
_STREETS = ("Rådhusgade 12, 8900 Randers C", "Skolegade 7, 8960 Randers SØ", "Hjemvej 1, 8920 Randers NV")
PERSONS, KINDS = 500, 10_000


@dataclass(frozen=True)
class Point:
    """Where a trip begins, calls or ends."""

    address_id: str
    text: str
    lat_e6: int
    lon_e6: int


@dataclass(frozen=True)
class TripSubmitted:
    """The event as it is stored; ``distance_m`` is what projections add up."""

    trip_id: str
    person_id: str
    employment_id: str
    org_unit_id: str
    driving_date: str
    purpose: str
    rate_type: str
    round_trip: bool
    points: tuple[Point, ...]
    distance_m: int
    net_m: int
    remark: str


CODEC = EventCodec({TYPE: TripSubmitted})


def trip(number: int) -> TripSubmitted:
    """The same trip for the same number, whoever makes it; but for its id, one of :data:`KINDS`."""
    kind = number % KINDS
    points = tuple(
        Point(f"a-{(kind + i) % 997:04d}", _STREETS[i], 56_460_000 + kind, 10_035_000 + i) for i in range(len(_STREETS))
    )
    return TripSubmitted(
        trip_id=trip_id(number),
        person_id=f"person-{kind % PERSONS:04d}",
        employment_id=f"employment-{kind % PERSONS:04d}",
        org_unit_id=f"unit-{kind % 37:02d}",
        driving_date=f"2026-{kind % 12 + 1:02d}-{kind % 28 + 1:02d}",
        purpose="Hjemmebesøg hos borger",
        rate_type="car_high",
        round_trip=kind % 2 == 0,
        points=points,
        distance_m=distance_m(number),
        net_m=distance_m(number) - 1000,
        remark="Kørte en omvej, fordi broen var spærret",
    )


def trip_id(number: int) -> str:
    return f"trip-{number:09d}"


def distance_m(number: int) -> int:
    """How far trip ``number`` was: what a check at the end adds up again."""
    return 1000 + number % KINDS


def publish(recorded: Recorded) -> list[Published]:
    """Every event is published whole: what the log holds once, the feed holds once more."""
    trip = recorded.event
    assert isinstance(trip, TripSubmitted)
    data = vars_of(trip) | {"points": [vars_of(point) for point in trip.points]}
    return [Published(TYPE, recorded.stream, data, recorded.stream)]


def vars_of(value: TripSubmitted | Point) -> dict[str, Any]:
    """The fields, as a service's own functions for publishing name them."""
    return dict(vars(value))


def payload(number: int) -> str:
    """The stored JSON of trip ``number``: what a peer is given to store."""
    kind = number % KINDS
    return _payload_of(kind).replace(trip_id(kind), trip_id(number))


@cache
def _payload_of(kind: int) -> str:
    return canonical(CODEC.encode(trip(kind)).data)


def make_tables(url: str) -> None:
    """The core's tables on the empty database at ``url``."""
    engine = open_engine(url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        core_v2.upgrade(conn)
    engine.dispose()


def open_store(url: str, clock: Clock = utc_now) -> EventStore:
    """The store of the sample service, as a service opens its own."""
    return EventStore(open_engine(url), service=SERVICE, codec=CODEC, publish=publish, clock=clock)


def random_ids(seed: int) -> Iterator[UUID]:
    """Random ids as quickly as they can be had: keys that fall all over an index, as real ones do."""
    bits = random.Random(seed).getrandbits
    while True:
        yield UUID(int=bits(128), version=4)
