# ruff: noqa: RUF001 the sentences use the typography of their language
"""The API: what it takes, what it answers, and what it refuses without storing anything."""

import threading
from uuid import uuid4

import pytest

from chassis.http import call
from chassis.identity.access_log import accesses_of
from services.trips.tests.builders import HOME, SCHOOL, TRIP, asked, body
from trips.http import actions
from trips.projections.tables import employment_units

BASE = "/api/v1/trips"
OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


def post(world, document, path="", person_id="bent", **options):
    return world.call("POST", f"{BASE}{path}", person_id, json=document, **options)


def get(world, path="", person_id="bent", *roles, **query):
    return world.call("GET", f"{BASE}{path}", person_id, *roles, query_string=query)


def test_a_trip_is_accepted_and_can_be_read_at_once(school):
    answer = post(school, body())
    assert answer.status_code == 201
    assert {**answer.json, "position": 0} == {"trip_id": TRIP, "revision": 1, "status": "measuring", "position": 0}
    assert get(school, min_position=answer.json["position"]).json["items"][0]["trip_id"] == TRIP
    for path in (f"/{TRIP}", f"/{TRIP}/history"):
        assert get(school, path, min_position=answer.json["position"]).status_code == 200
    assert get(school, f"/{TRIP}").json["status"] == "measuring"


def test_a_settled_trip_shows_distance_deduction_rate_and_amount(school):
    post(school, body())
    school.routing_answers()
    school.approve()
    school.settle()
    shown = get(school, f"/{TRIP}").json
    assert shown["status"] == "settled"
    assert (shown["quote"]["gross_m"], shown["quote"]["deductions"][0]["metres"]) == (12_345, 4_500)
    paid = shown["settlement"]
    assert (paid["net_m"], paid["oere_per_km"], paid["amount_oere"], paid["period"]) == (7_850, 394, 3_093, "2026-03")
    [row] = get(school).json["items"]
    assert (row["status"], row["amount_oere"], row["period"]) == ("settled", 3_093, "2026-03")


def test_the_history_tells_every_event_in_danish_and_english(school):
    post(school, body())
    school.routing_answers()
    school.approve()
    school.settle()
    entries = get(school, f"/{TRIP}/history").json["items"]
    assert [entry["type"] for entry in entries] == ["trip-reported", "trip-submitted", "trip-approved", "trip-settled"]
    assert entries[1]["words"] == {
        "da": "Sendt til godkendelse: 7,85 km til udbetaling.",
        "en": "Sent for approval: 7.85 km to be paid.",
    }
    assert entries[3]["words"]["da"] == "Overført til løn for 2026-03: 7,85 km × 3,94 kr. pr. km = 30,93 kr."
    assert entries[3]["words"]["en"] == "Sent to payroll for 2026-03: 7.85 km × 3.94 kr. per km = 30.93 kr."


def test_the_same_submission_twice_answers_the_same_trip(school):
    first, again = post(school, body()), post(school, body())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["trip_id"] == again.json["trip_id"]
    assert len(get(school).json["items"]) == 1


def test_an_id_that_is_used_for_something_else_is_a_conflict(school):
    post(school, body())
    answer = post(school, body(purpose="Kursus"))
    assert (answer.status_code, answer.json["code"]) == (409, "trip_id_taken")


def test_a_preview_is_measured_within_the_request_when_routing_answers_in_time(school, monkeypatch):
    monkeypatch.setattr(actions, "PREVIEW_WAIT_S", 5.0)
    document = {name: value for name, value in body().items() if name != "trip_id"}
    answerer = threading.Timer(0.2, school.routing_answers)
    answerer.start()
    answer = post(school, document, "/preview")
    answerer.join()
    assert (answer.status_code, answer.json["status"]) == (200, "ready")
    assert answer.json["quote"]["net_m"] == 7_850
    assert "trækkes fra på den første tur" in answer.json["quote"]["deductions"][0]["reason"]["da"]


def test_a_preview_says_that_it_is_being_measured_when_routing_is_away(school):
    document = {name: value for name, value in body().items() if name != "trip_id"}
    answer = post(school, document, "/preview")
    assert (answer.status_code, answer.json) == (202, {"status": "measuring", "quote": None, "warnings": []})


def test_a_preview_is_measured_afresh_although_its_key_is_repeated(school):
    document = {name: value for name, value in body().items() if name != "trip_id"}
    key = {"headers": {"Idempotency-Key": "k"}}
    assert post(school, document, "/preview", **key).status_code == 202
    school.routing_answers()
    assert post(school, document, "/preview", **key).status_code == 200


def test_the_list_is_the_callers_own_newest_first_and_comes_in_pages(school):
    dates = ["2026-03-01", "2026-03-09", "2026-03-05"]
    for day in dates:
        post(school, body(trip_id=str(uuid4()), driving_date=day))
    first = get(school, limit=2).json
    assert [item["driving_date"] for item in first["items"]] == ["2026-03-09", "2026-03-05"]
    rest = get(school, limit=2, cursor=first["next"]).json
    assert [item["driving_date"] for item in rest["items"]] == ["2026-03-01"]
    assert rest["next"] is None
    assert get(school, person_id="carl").json == {"items": [], "next": None}


