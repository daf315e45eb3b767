"""What happens in approval, told so that every event type is stored: the golden files are written from these."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from chassis.identity import DevIssuer
from services.approval.tests.contract.scenarios import (
    TRIP,
    by_leader_of_parent,
    by_leader_on_an_account,
    forgotten,
    populate,
    with_reason,
)
from services.approval.tests.integration.conftest import World


def settled(world):
    """Approved and paid: the decision stands."""
    by_leader_on_an_account(world)
    world.settle(TRIP)


def withdrawn(world):
    """Taken back before anybody decided."""
    world.submit({"trip_id": TRIP, "person_id": "p-1017", "org_unit_id": "u-12"})
    world.withdraw(TRIP)


STORIES = {
    "withdrawn": withdrawn,
    "settled": settled,
    "by-leader-of-parent": by_leader_of_parent,
    "with-reason": with_reason,
    "forgotten": forgotten,
}


def stored_events() -> Iterator[tuple[str, object]]:
    """The last event of each type in each story, under the story's name."""
    for name, story in STORIES.items():
        told = {type(event).__name__: event for event in _told(story)}
        yield from ((name, event) for event in told.values())


def _told(story):
    with tempfile.TemporaryDirectory() as name:
        world = World(f"sqlite:///{name}/approval.db", DevIssuer(Path(name) / "keys", host="127.0.0.1"))
        try:
            populate(world)
            story(world)
            return [recorded.event for recorded in world.app.store.read_log(0, 1_000).events]
        finally:
            world.close()
