"""The predecessor's phone app, with its own shapes: signs in, asks what it must know, and sends trips it measured."""

from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from chassis.errors import Conflict, Rejected
from services.trips.tests.builders import TRIP
from trips.phone import logins
from trips.phone.logins import Login
from trips.phone.protocol import number_of

pytestmark = pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)  # one test below asks both databases

PASSWORD = "en lang adgangskode"
LOGIN = Login("bent", "Bent42", "Bent Ole Hansen")


def post(world, path, document):
    return world.call("POST", f"/app/{path}", json=document)


@pytest.fixture
def phoned(school):
    logins.create(school.app.store.engine, LOGIN, PASSWORD)
    return school


def sign_in(world, user_name="bent42", password=PASSWORD):
    return post(world, "auth", {"UserName": user_name, "Password": password})


def token(world):
    return sign_in(world).json["profile"]["Authorization"]["GuId"]


def drive(**over):
    """A report exactly as the phone sends it."""
    route = {
        "TotalDistance": "12,3",
        "GPSCoordinates": [
            {"Latitude": "56.46000", "Longitude": "10.03500", "IsViaPoint": False},
            {"Latitude": "56.47000", "Longitude": "10.05000", "IsViaPoint": False},
            {"Latitude": "56.48000", "Longitude": "10.10000", "IsViaPoint": True},
            {"Latitude": "56.50000", "Longitude": "10.20000", "IsViaPoint": False},
        ],
    }
    fields = {
        "Uuid": TRIP,
        "ProfileId": number_of("bent"),
        "Date": "2026-03-09T00:00:00",
        "Purpose": "Hjemmebesøg",
        "ManualEntryRemark": "",
        "EmploymentId": number_of("e-bent"),
        "RateId": number_of("car_high"),
        "StartsAtHome": True,
        "EndsAtHome": False,
        "FourKmRule": False,
        "HomeToBorderDistance": 0,
        "route": route,
    }
    return {**fields, **over}


def send(world, guid, **over):
    return post(world, "report", {"DriveReport": drive(**over), "Authorization": {"GuId": guid}})


def test_whoever_signs_in_is_told_who_they_are_and_what_they_may_drive_with(phoned):
    phoned.routing_answers()
    info = sign_in(phoned).json
    profile = info["profile"]
    assert set(profile) == {
        "Id", "Firstname", "Lastname", "HomeLatitude", "HomeLongitude", "Authorization", "Employments",
    }  # fmt: skip
    assert (profile["Firstname"], profile["Lastname"]) == ("Bent Ole", "Hansen")
    assert (profile["HomeLatitude"], profile["HomeLongitude"]) == ("56.460000", "10.035000")
    [job] = profile["Employments"]
    assert set(job) == {"Id", "EmploymentPosition", "ManNr", "StartDateTimestamp", "EndDateTimestamp", "OrgUnit"}
    assert (job["EmploymentPosition"], job["StartDateTimestamp"], job["EndDateTimestamp"]) == ("Lærer", 1577833200, 0)
    assert set(job["OrgUnit"]) == {"OrgId", "FourKmRuleAllowed"}
    assert info["rates"] == [{"Id": number_of("car_high"), "Description": "Bil, høj", "Year": "2026"}]
    assert all(isinstance(one["Id"], int) for one in (profile, job, *info["rates"]))


def test_the_phone_asks_again_with_its_token_until_the_login_is_gone(phoned):
    guid = token(phoned)
    assert post(phoned, "userinfo", {"GuId": guid}).json["profile"]["Authorization"]["GuId"] == guid
    logins.remove(phoned.app.store.engine, "bent")
    answer = post(phoned, "userinfo", {"GuId": guid})
    assert (answer.status_code, answer.json["ErrorCode"]) == (401, 610)
    assert set(answer.json) == {"ErrorMessage", "ErrorCode"}


def test_a_token_ends_after_ninety_days_without_use(phoned):
    guid = token(phoned)
    phoned.pass_time(days=89)
    assert post(phoned, "userinfo", {"GuId": guid}).status_code == 200
    phoned.pass_time(days=89)
    assert post(phoned, "userinfo", {"GuId": guid}).status_code == 200
    phoned.pass_time(days=90, seconds=1)
    assert send(phoned, guid).json["ErrorCode"] == 610


