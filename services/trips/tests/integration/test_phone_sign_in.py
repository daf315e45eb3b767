"""Signing in with the phone withstands guesses side by side, and floods of them."""

import pytest

from services.trips.tests.integration.test_phone import LOGIN, PASSWORD, sign_in
from trips.phone import hashing, logins


@pytest.fixture
def phoned(school):
    logins.create(school.app.store.engine, LOGIN, PASSWORD)
    return school


def kept(world):
    """How many logins and tokens there are."""
    with world.reading() as conn:
        return [len(conn.execute(table.select()).all()) for table in (logins.logins, logins.tokens)]


def test_a_right_guess_beside_five_wrong_ones_does_not_pass_the_lock(phoned, monkeypatch):
    """The right one is still being hashed when the wrong ones close the login."""
    honest = hashing.matches

    def slow(kept_hash, password):
        monkeypatch.setattr(hashing, "matches", honest)
        for _ in range(5):
            sign_in(phoned, password="forkert")
        return honest(kept_hash, password)

    monkeypatch.setattr(hashing, "matches", slow)
    assert sign_in(phoned).json["ErrorCode"] == 680
    assert kept(phoned) == [1, 0]
    phoned.pass_time(minutes=15, seconds=1)
    assert sign_in(phoned).status_code == 200


def test_a_password_that_was_changed_while_it_was_compared_opens_nothing(phoned, monkeypatch):
    honest = hashing.matches

    def slow(kept_hash, password):
        logins.create(phoned.app.store.engine, LOGIN, "en helt anden adgangskode")
        return honest(kept_hash, password)

    monkeypatch.setattr(hashing, "matches", slow)
    assert sign_in(phoned).json["ErrorCode"] == 680
    assert kept(phoned) == [1, 0]


def test_guesses_at_a_closed_login_do_not_keep_it_closed(phoned):
    for _ in range(5):
        sign_in(phoned, password="forkert")
    phoned.pass_time(minutes=14)
    for _ in range(5):
        sign_in(phoned, password="forkert")
    phoned.pass_time(minutes=1, seconds=1)
    assert sign_in(phoned).status_code == 200


def test_an_unknown_name_costs_one_comparison_and_one_count_as_a_known_one_does(phoned, monkeypatch):
    compared, counted = [], []
    honest, count = hashing.matches, logins._failed
    monkeypatch.setattr(hashing, "matches", lambda *args: compared.append(args[0].split("$")[0]) or honest(*args))
    monkeypatch.setattr(logins, "_failed", lambda *args: counted.append(1) or count(*args))
    sign_in(phoned, password="forkert")
    assert sign_in(phoned, "anna").json["ErrorCode"] == 680
    assert (len(set(compared)), len(compared), len(counted)) == (1, 2, 2)


def test_when_too_many_sign_in_at_once_the_next_is_told_to_try_later_and_nothing_is_hashed(phoned, monkeypatch):
    hashed = []
    monkeypatch.setattr(hashing, "check_password_hash", lambda *_: hashed.append(1) or True)
    for _ in range(hashing.AT_ONCE):
        assert hashing.PLACES.acquire(blocking=False)
    try:
        answer = sign_in(phoned)
    finally:
        hashing.PLACES.release(hashing.AT_ONCE)
    assert (answer.status_code, answer.json["ErrorCode"], hashed) == (503, 600, [])
    assert "senere" in answer.json["ErrorMessage"]
    assert int(answer.headers["Retry-After"]) > 0
    assert sign_in(phoned).status_code == 200
