"""The one event all benchmarks use: of the shape and size of a submitted trip, about 600 bytes of JSON."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from chassis.canonical import canonical
from chassis.clock import Clock, utc_now
from chassis.store import EventCodec, EventStore, Published, Recorded, core_v1, open_engine, writing
from chassis.store.codec import Encoded

SERVICE = "bench"
TYPE = "trip-submitted"
_STREETS = ("Rådhusgade 12, 8900 Randers C", "Skolegade 7, 8960 Randers SØ", "Hjemvej 1, 8920 Randers NV")
PERSONS = 500


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
    """The same trip for the same number, whoever makes it."""
    points = tuple(
        Point(f"a-{(number + i) % 997:04d}", _STREETS[i], 56_460_000 + number % 9973, 10_035_000 + i)
        for i in range(len(_STREETS))
    )
    return TripSubmitted(
        trip_id=f"trip-{number:09d}",
        person_id=f"person-{number % PERSONS:04d}",
        employment_id=f"employment-{number % PERSONS:04d}",
        org_unit_id=f"unit-{number % 37:02d}",
        driving_date=f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        purpose="Hjemmebesøg hos borger",
        rate_type="car_high",
        round_trip=number % 2 == 0,
        points=points,
        distance_m=distance_m(number),
        net_m=distance_m(number) - 1000,
        remark="Kørte en omvej, fordi broen var spærret",
    )


def distance_m(number: int) -> int:
    """How far trip ``number`` was: what a check at the end adds up again."""
    return 1000 + number % 40_000


def publish(recorded: Recorded) -> list[Published]:
    """Every event is published whole: what the log holds once, the feed holds once more."""
    encoded: Encoded = CODEC.encode(recorded.event)
    return [Published(TYPE, recorded.stream, encoded.data, recorded.stream)]


def payload(number: int) -> str:
    """The stored JSON of trip ``number``: what a peer is given to store."""
    return canonical(CODEC.encode(trip(number)).data)


def make_tables(url: str) -> None:
    """The core's tables on the empty database at ``url``."""
    engine = open_engine(url)
    with writing(engine) as conn:
        core_v1.upgrade(conn)
    engine.dispose()


def open_store(url: str, clock: Clock = utc_now) -> EventStore:
    """The store of the sample service, as a service opens its own."""
    return EventStore(open_engine(url), service=SERVICE, codec=CODEC, publish=publish, clock=clock)


def random_ids(seed: int) -> Iterator[UUID]:
    """Random ids as quickly as they can be had: keys that fall all over an index, as real ones do."""
    bits = random.Random(seed).getrandbits
    while True:
        yield UUID(int=bits(128), version=4)
