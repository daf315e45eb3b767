"""What happens in trips, told so that every event type is stored: the golden files are written from these."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from chassis.identity import DevIssuer
from services.trips.tests.builders import HALL, HOME, SCHOOL, TRIP, asked
from services.trips.tests.integration.conftest import World, populate
from trips.domain.events import Asked

REASON = "Ruten går en omvej."


def paid(world):
    """Home to school and back in a van, approved on an account and settled."""
    world.rate("van", requires_plate=True)
    world.report(round_trip=True, rate_type="van", licence_plate="AB12345", remark="Via broen")
    world.routing_answers()
    world.approve()
    world.settle()


def from_the_workplace(world):
    """No commute, and the route asked for by the register's id and by text."""
    world.report(points=asked(HALL.text, SCHOOL.text))
    world.routing_answers()
    world.preview(points=(Asked(HOME.address_id, None), Asked(None, SCHOOL.text)))


def home_not_on_the_map(world):
    """The commute is not known, and the trip says so."""
    world.home(street="Skovhytten", since="2026-03-01")
    world.report()
    world.routing_answers(failing="Skovhytten, 8900 Randers C")


def turned_down(world):
    """The approver says no."""
    world.report(points=asked(HOME.text, SCHOOL.text, HALL.text))
    world.routing_answers()
    decision = {"trip_id": TRIP, "revision": 1, "person_id": "bent", "decided_by": "dina", "decided_as": "leader"}
    world.tell(
        "approval", "trip-rejected", {**decision, "decided_at": "2026-03-11T08:00:00.000000Z", "comment": REASON}
    )


def nowhere(world):
    """Routing finds no such address, so the trip cannot be measured."""
    world.report(points=asked(HOME.text, "Skovhytten"))
    world.routing_answers(failing="Skovhytten")


def forgotten(world):
    """Bent is erased."""
    world.tell("payroll", "person-erased", {"person_id": "bent", "erased_at": "2031-01-02T08:00:00.000000Z"})


STORIES = (forgotten, paid, from_the_workplace, home_not_on_the_map, turned_down, nowhere)


def stored_events() -> Iterator[tuple[str, object]]:
    """The last event of each type in each story, under the story's name."""
    for story in STORIES:
        told = {type(event).__name__: event for event in _told(story)}
        yield from ((story.__name__.replace("_", "-"), event) for event in told.values())


def _told(story):
    with tempfile.TemporaryDirectory() as name:
        world = World(f"sqlite:///{name}/trips.db", DevIssuer(Path(name) / "keys", host="127.0.0.1"))
        try:
            populate(world)
            story(world)
            return [recorded.event for recorded in world.app.store.read_log(0, 1_000).events]
        finally:
            world.app.store.engine.dispose()