@pytest.mark.parametrize("path", [f"/{TRIP}", f"/{TRIP}/history"])
def test_another_persons_trip_looks_as_if_it_did_not_exist(school, path):
    post(school, body())
    theirs, missing = get(school, path, "carl"), get(school, path.replace(TRIP, OTHER), "carl")
    assert theirs.status_code == missing.status_code == 404
    assert {**theirs.json} == {**missing.json}


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_an_administrator_or_auditor_reads_it_and_that_is_recorded(school, role):
    post(school, body())
    assert get(school, f"/{TRIP}", "rita", role).status_code == 200
    [record] = accesses_of(school.app.store.engine, "bent")
    assert (record.actor, record.what) == ("rita", "trip")


def test_where_a_protected_home_is_only_its_driver_reads(school):
    school.home(since="2026-03-01", protected=True)
    post(school, body())
    school.routing_answers()
    own, theirs = get(school, f"/{TRIP}"), get(school, f"/{TRIP}", "rita", "admin")
    assert HOME.text in own.text
    assert HOME.text not in theirs.text
    assert theirs.json["asked_points"][0]["text"] == "Hjem"
    assert theirs.json["quote"]["points"] == []
    page = school.call("GET", f"/{TRIP}", "rita", "admin")
    assert page.status_code == 200
    assert HOME.text not in page.text
    assert f"Hjem → {SCHOOL.text}" in " ".join(page.text.split())


def read_by_another(world):
    """All that an administrator can read of the trip."""
    answers = [get(world, path, "rita", "admin") for path in (f"/{TRIP}", f"/{TRIP}/history")]
    answers.append(world.call("GET", f"/{TRIP}", "rita", "admin"))
    assert {one.status_code for one in answers} == {200}
    return answers


LIFE = {
    "measuring": lambda _world: None,
    "not measurable": lambda world: world.routing_answers(failing=HOME.text),
    "submitted": lambda world: world.routing_answers(),
    "approved": lambda world: (world.routing_answers(), world.approve()),
    "rejected": lambda world: (world.routing_answers(), world.reject()),
    "withdrawn": lambda world: (world.routing_answers(), world.withdraw()),
    "withdrawn while it was measured": lambda world: world.withdraw(),
    "settled": lambda world: (world.routing_answers(), world.settle()),
    "being amended": lambda world: (world.routing_answers(), world.amend(points=asked(HOME.text, "Nygade 9"))),
    "paid as it was before it was published again": lambda world: (
        world.routing_answers(),
        world.home(since="2026-03-01", protected=True),
        world.look_for_protected_homes(),
        world.settle(),
    ),
}


@pytest.mark.parametrize("life", LIFE)
def test_a_home_that_has_become_protected_is_only_shown_to_its_driver_whatever_has_become_of_the_trip(school, life):
    post(school, body())
    LIFE[life](school)
    school.home(since="2026-03-01", protected=True)
    for answer in read_by_another(school):
        assert HOME.text not in answer.text
        assert str(HOME.lon_e6) not in answer.text
    assert HOME.text in get(school, f"/{TRIP}").text, "its driver sees it"


def test_of_a_trip_that_was_never_measured_no_address_is_shown_where_a_home_is_protected(school):
    post(school, body(points=[{"text": "Hos mig"}, {"text": SCHOOL.text}]))
    before = read_by_another(school)[0].json
    assert [point["text"] for point in before["asked_points"]] == ["Hos mig", SCHOOL.text]
    school.home(since="2026-03-01", protected=True)
    assert [point["text"] for point in read_by_another(school)[0].json["asked_points"]] == ["Ikke vist", "Ikke vist"]


def test_a_home_is_left_out_also_for_whoever_belongs_to_no_unit_any_more(school):
    post(school, body())
    school.routing_answers()
    school.home(since="2026-03-01", protected=True)
    with school.app.store.engine.begin() as conn:
        conn.execute(employment_units.delete())
    assert HOME.text not in read_by_another(school)[0].text


def test_a_protected_home_that_was_driven_to_from_another_is_no_workplace_that_others_read(school):
    entry = {"kind": "alternative_home", "from": "2026-03-01", "address": {"text": SCHOOL.text}}
    school.call("PUT", f"/api/v1/profile/entries/{uuid4()}", "bent", json=entry)
    post(school, body())
    school.routing_answers()
    account = ("GET", "/api/v1/sixty-day", "rita", "auditor")
    query = {"query_string": {"person_id": "bent"}}
    assert [one["text"] for one in school.call(*account, **query).json["workplaces"]] == [HOME.text]
    school.home(since="2026-03-01", protected=True)
    assert [one["text"] for one in school.call(*account, **query).json["workplaces"]] == ["Hjem"]
    own = school.call("GET", "/api/v1/sixty-day", "bent").json["workplaces"]
    assert [one["text"] for one in own] == [HOME.text]


