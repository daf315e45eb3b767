"""Keys that come and go, and an issuer that knows its place."""

import json
import stat
import subprocess
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

import eventlet
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from chassis.errors import Unauthenticated, Unavailable
from chassis.identity import DevIssuer, Identity, KeySet, SigningKey, Verifier, read_key_set

ALICE = Identity("p-1", frozenset({"employee", "payroll"}), "Alice")


class Source:
    """A key set that can be changed, or be away, and counts how often it was read."""

    def __init__(self, *keys):
        self.keys = keys
        self.reads = 0
        self.is_away = False

    def __call__(self):
        self.reads += 1
        if self.is_away:
            raise OSError("away")
        return {"keys": [entry for key in self.keys for entry in key.key_set()["keys"]]}


@pytest.fixture
def old(tmp_path):
    return SigningKey.load_or_create(tmp_path / "old.pem")


@pytest.fixture
def new(tmp_path):
    return SigningKey.load_or_create(tmp_path / "new.pem")


def token(key, lifetime=timedelta(minutes=5)):
    return key.token(ALICE, issuer="identity", audience="services", lifetime=lifetime)


class Time:
    now = 1000.0

    def __call__(self):
        return self.now


def test_an_identity_survives_its_token(old):
    verifier = Verifier(KeySet(Source(old)), issuer="identity", audience="services")
    assert verifier.verify(token(old)) == ALICE


def test_a_new_key_is_found_when_a_token_names_it(old, new):
    source, time = Source(old), Time()
    keys = KeySet(source, time)
    verifier = Verifier(keys, issuer="identity", audience="services")
    verifier.verify(token(old))
    source.keys = (old, new)
    time.now += 11
    assert verifier.verify(token(new)) == ALICE
    assert source.reads == 2


def test_invented_keys_do_not_make_the_service_hammer_the_provider(old):
    source, time = Source(old), Time()
    keys = KeySet(source, time)
    for number in range(100):
        assert keys.find(f"invented-{number}") is None
    assert source.reads == 1
    time.now += 11
    keys.find("invented")
    assert source.reads == 2


def test_a_key_that_was_withdrawn_is_forgotten_in_time(old, new):
    source, time = Source(old), Time()
    keys = KeySet(source, time)
    assert keys.find(old.key_id) is not None
    source.keys = (new,)
    time.now += 601
    assert keys.find(old.key_id) is None


def test_known_keys_last_while_the_provider_is_away(old):
    source, time = Source(old), Time()
    keys = KeySet(source, time)
    keys.find(old.key_id)
    source.is_away = True
    time.now += 5000
    assert keys.find(old.key_id) is not None


def test_without_any_key_nobody_can_say_who_is_who(old):
    source, time = Source(old), Time()
    source.is_away = True
    verifier = Verifier(KeySet(source, time), issuer="identity", audience="services")
    with pytest.raises(Unavailable):
        verifier.verify(token(old))
    source.is_away = False
    time.now += 11
    assert verifier.verify(token(old)) == ALICE


def test_a_provider_that_is_down_is_not_asked_by_every_request(old):
    source = Source(old)
    source.is_away = True
    keys = KeySet(source, Time())
    for _ in range(100):
        with pytest.raises(Unavailable):
            keys.find(old.key_id)
    assert source.reads == 1


def test_a_provider_that_went_down_is_asked_again_soon_not_ten_minutes_later(old, new):
    source, time = Source(old), Time()
    keys = KeySet(source, time)
    keys.find(old.key_id)
    time.now += 601
    source.is_away = True
    assert keys.find(old.key_id) is not None
    source.is_away, source.keys = False, (new,)
    time.now += 11
    assert keys.find(old.key_id) is None


def test_a_key_nobody_can_look_up_is_no_reason_to_call_the_token_bad(old, new):
    """The provider may have begun to sign with it while it cannot be asked."""
    source, time = Source(old), Time()
    keys = KeySet(source, time)
    keys.find(old.key_id)
    source.is_away = True
    time.now += 11
    with pytest.raises(Unavailable):
        keys.find(new.key_id)


class SlowSource(Source):
    """Answers when it is told to."""

    def __init__(self, *keys):
        super().__init__(*keys)
        self.may_answer = threading.Event()

    def __call__(self):
        document = super().__call__()
        self.may_answer.wait(10)
        return document


def test_who_comes_during_the_first_fetch_waits_for_it(old):
    source = SlowSource(old)
    keys = KeySet(source)
    with ThreadPoolExecutor(2) as pool:
        finding = [pool.submit(keys.find, old.key_id) for _ in range(2)]
        wait(finding, timeout=0.3)
        source.may_answer.set()
        assert [one.result(10) is not None for one in finding] == [True, True]
    assert source.reads == 1


