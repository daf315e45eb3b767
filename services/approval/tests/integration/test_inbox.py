"""The inbox against the plain rule: what waits for somebody is what the rule lets them decide, trip by trip."""

import random
from datetime import date
from uuid import UUID

from sqlalchemy import event, insert

from approval.domain.approvers import Reporter, approvers_among
from approval.projections.inbox import Place, inbox_of, unassigned
from approval.projections.organisation import OrganisationReader, employments, people, units
from approval.projections.submitted_trips import trips as submitted
from approval.projections.waiting_trips import waiting
from chassis.canonical import canonical
from chassis.clock import local_date
from chassis.store import reading, writing
from services.approval.tests.builders import TRIP, trip_data

EVERYTHING = 10_000
A_FEW = 5


def municipality(world, draw, people):
    """A tree of units with leaders here and there; everybody works somewhere."""
    for number in range(people // 5):
        world.unit(f"u{number}", f"u{draw.randrange(number)}" if number else None)
    units = people // 5
    for number in range(people):
        world.employee(f"p{number}", (f"u{draw.randrange(units)}", number % 7 == 0), active=number % 11 != 1)


def ids(page):
    return [item.trip.trip_id for item in page.items]


def test_what_waits_for_each_person_is_what_the_rule_says_of_each_trip(world):
    draw = random.Random(2026)
    municipality(world, draw, 40)
    trips = [
        trip_data(str(UUID(int=n)), f"p{draw.randrange(40)}", org_unit_id=f"u{draw.randrange(9)}") for n in range(60)
    ]
    world.submit(*trips)
    day = local_date(world.now)
    with reading(world.app.store.engine) as conn:
        staffing = OrganisationReader().on(conn, day)
        for person in [f"p{n}" for n in range(40)]:
            rule = [t["trip_id"] for t in trips if person in approvers_among(staffing, reporter(t)).ids]
            page = inbox_of(conn, staffing, person, Place(), EVERYTHING)
            assert (sorted(ids(page)), page.total) == (sorted(rule), len(rule))
        nobody = [t["trip_id"] for t in trips if not approvers_among(staffing, reporter(t)).ids]
        assert sorted(ids(unassigned(conn, staffing, Place(), EVERYTHING))) == sorted(nobody)


def reporter(trip):
    return Reporter(trip["person_id"], trip["employment_id"], trip["org_unit_id"])


def test_what_is_kept_of_the_organisation_is_never_used_when_the_database_says_otherwise(school):
    reader, day = OrganisationReader(), local_date(school.now)
    for leader in (True, False, True):
        school.employee("carl", ("school", leader))
        with reading(school.app.store.engine) as conn:
            assert ("carl" in reader.on(conn, day).leaders["school"]) is leader


def test_a_rebuilt_list_of_what_waits_is_the_same_list(school):
    others = [str(UUID(int=n)) for n in range(1, 4)]
    school.submit({}, *[{"trip_id": one} for one in others])
    school.decide("dina", {"trip_id": others[0]}, {"trip_id": others[1], "decision": "reject", "comment": "Nej"})
    school.settle(others[2])
    before = school.inbox("dina")
    school.app.projections.rebuild("waiting_trips")
    assert school.inbox("dina") == before
    assert [item["trip_id"] for item in before["items"]] == [TRIP]


def test_a_leader_with_500_trips_among_20000_waiting_asks_the_database_hardly_more_than_one_with_5(world):
    """The work is per page and per reporter, never per waiting trip; what a page takes is measured elsewhere."""
    draw = random.Random(2026)
    big_municipality(world)
    put_waiting(
        world,
        [waiting_trip(n, unit_of(n, draw), draw) for n in range(20_000)],
    )
    page = world.inbox("leader7", limit=50)
    assert (page["total"], len(page["items"])) == (500, 50)
    assert statements_of(world, "leader7") <= statements_of(world, "leader8") + A_FEW


def big_municipality(world):
    """200 units in a tree, each with a leader and ten others."""
    leads = [(f"leader{n}", f"u{n}", True) for n in range(200)]
    works = [(f"p{n}", f"u{n % 200}", False) for n in range(2000)]
    with writing(world.app.store.engine) as conn:
        conn.execute(
            insert(units),
            [{"org_unit_id": f"u{n}", "parent_id": f"u{(n - 1) // 4}" if n else None, "name": "U"} for n in range(200)],
        )
        conn.execute(insert(people), [{"person_id": p, "name": p, "active": True} for p, _, _ in leads + works])
        rows = [
            {
                "person_id": p,
                "employment_id": f"e-{p}-0",
                "org_unit_id": u,
                "leader": led,
                "from_date": date(2020, 1, 1),
            }
            for p, u, led in leads + works
        ]
        conn.execute(insert(employments), rows)


def waiting_trip(n, unit, draw):
    return trip_data(str(UUID(int=n)), f"p{unit + 200 * draw.randrange(10)}", org_unit_id=f"u{unit}", gross_m=n)


def put_waiting(world, trips):
    """Straight into the read models: how they are filled is tested elsewhere."""
    with writing(world.app.store.engine) as conn:
        conn.execute(insert(submitted), [row_of(submitted, trip, likeness=str(n)) for n, trip in enumerate(trips)])
        conn.execute(insert(waiting), [row_of(waiting, trip) for trip in trips])


def row_of(table, trip, **over):
    row = {**trip, "published": canonical(trip), **over}
    return {column.name: row[column.name] for column in table.columns}


def unit_of(number, draw):
    """500 in unit 7, 5 in unit 8, the others anywhere else."""
    if number < 500:
        return 7
    return 8 if number < 505 else draw.choice([*range(7), *range(9, 200)])


def statements_of(world, person):
    """How many reads one page of the person's inbox takes, once the organisation has been read."""
    world.inbox(person, limit=50)
    asked = []
    engine = world.app.store.engine

    def note(_conn, _cursor, statement, *_):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    world.inbox(person, limit=50)
    event.remove(engine, "before_cursor_execute", note)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)
