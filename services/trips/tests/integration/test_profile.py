"""The driver's profile by its API: what is set holds from its day, for its owner's trips, and for nobody else's eyes."""

from datetime import date
from uuid import UUID

import pytest

from services.trips.tests.builders import HALL, HOME, SCHOOL, asked, body

BASE = "/api/v1/profile"
STANDARD = "/api/v1/standard-addresses"
COTTAGE = "Sommerhusvej 2, 8500 Grenaa"
FARM = "Gårdvej 9, 8900 Randers C"
ONE, TWO = str(UUID(int=1)), str(UUID(int=2))


def put(world, path, person_id="bent", *roles, **document):
    return world.call("PUT", f"{BASE}{path}", person_id, *roles, json=document)


def profile(world, person_id="bent", **query):
    return world.call("GET", BASE, person_id, query_string=query).json


def entry(world, entry_id=ONE, kind="alternative_home", since="2026-03-01", **over):
    given = {"kind": kind, "from": since, **over}
    if kind.startswith("alternative"):
        given.setdefault("address", {"text": COTTAGE})
    if "work" in kind:
        given.setdefault("employment_id", "e-bent")
    return put(world, f"/entries/{entry_id}", **given)


AT_HOME = asked(HOME.text, SCHOOL.text)


def quoted(world, day=9, points=AT_HOME):
    """What a trip of that day in March comes to."""
    world.preview(driving_date=date(2026, 3, day), points=points)
    world.routing_answers()
    return world.preview(driving_date=date(2026, 3, day), points=points)


def test_an_alternative_home_is_the_home_on_the_days_it_holds_and_on_no_other(school):
    assert entry(school, since="2026-03-05", to="2026-03-08").status_code == 200
    cottage = asked(COTTAGE, SCHOOL.text)
    assert [quoted(school, day, cottage).starts_at_home for day in (4, 5, 7, 8)] == [False, True, True, False]
    assert [quoted(school, day).starts_at_home for day in (4, 5, 7, 8)] == [True, False, False, True]


def test_a_move_ends_the_open_home_and_leaves_the_past_alone(school):
    entry(school, since="2026-01-01")
    entry(school, TWO, since="2026-03-05", address={"text": FARM})
    shown = {one["entry_id"]: (one["from"], one["to"], one["holds"]) for one in profile(school)["entries"]}
    assert shown == {ONE: ("2026-01-01", "2026-03-05", False), TWO: ("2026-03-05", None, True)}
    assert quoted(school, 4, asked(COTTAGE, SCHOOL.text)).starts_at_home
    assert quoted(school, 5, asked(FARM, SCHOOL.text)).starts_at_home


def test_an_alternative_workplace_belongs_to_its_employment_and_decides_the_commute(school):
    entry(school, kind="alternative_work", address={"text": SCHOOL.text})
    school.routing_answers()
    quote = quoted(school, points=asked(HOME.text, HALL.text))
    assert quote.home_work_m == 12_345, "home to the school, not to the town hall"


def test_the_distance_one_has_set_goes_before_the_measured_one(school):
    school.routing_answers()
    entry(school, kind="home_work_distance", metres=3_150)
    quote = quoted(school)
    assert (quote.starts_at_home, quote.home_work_m, quote.deductions[0].metres) == (True, 3_150, 3_150)
    [way] = profile(school)["ways_to_work"]
    assert (way["home_work_m"], way["measured_m"], way["fault"]) == (3_150, 4_500, None)
    assert profile(school, on="2026-02-28")["ways_to_work"][0]["home_work_m"] == 4_500


def test_whoever_sets_another_home_or_workplace_has_the_commute_measured_at_once(school):
    school.routing_answers()
    entry(school)
    [question] = school.questions()
    assert [point["text"] for point in question["points"]] == [COTTAGE, HALL.text]
    school.routing_answers()
    entry(school, TWO, kind="alternative_work", address={"text": FARM})
    [question] = school.questions()
    assert [point["text"] for point in question["points"]] == [COTTAGE, FARM]


def test_a_trip_on_a_day_for_which_its_driver_has_set_something_is_flagged(school):
    school.routing_answers()
    assert not quoted(school).divergent
    entry(school, kind="alternative_work", address={"text": SCHOOL.text}, since="2026-03-05")
    school.routing_answers()
    assert not quoted(school, 4).divergent
    assert quoted(school, 9).divergent
    school.call("POST", "/api/v1/trips", "bent", json=body())
    [told] = school.published("trip-submitted")
    assert "divergent_address" in told.data["flags"]
    assert school.call("GET", f"/api/v1/trips/{body()['trip_id']}", "bent").json["quote"]["flags"] == [
        "divergent_address"
    ]


@pytest.mark.parametrize(
    "held",
    [
        {"kind": "alternative_home"},
        {"kind": "alternative_work", "address": {"text": FARM}},
        {"kind": "home_work_distance", "metres": 3_150},
        {"kind": "border_distance", "metres": 5_000},
        {"kind": "border_distance", "metres": 0},
    ],
)
def test_what_a_driver_has_set_is_flagged_on_every_trip_of_the_days_it_holds(school, held):
    """Also on a trip that goes past it: one from the real home has no home end, and nothing is deducted."""
    entry(school, since="2026-03-05", to="2026-03-08", **held)
    school.routing_answers()
    assert [quoted(school, day).divergent for day in (4, 5, 7, 8)] == [False, True, True, False]
    assert quoted(school, 5, asked(SCHOOL.text, HALL.text)).divergent