def test_who_has_a_known_key_does_not_wait_for_a_fetch(old):
    source, time = SlowSource(old), Time()
    keys = KeySet(source, time)
    source.may_answer.set()
    keys.find(old.key_id)
    source.may_answer.clear()
    time.now += 601
    with ThreadPoolExecutor(2) as pool:
        finding = [pool.submit(keys.find, old.key_id) for _ in range(2)]
        done, fetching = wait(finding, timeout=5, return_when=FIRST_COMPLETED)
        source.may_answer.set()
    assert (len(done), len(fetching), source.reads) == (1, 1, 2)


@pytest.mark.parametrize("document", [None, [], {}, {"keys": 1}, {"keys": [1]}, {"keys": ["x"]}])
def test_a_key_set_that_is_none_gives_no_keys(document):
    with pytest.raises(Unavailable):
        KeySet(lambda: document).find("x")


def test_shared_secrets_and_broken_keys_in_the_set_are_left_out(old):
    entries = [
        {"kty": "oct", "kid": "shared", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "EC", "kid": "broken", "crv": "P-256", "x": "?", "y": "?"},
        {**old.key_set()["keys"][0], "kid": "for-encryption", "use": "enc"},
        *old.key_set()["keys"],
    ]
    keys = KeySet(lambda: {"keys": entries})
    assert [keys.find(name) is not None for name in ("shared", "broken", "for-encryption", old.key_id)] == [
        False,
        False,
        False,
        True,
    ]


def test_keys_are_fetched_over_http(old):
    def serve(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(old.key_set()).encode()]

    from eventlet import wsgi

    socket = eventlet.listen(("127.0.0.1", 0), reuse_port=False)
    server = eventlet.spawn(wsgi.server, socket, serve, log_output=False)
    host, port = socket.getsockname()
    assert KeySet(read_key_set(f"http://{host}:{port}/jwks")).find(old.key_id) is not None
    server.kill()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])
def test_the_persona_issuer_refuses_where_others_could_reach_it(tmp_path, host):
    with pytest.raises(ValueError, match="only for this machine itself"):
        DevIssuer(tmp_path, host=host)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.5.5", "::1", "localhost"])
def test_the_persona_issuer_works_on_this_machine(tmp_path, host):
    issuer = DevIssuer(tmp_path, host=host)
    verifier = Verifier(KeySet(read_key_set(str(issuer.jwks_path))), issuer="identity", audience="services")
    assert verifier.verify(issuer.token(ALICE)) == ALICE


def test_the_private_key_is_for_its_owner_alone_and_lasts(tmp_path):
    first = DevIssuer(tmp_path, host="127.0.0.1")
    path = tmp_path / "dev-issuer.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"PRIVATE" not in first.jwks_path.read_bytes()
    token = first.token(ALICE)
    again = DevIssuer(tmp_path, host="127.0.0.1")
    assert Verifier(KeySet(read_key_set(str(again.jwks_path))), issuer="identity", audience="services").verify(token)


def test_two_that_come_at_once_share_one_key(tmp_path, monkeypatch):
    """The second looked before the first had written, and writes after it."""
    first = SigningKey.load_or_create(tmp_path / "k.pem")
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    assert SigningKey.load_or_create(tmp_path / "k.pem").key_id == first.key_id
    assert [path.name for path in tmp_path.iterdir()] == ["k.pem"]


def test_a_trial_gets_its_keys_and_token_from_a_command(tmp_path):
    command = [
        sys.executable,
        "-m",
        "chassis.identity",
        "issue",
        "--directory",
        tmp_path,
        "--person",
        "feed-reader",
        "--role",
        "integration",
        "--token-file",
        tmp_path / "token",
    ]
    subprocess.run(command, check=True, timeout=60)
    verifier = Verifier(KeySet(read_key_set(str(tmp_path / "jwks.json"))), issuer="identity", audience="services")
    found = verifier.verify((tmp_path / "token").read_text())
    assert found == Identity("feed-reader", frozenset({"integration"}), "feed-reader")
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_an_expired_token_says_so(old):
    verifier = Verifier(KeySet(Source(old)), issuer="identity", audience="services")
    with pytest.raises(Unauthenticated) as raised:
        verifier.verify(token(old, timedelta(minutes=-1)))
    assert raised.value.code == "token_expired"


@pytest.mark.parametrize(("algorithm", "taken"), [("RS256", True), ("RS512", False), ("PS256", False)])
def test_only_the_three_agreed_ways_of_signing_are_taken(algorithm, taken):
    """Also when the provider's own key set offers others."""
    private = rsa.generate_private_key(65537, 2048)
    public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    keys = KeySet(lambda: {"keys": [{**public, "kid": "k", "alg": algorithm}]})
    claims = {"sub": "p", "iss": "identity", "aud": "services", "exp": datetime.now(UTC) + timedelta(minutes=5)}
    signed = jwt.encode(claims, private, algorithm=algorithm, headers={"kid": "k"})
    verifier = Verifier(keys, issuer="identity", audience="services")
    if taken:
        assert verifier.verify(signed).person_id == "p"
    else:
        with pytest.raises(Unauthenticated):
            verifier.verify(signed)
