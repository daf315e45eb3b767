"""The API as a caller meets it: what a leader sees, decides, and is refused."""

import pytest

from chassis.http import call
from chassis.identity import accesses_of
from services.approval.tests.builders import TRIP, trip_data

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"
THIRD = "1b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b12"


def test_a_leader_sees_all_that_is_needed_to_decide(school):
    school.submit({"flags": ["work_unknown"], "remark": "Via broen"})
    assert school.inbox("dina") == {
        "items": [
            {
                "trip_id": TRIP,
                "revision": 1,
                "person": {"person_id": "bent", "name": "Bent"},
                "org_unit_id": "school",
                "org_unit_name": "Skolen",
                "driving_date": "2026-03-09",
                "purpose": "Hjemmebesøg",
                "rate_type": "car_high",
                "from": "Hjemvej 1, 8900 Randers C",
                "via": ["Skolegade 7, 8900 Randers C"],
                "to": "Torvet 9, 8900 Randers C",
                "round_trip": False,
                "distance_source": "measured",
                "without_extra": False,
                "four_km": False,
                "gross_m": 24690,
                "ferry_m": 0,
                "deductions": [
                    {"name": "commute", "metres": 9000, "reason": {"da": "Starter hjemme.", "en": "Starts at home."}}
                ],
                "net_m": 15690,
                "licence_plate": "AB12345",
                "remark": "Via broen",
                "waiting_since": "2026-03-09T14:05:12.000000Z",
                "decided_as": "leader",
                "warnings": ["work_unknown"],
            }
        ],
        "next": None,
        "total": 1,
    }


def test_nobody_else_sees_it(school):
    school.submit()
    assert [school.inbox(person)["total"] for person in ("anne", "bent", "carl")] == [0, 0, 0]


def test_a_leader_never_meets_a_trip_of_their_own(school):
    school.submit({"person_id": "dina"})
    assert (school.inbox("dina")["total"], school.inbox("anne")["items"][0]["decided_as"]) == (0, "leader_of_parent")


def test_names_follow_the_organisation_and_an_unknown_one_is_its_id(school):
    school.submit({"person_id": "frida", "org_unit_id": "school"})
    assert school.inbox("dina")["items"][0]["person"] == {"person_id": "frida", "name": "frida"}
    school.employee("frida", ("school", False))
    assert school.inbox("dina")["items"][0]["person"]["name"] == "Frida"


def test_an_amended_trip_is_shown_as_it_is_now_and_says_so(school):
    school.submit()
    school.submit({"revision": 2, "purpose": "Møde", "submitted_at": "2026-03-09T15:00:00.000000Z"})
    (item,) = school.inbox("dina")["items"]
    assert (item["revision"], item["purpose"], item["warnings"]) == (2, "Møde", ["amended"])


def test_a_trip_that_was_published_again_without_a_protected_home_does_not_say_that_it_was_changed(school):
    hidden = {"points": [], "stops": ["Hjem", "Skolegade 7, 8900 Randers C"]}
    school.submit()
    school.submit({"revision": 2, **hidden})
    (item,) = school.inbox("dina")["items"]
    assert (item["revision"], item["from"], item["warnings"]) == (2, "Hjem", [])


def test_a_trip_that_was_changed_says_so_also_when_it_is_published_again_later(school):
    changed = {"purpose": "Møde", "submitted_at": "2026-03-09T15:00:00.000000Z"}
    school.submit({}, {"revision": 2, **changed})
    school.submit({"revision": 3, **changed, "points": []})
    (item,) = school.inbox("dina")["items"]
    assert (item["revision"], item["warnings"]) == (3, ["amended"])


@pytest.mark.parametrize(
    ("trip", "warning"),
    [
        ({"net_m": 0}, "nothing_to_pay"),
        ({"ferry_m": 1200}, "includes_ferry"),
        ({"deductions": []}, "home_without_deduction"),
        ({"distance_source": "typed"}, "typed_distance"),
        ({"driving_date": "2026-01-07"}, "reported_late"),
    ],
)
def test_a_warning_says_what_deserves_a_second_look(school, trip, warning):
    school.submit({}, {"trip_id": OTHER, "gross_m": 1, **trip})
    warnings = {item["trip_id"]: item["warnings"] for item in school.inbox("dina")["items"]}
    assert warnings == {TRIP: [], OTHER: [warning]}


def test_the_same_drive_reported_twice_is_warned_of_on_both(school):
    school.submit({}, {"trip_id": OTHER})
    assert [item["warnings"] for item in school.inbox("dina")["items"]] == [["same_drive_twice"]] * 2


AT_HOME = {"starts_at_home": True, "ends_at_home": False}
HIDDEN = {"points": [], "stops": ["Hjem", "Torvet 9"]}