@pytest.mark.parametrize(("user_name", "password"), [("bent42", "forkert"), ("anna", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(phoned, user_name, password):
    answer = sign_in(phoned, user_name, password)
    assert (answer.status_code, answer.json["ErrorCode"]) == (401, 680)


def test_five_wrong_passwords_close_the_login_for_a_quarter_of_an_hour_also_for_the_right_one(phoned):
    for _ in range(5):
        sign_in(phoned, password="forkert")
    assert sign_in(phoned).json["ErrorCode"] == 680
    phoned.pass_time(minutes=15, seconds=1)
    assert sign_in(phoned).status_code == 200


def test_a_trip_from_the_phone_is_paid_by_its_distance_and_shows_where_it_passed(phoned):
    phoned.routing_answers()
    answer = send(phoned, token(phoned))
    assert (answer.status_code, answer.data) == (200, b"")
    told = phoned.trip().reported
    assert (told.person_id, told.report.employment_id, told.report.rate_type) == ("bent", "e-bent", "car_high")
    assert (told.report.odometer.distance_m, told.report.odometer.starts_at_home) == (12_300, True)
    assert told.report.remark == "Registreret med telefonen"
    assert [point.text for point in told.report.points] == [
        "56.46000, 10.03500",
        "56.48000, 10.10000",
        "56.50000, 10.20000",
    ]
    assert phoned.trip().status == "submitted"


def test_the_same_trip_again_is_a_duplicate_that_the_phone_may_delete(phoned):
    guid = token(phoned)
    send(phoned, guid)
    answer = send(phoned, guid, Purpose="Rettet på telefonen")
    assert (answer.status_code, answer.json["ErrorCode"]) == (200, 690)
    assert phoned.trip().reported.report.purpose == "Hjemmebesøg"


def test_a_uuid_that_is_none_still_names_one_trip(phoned):
    guid = token(phoned)
    assert send(phoned, guid, Uuid="abc").status_code == 200
    assert send(phoned, guid, Uuid="abc").json["ErrorCode"] == 690
    assert phoned.trip(str(uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "bent:abc"))).reported is not None


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"EmploymentId": number_of("e-carl")}, "employment"),
        ({"RateId": 1}, "rate"),
        ({"Purpose": " "}, "formål mangler"),
        ({"Date": "2026-03-11"}, "datoen er i fremtiden"),
        ({"Date": "i går"}, "date"),
        ({"Date": "2025-12-31"}, "rate"),
        ({"FourKmRule": True}, "firekilometerreglen"),
        ({"route": {"TotalDistance": 0, "GPSCoordinates": []}}, "distance"),
        ({"route": {"TotalDistance": "NaN"}}, "number"),
        ({"route": "her"}, "route"),
        ({"Uuid": ""}, "Uuid"),
    ],
)
def test_what_the_server_does_not_take_is_answered_by_the_phones_code_and_stores_nothing(phoned, over, why):
    answer = send(phoned, token(phoned), **over)
    assert (answer.status_code, answer.json["ErrorCode"]) == (400, 640)
    assert why in answer.json["ErrorMessage"]
    assert phoned.trip().reported is None


def test_a_report_for_another_profile_is_refused(phoned):
    answer = send(phoned, token(phoned), ProfileId=number_of("carl"))
    assert (answer.status_code, answer.json["ErrorCode"]) == (401, 670)


def test_a_rate_that_needs_a_plate_gets_the_primary_one(phoned):
    phoned.rate("van", requires_plate=True)
    guid = token(phoned)
    refused = send(phoned, guid, RateId=number_of("van"))
    assert "nummerplade" in refused.json["ErrorMessage"]
    phoned.call("PUT", f"/api/v1/profile/plates/{TRIP}", "bent", json={"plate": "AB 12 345"})
    assert send(phoned, guid, RateId=number_of("van")).status_code == 200
    assert phoned.trip().reported.report.licence_plate == "AB12345"


def test_a_phone_without_gps_sends_no_places(phoned):
    nowhere = {"Latitude": "0", "Longitude": "0", "IsViaPoint": False}
    send(phoned, token(phoned), route={"TotalDistance": 8.0, "GPSCoordinates": [nowhere, nowhere]})
    assert phoned.trip().reported.report.points == ()
    assert phoned.trip().reported.report.odometer.distance_m == 8_000


@pytest.mark.parametrize("document", [{}, {"DriveReport": 1}, {"UserName": 1, "Password": []}, {"GuId": None}])
def test_what_cannot_be_read_is_answered_by_the_phones_code_for_it(phoned, document):
    for path in ("auth", "userinfo", "report"):
        answer = post(phoned, path, document)
        assert (answer.status_code, answer.json["ErrorCode"]) == (400, 600)


def test_a_login_is_made_and_deleted_on_the_profile_page(school):
    def press(action, person_id="bent", **typed):
        return school.call("POST", "/profile", person_id, data={"action": action, **typed})

    short = press("phone", user_name="bent", password="kort")
    assert (short.status_code, "mindst 10 tegn" in short.text, "kort" not in short.text) == (422, True, True)
    assert press("phone", user_name="bent", password=PASSWORD).status_code == 303
    assert "bent" in school.call("GET", "/profile", "bent").text
    assert sign_in(school, "BENT").status_code == 200
    assert press("phone", "carl", user_name="Bent ", password=PASSWORD).status_code == 409
    assert press("unphone").status_code == 303
    assert sign_in(school, "bent").status_code == 401


def test_neither_password_nor_token_stands_in_the_database(phoned):
    guid = token(phoned)
    with phoned.reading() as conn:
        rows = [str(row) for table in (logins.logins, logins.tokens) for row in conn.execute(table.select()).all()]
    assert rows
    assert not any(PASSWORD in row or guid in row for row in rows)


def test_an_erased_persons_login_is_gone(phoned):
    guid = token(phoned)
    phoned.tell("payroll", "person-erased", {"person_id": "bent", "erased_at": "2031-01-02T08:00:00.000000Z"})
    assert post(phoned, "userinfo", {"GuId": guid}).json["ErrorCode"] == 610
    assert sign_in(phoned).json["ErrorCode"] == 680


def test_a_user_name_is_one_persons_and_of_some_length(phoned):
    engine = phoned.app.store.engine
    with pytest.raises(Conflict):
        logins.create(engine, Login("carl", "BENT42", "Carl"), PASSWORD)
    with pytest.raises(Rejected):
        logins.create(engine, Login("carl", "c", "Carl"), PASSWORD)
    assert logins.of_person(engine, "carl") is None
    assert logins.holder(engine, token(phoned), phoned.now + timedelta(days=91)) is None
