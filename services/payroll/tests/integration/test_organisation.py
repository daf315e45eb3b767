from services.payroll.tests.builders import ANNE, BENT, CARL, job, municipality, person, unit


def test_a_first_snapshot_opens_units_and_lets_people_join(world):
    answer = world.snapshot()
    assert answer.status_code == 200
    assert answer.json["changes"] == {"unit_opened": 2, "person_joined": 2, "employment_started": 2}
    assert (answer.json["change_count"], answer.json["unit_count"], answer.json["person_count"]) == (6, 2, 2)
    types = [entry.type for entry in world.published() if entry.type != "rate-set"]
    assert sorted(types) == ["employee-changed"] * 2 + ["home-address-changed"] * 2 + ["org-unit-changed"] * 2


def test_the_same_snapshot_again_changes_nothing(staffed):
    before = staffed.head()
    answer = staffed.snapshot()
    assert answer.json["changes"] == {}
    assert answer.json["change_count"] == 0
    assert staffed.head() == before


def test_a_person_keeps_id_and_employment_id_when_the_snapshot_changes(staffed):
    before = staffed.people()["Bent"]
    changed = municipality()
    changed["Persons"][1] = person(BENT, job("11", "hall"), first="Bent", last="Bæk", street="Nyvej 3")
    assert staffed.snapshot(changed).json["changes"] == {"address_changed": 1, "employment_changed": 1}
    after = staffed.people()["Bent"]
    assert after["person_id"] == before["person_id"]
    assert after["employments"][0]["employment_id"] == before["employments"][0]["employment_id"]
    assert after["employments"][0]["org_unit_id"] == "hall"
    moved = staffed.published("home-address-changed")[-1].data
    assert moved == {
        "person_id": before["person_id"],
        "from": "2026-04-07",
        "address": {"street": "Nyvej 3", "postal_code": "8900", "city": "Testby", "protected": False},
    }


def test_the_last_day_is_inclusive_and_9999_means_open(staffed):
    changed = municipality()
    changed["Persons"][0]["Employments"] = [job("10", Manager=True, ToDate="9999-12-31")]
    changed["Persons"][1]["Employments"] = [job("11", "school", ToDate="2026-05-12T00:00:00")]
    assert staffed.snapshot(changed).json["changes"] == {"employment_changed": 1}
    assert staffed.people()["Bent"]["employments"][0]["to"] == "2026-05-13"


def test_a_snapshot_that_would_end_more_than_the_allowed_share_is_refused_and_nothing_is_stored(staffed):
    before = staffed.head()
    body = municipality()
    del body["Persons"][1]
    answer = staffed.snapshot(body)
    assert (answer.status_code, answer.json["code"]) == (422, "too_many_leavers")
    assert staffed.head() == before


def test_a_refused_snapshot_leaves_no_trace_of_new_people(staffed):
    body = municipality()
    body["Persons"] = [person(CARL, job("12"), first="Carl")]
    assert staffed.snapshot(body).status_code == 422
    body = municipality()
    body["Persons"].append(person(CARL, job("12"), first="Carl"))
    assert staffed.snapshot(body).json["changes"] == {"person_joined": 1, "employment_started": 1}


def test_a_snapshot_without_people_is_refused(world):
    answer = world.snapshot({"OrgUnits": [unit()], "Persons": []})
    assert (answer.status_code, answer.json["code"]) == (422, "empty_snapshot")


def test_the_same_cpr_number_twice_is_refused_without_naming_it(world):
    body = municipality()
    body["Persons"].append(person(ANNE, job("12")))
    answer = world.snapshot(body)
    assert (answer.status_code, answer.json["code"]) == (422, "duplicate_person")
    assert ANNE not in answer.text


def test_faults_are_named_by_their_path_and_never_repeat_a_cpr_number(world):
    body = municipality()
    body["Persons"][1] |= {"CPR": "3213991234", "Employments": [{**job(), "FromDate": "soon", "ExtraNumber": 12}]}
    body["Persons"][0] |= {ANNE: "x"}
    body["OrgUnits"][0]["Name"] = ""
    answer = world.snapshot(body)
    assert answer.status_code == 400
    assert set(answer.json["errors"]) == {
        "OrgUnits.0.Name",
        "Persons.0.**********",
        "Persons.1.CPR",
        "Persons.1.Employments.0.FromDate",
        "Persons.1.Employments.0.ExtraNumber",
    }
    assert "3213991234" not in answer.text
    assert ANNE not in answer.text


def test_only_integration_and_administrators_send_snapshots(world):
    for roles, status in ((("employee",), 403), (("payroll",), 403), ((), 401), (("admin",), 200)):
        assert world.call("PUT", "/api/v1/organisation", *roles, json=municipality()).status_code == status


def test_two_snapshots_from_two_processes_take_each_person_in_once(world):
    world.snapshot()
    from payroll.application.organisation import apply_snapshot
    from payroll.http.organisation import OrganisationSchema
    from services.payroll.tests.integration.conftest import SYSTEM

    body = municipality()
    body["Persons"].append(person(CARL, job("12"), first="Carl"))
    loaded = OrganisationSchema().load(body)
    outcomes = [apply_snapshot(app, SYSTEM, loaded["units"], loaded["people"]) for app in (world.another(), world.app)]
    assert [outcome.value for outcome in outcomes] == [{"person_joined": 1, "employment_started": 1}, {}]


def test_people_are_listed_in_pages_by_name_and_reading_them_is_recorded(staffed):
    staffed.catch_up()
    first = staffed.call("GET", "/api/v1/people?limit=1", "payroll", person_id="payer").json
    second = staffed.call("GET", f"/api/v1/people?limit=1&cursor={first['next']}", "payroll", person_id="payer").json
    assert [page["items"][0]["name"] for page in (first, second)] == ["Anne Andersen", "Bent Bæk"]
    assert second["next"] is None
    from chassis.identity import accesses_of

    for page in (first, second):
        (record,) = accesses_of(staffed.app.store.engine, page["items"][0]["person_id"])
        assert (record.actor, record.what) == ("payer", "employments")


def test_a_home_that_becomes_protected_is_published_as_that_and_only_then(staffed):
    for marked, expected in ((True, True), (True, True), (None, False)):
        changed = municipality()
        changed["Persons"][0]["Address"]["Protected"] = marked
        staffed.snapshot(changed)
        moved = staffed.published("home-address-changed")[-1].data
        assert (moved["person_id"], moved["address"]["protected"]) == (staffed.people()["Anne"]["person_id"], expected)
    assert len(staffed.published("home-address-changed")) == 4, "two people came, one mark was set and taken away"
