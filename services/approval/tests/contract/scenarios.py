"""What must happen for each example of the contract to be published, by event type and example name."""

from datetime import UTC, datetime

TRIP = "5b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b10"


def populate(world):
    """p-1001 leads the town hall, p-1003 the school below it, where p-1017 works."""
    world.now = datetime(2026, 3, 10, 7, 41, 9, tzinfo=UTC)
    world.unit("u-1")
    world.unit("u-12", "u-1")
    world.employee("p-1001", ("u-1", True))
    world.employee("p-1003", ("u-12", True))
    world.employee("p-1017", ("u-12", False))


def _decided(world, by, person_id="p-1017", **decision):
    world.submit({"trip_id": TRIP, "person_id": person_id, "org_unit_id": "u-12"})
    world.decide(by, {"trip_id": TRIP, **decision})
    [event] = world.published()
    return event.data


def by_leader_on_an_account(world):
    return _decided(world, "p-1003", account="1234567890", comment="Kørt for projekt 12")


def by_leader_of_parent(world):
    return _decided(world, "p-1001", person_id="p-1003")


def with_reason(world):
    return _decided(world, "p-1003", decision="reject", comment="Ruten går en omvej. Vælg den korteste.")


def forgotten(world):
    world.tell("payroll", "person-erased", {"person_id": "p-1017", "erased_at": "2031-01-02T08:00:00.000000Z"})
    [event] = world.published()
    return event.data


SCENARIOS = {
    ("person-erasure-confirmed", "forgotten"): forgotten,
    ("trip-approved", "by-leader-on-an-account"): by_leader_on_an_account,
    ("trip-approved", "by-leader-of-parent"): by_leader_of_parent,
    ("trip-rejected", "with-reason"): with_reason,
}
