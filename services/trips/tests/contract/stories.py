"""What happens in trips, told so that every event type is stored: the golden files are written from these."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from chassis.identity import DevIssuer
from services.trips.tests.builders import HALL, HOME, SCHOOL, TRIP, asked
from services.trips.tests.integration.conftest import World, populate
from trips.domain.events import Asked, Odometer

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"
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


def from_a_protected_home(world):
    world.home(protected=True)
    world.report()
    world.routing_answers()


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


def a_profile(world):
    """Everything that can be kept in a profile, and the municipality's list."""
    _profiles(
        world, "PUT", "/entries/", kind="alternative_home", address=_at("Sommerhusvej 2"), **{"from": "2026-01-01"}
    )
    world.call("POST", f"/api/v1/profile/entries/{TRIP}/end", "bent", json={"to": "2026-02-01"})
    world.call("DELETE", f"/api/v1/profile/entries/{TRIP}", "bent")
    _profiles(world, "PUT", "/plates/", plate="AB 12 345", description="Den røde")
    _profiles(world, "PUT", "/plates/", OTHER, plate="CD 67 890")
    _profiles(world, "POST", "/plates/", f"{OTHER}/primary")
    _profiles(world, "DELETE", "/plates/", OTHER)
    points = [_at(HOME.text), {"address_id": "a-2", "text": HALL.text}, _at(SCHOOL.text)]
    _profiles(world, "PUT", "/addresses/", name="Mor", address=_at("Gårdvej 9"))
    _profiles(world, "DELETE", "/addresses/")
    _profiles(world, "PUT", "/routes/", name="Tilsyn", points=points, round_trip=True, purpose="Tilsyn")
    _profiles(world, "DELETE", "/routes/")


def the_municipalitys_addresses(world):
    """One is found, one is not, one is deleted."""
    path = "/api/v1/standard-addresses"
    for place_id, text in ((TRIP, HALL.text), (OTHER, "Skovhytten")):
        world.call("PUT", f"{path}/{place_id}", "dina", "admin", json={"name": "Rådhuset", "address": _at(text)})
    world.routing_answers(failing="Skovhytten")
    world.call("DELETE", f"{path}/{TRIP}", "dina", "admin")


def own_distances(world):
    """What the driver knows better than the map."""
    job = {"kind": "home_work_distance", "employment_id": "e-bent", "metres": 3_150, "from": "2026-03-01"}
    _profiles(world, "PUT", "/entries/", **job)


def _profiles(world, method, path, id_=TRIP, **document):
    world.call(method, f"/api/v1/profile{path}{id_}", "bent", json=document or None)


def _at(text):
    return {"text": text}


def typed(world):
    """Read from the odometer, because the road is not on the map."""
    world.report(points=(), odometer=Odometer(12_300, starts_at_home=True, ends_at_home=False), remark="Ny vej")
    world.routing_answers()


def withdrawn(world):
    """Reported anew with an address that must be measured, and then taken back."""
    world.report()
    world.routing_answers()
    world.amend(points=asked(HOME.text, HALL.text))
    world.withdraw()


def paid_as_it_was_first(world):
    """Changed while the payment was on its way."""
    world.report(licence_plate="AB12345", remark="Via broen")
    world.routing_answers()
    world.amend(purpose="Andet")
    world.settle()


def paid_from_the_odometer(world):
    """The same of a distance that was read, from a protected home that is not on the map."""
    world.home(street="Skovhytten", since="2026-03-01", protected=True)
    world.report(odometer=Odometer(12_300, starts_at_home=True, ends_at_home=False), remark="Ny vej")
    world.routing_answers(failing="Skovhytten, 8900 Randers C")
    world.amend(purpose="Andet", odometer=Odometer(12_300, starts_at_home=True, ends_at_home=False), remark="Ny vej")
    world.settle()


def sixty_days(world):
    """A trip is paid; then the 60 days to its workplace turn out to be used up; days are registered and taken back."""
    world.set_policy(deduction="per_day", after_sixty_days="taxable", four_km_allowed=True)
    world.report()
    world.routing_answers()
    world.approve()
    world.settle()
    world.spend()
    world.register_day("2026-03-02")
    world.unregister_day("2026-03-02")


def forgotten(world):
    """Bent is erased."""
    world.tell("payroll", "person-erased", {"person_id": "bent", "erased_at": "2031-01-02T08:00:00.000000Z"})


STORIES = (
    forgotten, a_profile, own_distances, paid, from_the_workplace, home_not_on_the_map, from_a_protected_home, turned_down, nowhere, typed, withdrawn,
    sixty_days, paid_as_it_was_first, paid_from_the_odometer, the_municipalitys_addresses,
)  # fmt: skip


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