@pytest.mark.parametrize(
    ("second", "twice"),
    [
        (HIDDEN, True),
        ({**HIDDEN, "starts_at_home": False, "ends_at_home": True, "stops": ["Torvet 9", "Hjem"]}, False),
        ({**HIDDEN, "gross_m": 1}, False),
        ({**HIDDEN, "driving_date": "2026-03-01"}, False),
        ({**HIDDEN, "person_id": "p-2000"}, False),
    ],
)
def test_a_drive_from_home_is_reported_twice_though_the_home_became_protected_between(school, second, twice):
    school.submit(AT_HOME, {**AT_HOME, "trip_id": OTHER, **second})
    warned = ["same_drive_twice" in item["warnings"] for item in school.inbox("dina")["items"]]
    assert warned[0] is twice


def test_a_typed_drive_from_a_home_that_became_protected_is_known_by_its_other_end(school):
    typed, hidden = {**TYPED, **AT_HOME}, {**TYPED, **AT_HOME, "stops": ["Hjem", "Torvet 9, Randers"]}
    elsewhere = {**hidden, "stops": ["Hjem", "Havnen 2"]}
    school.submit(typed, {**hidden, "trip_id": OTHER}, {**elsewhere, "trip_id": THIRD})
    warned = {item["trip_id"]: "same_drive_twice" in item["warnings"] for item in school.inbox("dina")["items"]}
    assert warned == {TRIP: True, OTHER: True, THIRD: False}


TYPED = {"distance_source": "typed", "points": [], "stops": ["Nyvej 1, Randers", "Broen", "Torvet 9, Randers"]}


def test_a_typed_trip_is_shown_where_it_went_how_it_was_measured_and_by_which_rules(school):
    school.submit({**TYPED, "without_extra": True, "four_km": True})
    (item,) = school.inbox("dina")["items"]
    assert (item["from"], item["via"], item["to"]) == ("Nyvej 1, Randers", ["Broen"], "Torvet 9, Randers")
    assert (item["distance_source"], item["without_extra"], item["four_km"]) == ("typed", True, True)


def test_what_an_older_release_of_trips_did_not_tell_is_the_ordinary(school):
    unsaid = ("distance_source", "stops", "without_extra", "four_km")
    school.tell("trips", "trip-submitted", {name: value for name, value in trip_data().items() if name not in unsaid})
    (item,) = school.inbox("dina")["items"]
    assert (item["distance_source"], item["without_extra"], item["four_km"]) == ("measured", False, False)
    assert item["to"] == "Torvet 9, 8900 Randers C"


@pytest.mark.parametrize(
    ("stops", "twice"),
    [
        (["nyvej 1,  Randers", "Torvet 9, Randers"], True),
        (["Torvet 9, Randers", "Nyvej 1, Randers"], False),
        (["Nyvej 1, Randers"], False),
    ],
)
def test_a_typed_drive_is_reported_twice_when_it_has_the_same_ends(school, stops, twice):
    school.submit(TYPED, {**TYPED, "trip_id": OTHER, "stops": stops})
    expected = ["same_drive_twice", "typed_distance"] if twice else ["typed_distance"]
    assert [item["warnings"] for item in school.inbox("dina")["items"]] == [expected] * 2


def test_pages_come_in_the_order_of_waiting_and_lose_nothing_when_the_first_is_decided(school):
    instants = {TRIP: "2026-03-09T10:00:00Z", OTHER: "2026-03-09T09:00:00Z", THIRD: "2026-03-09T11:00:00.5Z"}
    school.submit(*[{"trip_id": trip_id, "submitted_at": at} for trip_id, at in instants.items()])
    first = school.inbox("dina", limit=2)
    assert ([item["trip_id"] for item in first["items"]], first["total"]) == ([OTHER, TRIP], 3)
    school.decide("dina", {"trip_id": OTHER})
    second = school.inbox("dina", limit=2, cursor=first["next"])
    assert ([item["trip_id"] for item in second["items"]], second["next"]) == ([THIRD], None)


def test_several_decisions_have_an_outcome_each(school):
    school.submit({}, {"trip_id": OTHER}, {"trip_id": THIRD, "person_id": "dina"})
    answer = school.decide(
        "dina",
        {"trip_id": TRIP, "account": "1234567890"},
        {"trip_id": OTHER, "decision": "reject", "comment": "Omvej"},
        {"trip_id": THIRD},
    )
    items = answer.json["items"]
    assert answer.status_code == 200
    assert [(one["trip_id"], one["outcome"]) for one in items] == [
        (TRIP, "approved"),
        (OTHER, "rejected"),
        (THIRD, "refused"),
    ]
    problem = items[2]["problem"]
    assert (problem["status"], problem["code"], problem["type"]) == (403, "own_trip", "urn:problem:own_trip")
    assert (
        school.call("GET", "/api/v1/inbox", "dina", query_string={"min_position": answer.json["position"]}).json[
            "total"
        ]
        == 0
    )


@pytest.mark.parametrize(
    ("decision", "status", "code"),
    [
        ({"trip_id": "unheard-of"}, 404, "unknown_trip"),
        ({"trip_id": TRIP, "revision": 2}, 409, "other_revision"),
        ({"trip_id": TRIP, "decision": "reject"}, 422, "comment_missing"),
        ({"trip_id": TRIP, "account": "12"}, 422, "bad_account"),
    ],
)
def test_a_refused_decision_says_why_and_stores_nothing(school, decision, status, code):
    school.submit()
    head = school.app.store.read_log(0, 1).head
    (item,) = school.decide("dina", decision).json["items"]
    assert (item["outcome"], item["problem"]["status"], item["problem"]["code"]) == ("refused", status, code)
    assert school.app.store.read_log(0, 1).head == head