def test_reading_ones_own_trip_is_not_recorded(school):
    post(school, body())
    get(school, f"/{TRIP}")
    assert accesses_of(school.app.store.engine, "bent") == []


@pytest.mark.parametrize(
    ("document", "status", "code", "fields"),
    [
        ({}, 400, "invalid", {"trip_id", "employment_id", "driving_date", "purpose", "rate_type", "points"}),
        (body(trip_id="not-a-uuid"), 400, "invalid", {"trip_id"}),
        (body(driving_date="2026-02-30"), 400, "invalid", {"driving_date"}),
        (body(points="Torvet 1"), 400, "invalid", {"points"}),
        (body(points=[{}, {"text": "B"}]), 400, "invalid", {"points.0"}),
        (body(points=[{"text": " "}, {"text": "B"}]), 400, "invalid", {"points.0"}),
        (body(points=[{"text": "A"}] * 51), 400, "invalid", {"points"}),
        (body(round_trip="yes"), 400, "invalid", {"round_trip"}),
        (body(licence_plate="!"), 400, "invalid", {"licence_plate"}),
        (body(purpose="x" * 501), 400, "invalid", {"purpose"}),
        (body(amount_oere=100_000), 400, "invalid", {"amount_oere"}),
        (body(net_m=100_000), 400, "invalid", {"net_m"}),
        (body(purpose=" ", points=[]), 422, "trip_invalid", {"purpose", "points"}),
        (body(employment_id="e-carl"), 422, "trip_invalid", {"employment_id"}),
        (body(rate_type="boat"), 422, "trip_invalid", {"rate_type"}),
        (body(driving_date="2026-03-11"), 422, "trip_invalid", {"driving_date"}),
    ],
)
def test_a_bad_trip_is_refused_by_field_and_nothing_is_stored(school, document, status, code, fields):
    head = school.app.store.read_log(0, 1).head
    answer = post(school, document)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert set(answer.json["errors"]) == fields
    assert school.app.store.read_log(0, 1).head == head


def test_a_preview_refuses_what_a_report_refuses(school):
    for document in (body(purpose=" "), body(rate_type="boat"), body(round_trip="yes"), body(points=[])):
        preview = post(school, {name: value for name, value in document.items() if name != "trip_id"}, "/preview")
        reported = post(school, document)
        assert (preview.status_code, preview.json["errors"]) == (reported.status_code, reported.json["errors"])


def test_what_is_not_json_or_too_large_is_refused(school):
    assert school.call("POST", BASE, "bent", data="{", content_type="application/json").status_code == 400
    assert school.call("POST", BASE, "bent", data="a=b").status_code == 415
    assert post(school, body(remark="x" * 2_000_000)).status_code == 413


def test_only_an_employee_reports_and_nobody_without_signing_in(school):
    assert post(school, body(), person_id=None).status_code == 401
    assert school.call("POST", BASE, "bent", "payroll", json=body()).status_code == 403
    assert get(school, person_id=None).status_code == 401


def test_a_point_is_text_or_an_address_id(school):
    post(school, body(points=[{"address_id": "a-1"}, {"text": f"  {SCHOOL.text} "}]))
    asked = [question["points"] for question in school.questions()]
    assert [{"address_id": "a-1", "text": None}, {"address_id": None, "text": SCHOOL.text}] in asked


def test_the_text_beside_an_address_id_is_shown_until_the_route_is_measured_and_asks_nothing(school):
    post(school, body(points=[{"address_id": "a-1", "text": HOME.text}, {"address_id": "a-2"}]))
    [row] = get(school).json["items"]
    assert row["from_text"] == HOME.text
    asked = [question["points"] for question in school.questions()]
    assert [{"address_id": "a-1", "text": None}, {"address_id": "a-2", "text": None}] in asked


def test_a_trip_that_cannot_be_measured_names_the_address_at_fault_in_words(school):
    post(school, body(points=[{"text": HOME.text}, {"text": "Findesikkevej 1"}]))
    school.routing_answers(failing="Findesikkevej 1")
    fault = get(school, f"/{TRIP}").json["fault"]
    assert fault["words"] == {
        "da": "Adressen findes ikke: Findesikkevej 1.",
        "en": "The address does not exist: Findesikkevej 1.",
    }


def test_the_choices_are_the_callers_own_employments_and_the_rates_of_the_day(school):
    found = school.call("GET", "/api/v1/choices", "bent").json
    assert [one["employment_id"] for one in found["employments"]] == ["e-bent"]
    assert found["rates"][0].keys() == {"rate_type", "name", "oere_per_km", "requires_plate"}
    long_ago = school.call("GET", "/api/v1/choices?on=1999-01-01", "bent").json
    assert (long_ago["employments"], long_ago["rates"]) == ([], [])


def test_a_position_that_does_not_come_is_said_not_guessed(school, monkeypatch):
    monkeypatch.setattr(call, "LONGEST_WAIT_S", 0.05)
    answer = school.call("GET", "/api/v1/trips", "bent", query_string={"min_position": 10**9})
    assert (answer.status_code, answer.json["code"]) == (503, "not_there_yet")
