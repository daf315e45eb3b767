"""Trips, routes and the others' events as tests need them: whole, valid, and different where a test says so."""

from datetime import UTC, date, datetime

from trips.domain.deduction import POLICIES
from trips.domain.driving_day import DayTrip, reckon_day
from trips.domain.events import Asked, Graph, Place, Report, RouteFailed, RouteMeasured, RouteRequested
from trips.domain.quoting import draw, driven
from trips.domain.settings import Terms

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
TRIP = "5b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b10"
OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"
HOME = Place("a-1", "Hjemvej 1, 8900 Randers C", 10_035_000, 56_460_000)
SCHOOL = Place("a-7", "Skolegade 7, 8900 Randers C", 10_200_000, 56_500_000)
HALL = Place("a-2", "Torvet 1, 8900 Randers C", 10_040_000, 56_462_000)
PLACES = {place.text: place for place in (HOME, SCHOOL, HALL)}
GRAPH = {
    "graph_id": "0c1d2e3f4a5b",
    "engine": "osrm",
    "engine_version": "26.4.1",
    "algorithm": "ch",
    "profile": "car-fastest",
    "profile_sha256": "5f2c" * 16,
    "map_sha256": "9ab1" * 16,
    "map_data_date": "2026-03-01",
}


def asked(*texts):
    return tuple(Asked(None, text) for text in texts)


def report(**over):
    """Bent drove from home to the school the day before."""
    fields = {
        "employment_id": "e-bent",
        "driving_date": date(2026, 3, 9),
        "purpose": "Hjemmebesøg",
        "rate_type": "car_high",
        "points": asked(HOME.text, SCHOOL.text),
        "round_trip": False,
        "without_extra": False,
        "licence_plate": None,
        "remark": None,
    }
    return Report(**{**fields, **over})


def drawn(told=None, route=None, *, known, policy="per_trip", **over):
    """What is measured of a trip, nothing deducted yet."""
    given = {"org_unit_id": "school", "terms": Terms(policy), "border_m": 0, "work_route_m": None, "oere_per_km": 394}
    way = driven(route or measured(), known.home)
    return draw(told or report(), way, commute=known.commute, name_of=str, **{**given, **over})


def quoted(told=None, route=None, **over):
    """What a trip that is alone on its day comes to."""
    raw = drawn(told, route, **over)
    return reckon_day([DayTrip(TRIP, told or report(), raw, NOON)], POLICIES, {})[TRIP]


def body(**over):
    """The same trip as a client posts it."""
    fields = {
        "trip_id": TRIP,
        "employment_id": "e-bent",
        "driving_date": "2026-03-09",
        "purpose": "Hjemmebesøg",
        "rate_type": "car_high",
        "points": [{"text": HOME.text}, {"text": SCHOOL.text}],
        "round_trip": False,
    }
    return {**fields, **over}


def requested(request_id="k-1", points=(HOME, SCHOOL), at=NOON):
    return RouteRequested(request_id, "car-fastest", asked(*[place.text for place in points]), at)


def measured(request_id="k-1", points=(HOME, SCHOOL), driven_m=12_345, at=NOON, **over):
    fields = {"ferry_m": 0, "graph": Graph(**GRAPH), "measured_at": at, "received_at": at, **over}
    return RouteMeasured(request_id, tuple(points), driven_m, **fields)


def failed(request_id="k-1", code="unknown_address", point_index=1, at=NOON):
    return RouteFailed(request_id, code, point_index, "", at)
