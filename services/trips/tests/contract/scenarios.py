"""What must happen for each example of the contract to be published, by event type and example name."""

from services.trips.tests.builders import HALL, HOME, OTHER, SCHOOL, asked
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


def from_a_protected_home(world):
    world.home(protected=True)
    return _submitted(world)


def address_and_text(world):
    return _requested(world, Asked(HOME.address_id, None), Asked(None, SCHOOL.text))


def home_to_work(world):
    return world.published("route-requested")[0].data


def the_second_of_a_day(world):
    """Two trips by the four-km rule: the second has nothing left to deduct the four kilometres from."""
    world.set_policy(four_km_allowed=True)
    world.report(four_km=True)
    world.report(OTHER, four_km=True, purpose="Hjem igen", points=asked(SCHOOL.text, HOME.text))
    world.routing_answers()
    return world.published("trip-submitted")[-1].data


def after_sixty_days(world):
    """The school is driven to from home for more than 60 days already, as somebody knows."""
    world.set_policy(after_sixty_days="taxable")
    world.report()
    world.routing_answers()
    world.spend()
    return world.published("trip-submitted")[-1].data


def taken_back(world):
    world.report()
    world.routing_answers()
    world.withdraw()
    [event] = world.published("trip-withdrawn")
    return event.data


def forgotten(world):
    world.tell("payroll", "person-erased", {"person_id": "bent", "erased_at": "2031-01-02T08:00:00.000000Z"})
    [event] = world.published("person-erasure-confirmed")
    return event.data


SCENARIOS = {
    ("person-erasure-confirmed", "forgotten"): forgotten,
    ("trip-submitted", "round-trip-from-home"): round_trip_from_home,
    ("trip-submitted", "from-the-workplace"): from_the_workplace,
    ("trip-submitted", "from-a-protected-home"): from_a_protected_home,
    ("trip-submitted", "home-not-on-the-map"): home_not_on_the_map,
    ("trip-submitted", "second-of-a-day-by-the-four-km-rule"): the_second_of_a_day,
    ("trip-submitted", "after-sixty-days"): after_sixty_days,
    ("trip-withdrawn", "taken-back"): taken_back,
    ("route-requested", "address-and-text"): address_and_text,
    ("route-requested", "home-to-work"): home_to_work,
}
