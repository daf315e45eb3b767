"""What the phone's calls withstand: absurd numbers, those who have left, and tokens that were kept for long."""

import logging

import pytest

from services.trips.tests.integration.test_phone import LOGIN, PASSWORD, TRIP, drive, post, send, sign_in, token
from trips.phone import logins, protocol

pytestmark = pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)
LAST_DAY = "2026-03-10"
"""The first day after the employment: the world's own day."""


@pytest.fixture
def phoned(school):
    logins.create(school.app.store.engine, LOGIN, PASSWORD)
    return school


def kept(world):
    """How many logins and tokens there are."""
    with world.reading() as conn:
        return [len(conn.execute(table.select()).all()) for table in (logins.logins, logins.tokens)]


def ask(world, guid):
    return post(world, "userinfo", {"GuId": guid})


def at(latitude, longitude):
    return {"TotalDistance": 8, "GPSCoordinates": [{"Latitude": latitude, "Longitude": longitude}]}


@pytest.mark.parametrize(
    "km", ["1e999999", "1e-999999", "9" * 5000, "1e308", 1e308, "10000.001", [1], True, "\uff11\uff12"]
)
def test_a_distance_of_any_size_is_refused_before_it_is_reckoned_with(phoned, km):
    answer = send(phoned, token(phoned), route={"TotalDistance": km, "GPSCoordinates": []})
    assert (answer.status_code, answer.json["ErrorCode"]) == (400, 640)
    assert phoned.trip().reported is None


@pytest.mark.parametrize("latitude", ["1e300000", "1e999999999999", "-90.00001", "90,1", "0." + "0" * 5000 + "1"])
def test_a_latitude_that_is_none_is_refused_before_it_is_written(phoned, latitude):
    answer = send(phoned, token(phoned), route=at(latitude, "10.035"))
    assert (answer.status_code, answer.json["ErrorCode"]) == (400, 640)
    assert phoned.trip().reported is None


@pytest.mark.parametrize("day", ["0001-01-01T00:00:01+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_date_at_the_end_of_all_time_is_refused(phoned, day):
    answer = send(phoned, token(phoned), Date=day)
    assert (answer.status_code, answer.json["ErrorCode"]) == (400, 640)


def test_whoever_left_can_send_what_they_kept_for_a_fortnight_and_then_nothing(phoned):
    guid = token(phoned)
    phoned.employee(until=LAST_DAY)
    phoned.pass_time(days=13)
    assert ask(phoned, guid).status_code == 200
    assert sign_in(phoned).status_code == 200
    assert send(phoned, guid).status_code == 200
    phoned.pass_time(days=1)
    assert send(phoned, guid, Uuid="another").json["ErrorCode"] == 610
    assert ask(phoned, guid).json["ErrorCode"] == 610
    assert sign_in(phoned).json["ErrorCode"] == 680


def test_a_refused_login_of_somebody_who_left_is_gone_with_its_tokens(phoned):
    guid = token(phoned)
    phoned.employee(until=LAST_DAY)
    phoned.pass_time(days=14)
    assert kept(phoned) == [1, 1]
    ask(phoned, guid)
    assert kept(phoned) == [0, 0]


def test_who_comes_back_later_keeps_the_login_and_may_not_use_it_before(phoned):
    guid = token(phoned)
    phoned.employee(since="2026-04-01")
    assert ask(phoned, guid).json["ErrorCode"] == 610
    assert sign_in(phoned).json["ErrorCode"] == 680
    phoned.pass_time(days=22)
    assert ask(phoned, guid).status_code == 200


def test_when_payroll_says_that_somebody_has_left_their_login_and_tokens_go(phoned):
    token(phoned)
    phoned.employee(until="2026-02-25")
    assert kept(phoned) == [1, 1]
    phoned.employee(until="2026-02-24")
    assert kept(phoned) == [0, 0]


def test_a_token_ends_a_year_after_its_sign_in_however_much_it_is_used(phoned):
    guid = token(phoned)
    for _ in range(6):
        phoned.pass_time(days=60)
        assert ask(phoned, guid).status_code == 200
    phoned.pass_time(days=5)
    assert ask(phoned, guid).status_code == 200
    phoned.pass_time(seconds=1)
    assert ask(phoned, guid).json["ErrorCode"] == 610
    assert sign_in(phoned).status_code == 200


def test_the_token_is_taken_from_the_body_alone(phoned):
    guid = token(phoned)
    assert phoned.call("POST", f"/app/userinfo?GuId={guid}", json={}).status_code == 400
    headers = {"Authorization": f"Bearer {guid}", "Cookie": f"GuId={guid}"}
    assert phoned.call("POST", "/app/userinfo", json={}, headers=headers).json["ErrorCode"] == 600
    bare = phoned.call("POST", "/app/report", json={"DriveReport": drive()}, headers=headers)
    assert bare.json["ErrorCode"] == 600
    answer = ask(phoned, guid)
    assert guid not in str(answer.headers)


def test_no_call_of_the_phone_writes_names_places_passwords_or_tokens_to_the_log(phoned, caplog):
    caplog.set_level(logging.DEBUG)
    guid = token(phoned)
    sign_in(phoned, password="hemmelig gisning")
    ask(phoned, guid)
    send(phoned, guid)
    send(phoned, guid, Uuid="another", route=at("56.98765", "999"))
    send(phoned, guid, Uuid="third", Date="i går")
    told = " ".join(f"{vars(record)}" for record in caplog.records)
    secret = (PASSWORD, "hemmelig gisning", guid, "Bent42", "bent42", "Hansen", "56.46", "56.98765", "Hjemmebesøg")
    assert [one for one in secret if one in told] == []


def test_an_unexpected_error_in_a_report_is_logged_without_what_was_sent(phoned, caplog, monkeypatch):
    guid = token(phoned)
    monkeypatch.setattr(protocol, "report_of", lambda *_: 1 / 0)
    assert send(phoned, guid).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert [one for one in (guid, "56.46", "Hansen", "Hjemmebesøg", TRIP) if one in caplog.text] == []


def test_the_days_of_grace_are_those_of_denmark(phoned):
    """Two hours before midnight in UTC it is already the next day here."""
    guid = token(phoned)
    phoned.employee(until="2026-04-05")
    phoned.now = phoned.now.replace(month=4, day=18, hour=21, minute=59, second=0)
    assert ask(phoned, guid).status_code == 200
    phoned.pass_time(minutes=1)
    assert ask(phoned, guid).json["ErrorCode"] == 610