def test_whoever_decides_reads_that_home_is_one_the_driver_has_set_and_not_where_it_is(school):
    entry(school, address={"text": "Sommerhusvej 2"})
    school.routing_answers()
    school.report(points=asked("Sommerhusvej 2", SCHOOL.text))
    school.routing_answers()
    reason = school.published("trip-submitted")[-1].data["deductions"][0]["reason"]["da"]
    assert reason.endswith("Hjem er her den anden bopæl, der er angivet i profilen.")
    assert "Sommerhusvej" not in reason


def test_what_is_sent_for_approval_has_all_that_a_voucher_must_name_except_whose_it_is(school):
    """BEK 173/2000 § 2: purpose, date, destination with stops, kilometres, rates, calculation; and the own vehicle."""
    school.routing_answers()
    plate = {"licence_plate": "AB 12 345", "passengers": 2, "trailer": True}
    school.call("POST", "/api/v1/trips", "bent", json=body(**plate))
    school.routing_answers()
    told = school.published("trip-submitted")[-1].data
    assert (told["purpose"], told["driving_date"], told["stops"]) == (
        "Hjemmebesøg",
        "2026-03-09",
        [HOME.text, SCHOOL.text],
    )
    assert (told["gross_m"], told["net_m"], told["oere_per_km"]) == (12_345, 7_850, 394)
    assert told["amount_oere"] == 3_093
    assert sum(line["metres"] for line in told["deductions"]) == 4_500
    assert all(line["reason"]["da"] for line in told["deductions"])
    assert (told["licence_plate"], told["passengers"], told["trailer"]) == ("AB12345", 2, True)


