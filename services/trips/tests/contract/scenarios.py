"""What must happen for each example of the contract to be published, by event type and example name."""

from services.trips.tests.builders import HALL, HOME, SCHOOL, asked
from trips.domain.events import Asked


def _submitted(world, failing=None, **over):
    world.report(**over)
    world.routing_answers(failing=failing)
    [event] = world.published("trip-submitted")
    return event.data


def _requested(world, *points):
    world.routing_answers()
    world.preview(points=points)
    return world.published("route-requested")[-1].data


def round_trip_from_home(world):
    world.rate("van", requires_plate=True)
    return _submitted(world, round_trip=True, rate_type="van", licence_plate="AB12345", remark="Via broen")


def from_the_workplace(world):
    return _submitted(world, points=asked(HALL.text, SCHOOL.text))


def home_not_on_the_map(world):
    world.home(street="Skovhytten", since="2026-03-01")
    return _submitted(world, failing="Skovhytten, 8900 Randers C")


def address_and_text(world):
    return _requested(world, Asked(HOME.address_id, None), Asked(None, SCHOOL.text))


def home_to_work(world):
    return world.published("route-requested")[0].data


def forgotten(world):
    world.tell("payroll", "person-erased", {"person_id": "bent", "erased_at": "2031-01-02T08:00:00.000000Z"})
    [event] = world.published("person-erasure-confirmed")
    return event.data


SCENARIOS = {
    ("person-erasure-confirmed", "forgotten"): forgotten,
    ("trip-submitted", "round-trip-from-home"): round_trip_from_home,
    ("trip-submitted", "from-the-workplace"): from_the_workplace,
    ("trip-submitted", "home-not-on-the-map"): home_not_on_the_map,
    ("route-requested", "address-and-text"): address_and_text,
    ("route-requested", "home-to-work"): home_to_work,
}