UNFIT_BODIES = [
    {},
    {"decisions": []},
    {"decisions": "all"},
    {"decisions": [{"trip_id": TRIP, "revision": 1}]},
    {"decisions": [{"trip_id": TRIP, "revision": "1", "decision": "approve"}]},
    {"decisions": [{"trip_id": TRIP, "revision": 0, "decision": "approve"}]},
    {"decisions": [{"trip_id": TRIP, "revision": 10**12, "decision": "approve"}]},
    {"decisions": [{"trip_id": TRIP, "revision": 1, "decision": "settle"}]},
    {"decisions": [{"trip_id": TRIP, "revision": 1, "decision": "approve", "decided_by": "anne"}]},
    {"decisions": [{"trip_id": TRIP, "revision": 1, "decision": "reject", "comment": "x" * 2001}]},
    {"decisions": [{"trip_id": TRIP, "revision": 1, "decision": "approve"}] * 2},
    {"decisions": [{"trip_id": str(n), "revision": 1, "decision": "approve"} for n in range(201)]},
]


def test_a_body_that_does_not_fit_decides_nothing_and_names_the_field(school):
    school.submit()
    head = school.app.store.read_log(0, 1).head
    for body in UNFIT_BODIES:
        answer = school.call("POST", "/api/v1/decisions", "dina", json=body)
        assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), body
        assert answer.json["errors"], body
    assert school.app.store.read_log(0, 1).head == head


def test_a_request_sent_again_answers_the_same(school):
    school.submit()
    answers = [school.decide("dina", {"trip_id": TRIP}, headers={"Idempotency-Key": "k"}).json for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(school.published()) == 1


@pytest.mark.parametrize(
    "query", [{"cursor": "nonsense"}, {"limit": 0}, {"limit": 201}, {"min_position": -1}, {"page": 2}]
)
def test_a_query_that_does_not_fit_is_refused(school, query):
    assert school.call("GET", "/api/v1/inbox", "dina", query_string=query).status_code == 400


def test_who_may_decide_is_told_to_owner_approver_and_administrator_and_to_nobody_else(school):
    school.submit()
    path = f"/api/v1/trips/{TRIP}/approvers"
    told = {
        "trip_id": TRIP,
        "revision": 1,
        "status": "awaiting",
        "reason": "leader",
        "approvers": [
            {"person_id": "dina", "name": "Dina", "capacity": "leader", "org_unit_id": "school", "in_place_of": []}
        ],
    }
    assert school.call("GET", path, "bent").json == told
    assert school.call("GET", path, "dina").json == told
    assert school.call("GET", path, "frida", "admin").json == told
    recorded = accesses_of(school.app.store.engine, "bent")
    assert [(one.actor, one.what) for one in recorded] == [("dina", "approvers"), ("frida", "approvers")]


def test_whoever_has_no_part_in_a_trip_cannot_tell_it_from_one_that_does_not_exist(school):
    school.submit()
    answers = [school.call("GET", f"/api/v1/trips/{id_}/approvers", "carl") for id_ in (TRIP, OTHER)]
    problems = [{**one.json, "trip_id": None, "instance": None, "correlation_id": None} for one in answers]
    assert [one.status_code for one in answers] == [404, 404]
    assert problems[0] == problems[1]
    assert accesses_of(school.app.store.engine, "bent") == []


def test_a_trip_that_nobody_may_decide_is_shown_to_administrators_alone(school):
    school.employee("anne", ("hall", False))
    school.submit({"person_id": "dina"}, {"trip_id": OTHER})
    page = school.call("GET", "/api/v1/unassigned", "frida", "admin").json
    assert [(item["trip_id"], item["decided_as"]) for item in page["items"]] == [(TRIP, "nobody")]
    assert school.call("GET", "/api/v1/unassigned", "dina").status_code == 403


def test_nobody_is_let_in_without_a_name(school):
    for method, path in [("GET", "/api/v1/inbox"), ("POST", "/api/v1/decisions"), ("GET", "/api/v1/unassigned")]:
        assert school.call(method, path, json={} if method == "POST" else None).status_code == 401


def test_a_position_that_does_not_come_is_said_not_guessed(school, monkeypatch):
    monkeypatch.setattr(call, "LONGEST_WAIT_S", 0.05)
    answer = school.call("GET", "/api/v1/inbox", "dina", query_string={"min_position": 10**9})
    assert (answer.status_code, answer.json["code"]) == (503, "not_there_yet")


def test_reading_somebodys_trips_is_recorded_once_for_each_person(school):
    school.submit({}, {"trip_id": OTHER})
    school.inbox("dina")
    (record,) = accesses_of(school.app.store.engine, "bent")
    assert (record.actor, record.what) == ("dina", "waiting trips")