def test_an_entry_can_be_ended_and_removed(school):
    entry(school, since="2026-03-01")
    assert school.call("POST", f"{BASE}/entries/{ONE}/end", "bent", json={"to": "2026-03-08"}).status_code == 200
    assert [one["to"] for one in profile(school)["entries"]] == ["2026-03-08"]
    assert [school.call("DELETE", f"{BASE}/entries/{ONE}", "bent").status_code for _ in range(2)] == [200, 200]
    assert profile(school)["entries"] == []
    again = entry(school)
    assert (again.status_code, again.json["code"]) == (409, "entry_id_taken")


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"to": "2026-03-01"}, "empty_period"),
        ({"address": None}, "address_missing"),
        ({"metres": 5}, "address_missing"),
        ({"employment_id": "e-bent"}, "employment_missing"),
        ({"kind": "alternative_work", "employment_id": "e-carl"}, "employment_unknown"),
        ({"kind": "alternative_work", "employment_id": None}, "employment_missing"),
        ({"kind": "border_distance", "metres": -1}, "bad_distance"),
        ({"kind": "border_distance", "metres": 1_000_001}, "bad_distance"),
        ({"kind": "home"}, "invalid"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_by_name(school, over, code):
    assert entry(school, **over).json["code"] == code
    assert profile(school)["entries"] == []


def test_periods_of_one_kind_never_overlap_and_the_refusal_says_with_what(school):
    entry(school, since="2026-03-01", to="2026-03-10")
    refused = entry(school, TWO, since="2026-03-09", to="2026-03-20")
    assert (refused.status_code, refused.json["code"], refused.json["conflicts_with"]) == (422, "overlap", [ONE])
    assert entry(school, TWO, since="2026-03-10", to="2026-03-20").status_code == 200


def test_one_that_begins_on_the_same_day_stands_in_the_place_of_the_other(school):
    entry(school)
    entry(school, TWO, address={"text": FARM})
    assert [one["entry_id"] for one in profile(school)["entries"]] == [TWO]


def test_the_first_plate_is_primary_and_the_oldest_left_takes_its_place(school):
    put(school, f"/plates/{ONE}", plate="ab 12-345", description="Den røde")
    put(school, f"/plates/{TWO}", plate="CD67890")
    plates = profile(school)["plates"]
    assert [(one["plate"], one["primary"]) for one in plates] == [("AB12345", True), ("CD67890", False)]
    assert put(school, f"/plates/{UUID(int=3)}", plate="AB 12345").json["code"] == "duplicate"
    assert put(school, f"/plates/{UUID(int=3)}", plate="!").json["code"] == "bad_plate"
    school.call("POST", f"{BASE}/plates/{TWO}/primary", "bent")
    school.call("DELETE", f"{BASE}/plates/{TWO}", "bent")
    assert [(one["plate"], one["primary"]) for one in profile(school)["plates"]] == [("AB12345", True)]


def test_addresses_and_routes_are_kept_changed_and_deleted(school):
    points = [{"text": HOME.text}, {"address_id": "a-2", "text": HALL.text}, {"text": SCHOOL.text}]
    put(school, f"/addresses/{ONE}", name="Mor", address={"text": FARM})
    put(school, f"/routes/{TWO}", name="Tilsyn", points=points, purpose="Tilsyn", round_trip=True)
    put(school, f"/addresses/{ONE}", name="Far", address={"text": FARM})
    shown = profile(school)
    assert [one["name"] for one in shown["addresses"]] == ["Far"]
    [route] = shown["routes"]
    assert [point["address_id"] for point in route["points"]] == [None, "a-2", None]
    assert (route["round_trip"], route["purpose"]) == (True, "Tilsyn")
    assert school.call("DELETE", f"{BASE}/addresses/{ONE}", "bent").status_code == 200
    assert school.call("DELETE", f"{BASE}/routes/{TWO}", "bent").status_code == 200
    assert profile(school)["addresses"] == profile(school)["routes"] == []
    assert school.call("DELETE", f"{BASE}/routes/{TWO}", "bent").status_code == 404


def test_nobody_else_sees_or_changes_a_profile(school):
    school.employee("carl")
    entry(school)
    put(school, f"/plates/{ONE}", plate="AB12345")
    others = profile(school, "carl")
    assert (others["entries"], others["plates"], others["homes"]) == ([], [], [])
    assert school.call("DELETE", f"{BASE}/entries/{ONE}", "carl").status_code == 404
    assert school.call("POST", f"{BASE}/plates/{ONE}/primary", "carl").status_code == 404


def test_standard_addresses_are_kept_by_administrators_and_seen_by_all(school):
    path = f"{STANDARD}/{ONE}"
    document = {"name": "Rådhuset", "address": {"text": HALL.text}}
    assert school.call("PUT", path, "bent", json=document).status_code == 403
    assert school.call("PUT", path, "dina", "admin", json=document).status_code == 200
    school.routing_answers()
    [shown] = school.call("GET", STANDARD, "bent").json["items"]
    assert (shown["name"], shown["address"]["text"]) == ("Rådhuset", HALL.text)
    assert school.call("DELETE", path, "dina", "admin").status_code == 200
    assert school.call("GET", STANDARD, "bent").json["items"] == []


def test_the_history_tells_in_both_languages_what_happened_the_newest_first(school):
    entry(school)
    put(school, f"/plates/{ONE}", plate="AB12345")
    items = school.call("GET", f"{BASE}/history", "bent").json["items"]
    assert [one["words"]["da"] for one in items] == [
        "Nummerplade tilføjet: AB12345.",
        f"Anden bopæl fra 01.03.2026: {COTTAGE}.",
    ]
    assert items[1]["words"]["en"] == f"Alternative home from 2026-03-01: {COTTAGE}."


def test_what_is_personal_in_a_profile_stands_sealed_in_the_log(school):
    entry(school)
    put(school, f"/plates/{ONE}", plate="AB12345", description="Den røde")
    put(school, f"/addresses/{ONE}", name="Mor", address={"text": FARM})
    put(school, f"/routes/{ONE}", name="Tilsyn", points=[{"text": HOME.text}, {"text": FARM}], purpose="Besøg hos K")
    with school.reading() as conn:
        stored = " ".join(conn.exec_driver_sql("select data from events").scalars())
    for told in (COTTAGE, FARM, "AB12345", "Den røde", "Mor", "Tilsyn", "Besøg hos K"):
        assert told not in stored


def test_an_erased_persons_profile_reads_as_erased_and_never_as_an_error(school):
    entry(school)
    put(school, f"/plates/{ONE}", plate="AB12345")
    school.tell("payroll", "person-erased", {"person_id": "bent", "erased_at": "2031-01-02T08:00:00.000000Z"})
    shown = profile(school)
    assert shown["entries"][0]["address"]["text"] == "[slettet]"
    assert shown["plates"][0]["plate"] == "[slettet]"


def test_a_report_reads_all_of_the_profile_with_one_statement(school):
    """Each statement costs half a millisecond on a database over the network."""
    school.preview()
    school.routing_answers()
    read = _statements(school, lambda: school.call("POST", "/api/v1/trips", "bent", json=body()))
    entry(school)
    entry(school, TWO, kind="border_distance", metres=5_000)
    put(school, f"/plates/{ONE}", plate="AB12345")
    school.routing_answers()
    later = _statements(
        school, lambda: school.call("POST", "/api/v1/trips", "bent", json=body(trip_id=TWO, driving_date="2026-03-08"))
    )
    own = [one for one in later if "driver-bent" in one]
    assert len(own) == 1
    assert len(later) <= len(read)


def _statements(world, act):
    from sqlalchemy import event

    seen = []

    def note(_conn, _cursor, statement, parameters, *_):
        seen.append(f"{statement} {parameters}")

    event.listen(world.app.store.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(world.app.store.engine, "before_cursor_execute", note)
    return seen


def test_an_address_by_its_id_is_asked_for_by_its_id(school):
    school.routing_answers()
    entry(school, address={"address_id": "a-9", "text": COTTAGE})
    [question] = school.questions()
    assert question["points"][0] == {"address_id": "a-9", "text": None}
