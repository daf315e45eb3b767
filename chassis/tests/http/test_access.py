"""Who gets in, and who only thinks so."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CARD = "/lending/api/v1/cards/p-2"
LOANS = "/lending/api/v1/loans"


def test_nobody_gets_in_without_a_token_and_is_told_how(site):
    answer = site.get(LOANS)
    assert (answer.status, answer.json["code"], answer.headers["www-authenticate"]) == (401, "not_signed_in", "Bearer")


def test_a_role_is_needed_where_the_route_says_so(site):
    assert site.get(CARD, token=site.token("reader")).json["code"] == "role_missing"
    assert site.get(CARD, token=site.token("librarian")).status == 200


def test_who_may_not_see_a_page_is_still_known_by_name(site):
    answer = site.get("/lending/office", cookie=f"session={site.token('reader')}")
    assert (answer.status, "Åse Holm" in answer.text, "Log ind" in answer.text) == (403, True, False)


def test_what_may_be_read_by_anyone_is_read_with_a_bad_cookie_too(site):
    assert site.get("/lending/", cookie="session=rubbish").status == 200


def claims(**changes):
    now = datetime.now(UTC)
    good = {"sub": "p-1", "roles": ["librarian"], "iss": "identity", "aud": "services", "exp": now + timedelta(hours=1)}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(issuer, payload, **headers):
    key = issuer._key
    return jwt.encode(payload, key._private, algorithm="EdDSA", headers={"kid": key.key_id, **headers})


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"iss": "somebody else"},
        {"iss": None},
        {"aud": "another system"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"roles": "librarian"},
        {"roles": [1]},
        {"name": 3},
        {"nbf": datetime(2090, 1, 1, tzinfo=UTC)},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(site, issuer, changes):
    answer = site.get(LOANS, token=signed(issuer, claims(**changes)))
    assert (answer.status, answer.json["code"] in ("token_refused", "token_expired")) == (401, True)


def test_the_same_token_with_right_claims_is_taken(site, issuer):
    assert site.get(LOANS, token=signed(issuer, claims())).status == 200


def test_a_token_without_a_signature_is_refused(site):
    token = jwt.encode(claims(), None, algorithm="none", headers={"kid": "x"})
    assert site.get(LOANS, token=token).json["code"] == "token_refused"


def test_the_public_key_is_no_shared_secret(site, issuer):
    """The classic confusion: a token signed with HMAC by the bytes of a public key."""
    public = json.loads(issuer.jwks_path.read_text())["keys"][0]
    secret = base64.urlsafe_b64decode(public["x"] + "=")
    token = jwt.encode(claims(), secret, algorithm="HS256", headers={"kid": public["kid"]})
    assert site.get(LOANS, token=token).json["code"] == "token_refused"


def test_another_key_under_a_known_name_is_refused(site, issuer):
    for private, algorithm in (
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (rsa.generate_private_key(65537, 2048), "RS256"),
    ):
        token = jwt.encode(claims(), private, algorithm=algorithm, headers={"kid": issuer._key.key_id})
        assert site.get(LOANS, token=token).json["code"] == "token_refused"


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é", "x" * 8000])
def test_what_is_no_token_at_all_is_refused(site, token):
    answer = site.ask("GET", LOANS, cookie=f"session={token}")
    assert answer.status == 401


def test_an_altered_token_is_refused(site, issuer):
    head, body, signature = signed(issuer, claims()).split(".")
    altered = (
        base64.urlsafe_b64encode(base64.urlsafe_b64decode(body + "==").replace(b"p-1", b"p-2")).rstrip(b"=").decode()
    )
    assert site.get(LOANS, token=f"{head}.{altered}.{signature}").json["code"] == "token_refused"


def test_another_scheme_than_bearer_is_refused(site):
    assert site.get(LOANS, headers=["Authorization: Basic eDp5"]).json["code"] == "token_refused"


GOOD = {"book": "x", "days": 1}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Sec-Fetch-Site: same-origin"], 201),
        (["Sec-Fetch-Site: cross-site"], 403),
        (["Sec-Fetch-Site: same-site"], 403),
        (["Sec-Fetch-Site: none"], 403),
        (["Origin: http://library.test"], 201),
        (["Origin: https://library.test"], 403),
        (["Origin: http://library.test.evil.example"], 403),
        (["Origin: null"], 403),
        (["Sec-Fetch-Site: cross-site", "Origin: http://library.test"], 403),
        ([], 403),
    ],
    ids=str,
)
def test_a_browser_changes_things_only_from_our_own_pages(site, headers, status):
    answer = site.ask("POST", LOANS, cookie=f"session={site.token()}", body=GOOD, headers=headers)
    assert answer.status == status


def test_a_form_from_elsewhere_is_refused_even_before_anybody_signed_in(site):
    answer = site.post_form("/lending/", "book=x", headers=["Origin: http://evil.example"])
    assert (answer.status, "vores egne sider" in answer.text) == (403, True)


def test_a_program_with_a_token_needs_no_origin(site):
    assert site.ask("POST", LOANS, token=site.token(), body=GOOD).status == 201


def test_a_browser_may_read_from_anywhere(site):
    assert site.get(LOANS, cookie=f"session={site.token()}", headers=["Sec-Fetch-Site: cross-site"]).status == 200


def test_a_person_who_is_not_signed_in_is_shown_the_way_and_back(site):
    answer = site.get("/lending/office?x=1")
    assert answer.status == 401
    assert 'href="/persona?next=/lending/office%3Fx%3D1"' in answer.text


def test_reading_another_persons_data_is_recorded_and_reading_ones_own_is_not(site, app):
    from chassis.identity import accesses_of

    site.get("/lending/api/v1/cards/p-2", token=site.token("librarian"), headers=["X-Correlation-Id: c-1"])
    site.get("/lending/api/v1/cards/p-1", token=site.token("librarian"))
    (record,) = accesses_of(app.store.engine, "p-2")
    assert (record.actor, record.what, record.correlation_id) == ("p-1", "card", "c-1")
    assert accesses_of(app.store.engine, "p-1") == []


def test_metrics_are_for_this_machine_and_for_those_who_may(site):
    assert site.get("/lending/metrics").status == 200
    assert site.get("/lending/metrics", headers=["X-Forwarded-For: 203.0.113.9"]).status == 401
    forwarded = ["X-Forwarded-For: 203.0.113.9"]
    assert site.get("/lending/metrics", headers=forwarded, token=site.token("employee")).status == 403
    assert site.get("/lending/metrics", headers=forwarded, token=site.token("admin")).status == 200


def test_every_built_in_route_is_open_only_where_it_must_be(site):
    """The whole list, so that a new one cannot slip in unseen."""
    from lending.service import ROUTES

    from chassis.http.builtin import operational

    built_in = {route.path: route.access.names() for route in operational("/lending", "lending", has_store=True)}
    assert built_in == {
        "/lending/health/live": ["anyone"],
        "/lending/health/ready": ["anyone"],
        "/lending/version": ["anyone"],
        "/lending/metrics": ["admin", "integration"],
        "/lending/feed": ["integration"],
    }
    for route in ROUTES:
        answer = site.ask(route.method, route.path.replace("<book>", "x").replace("<person_id>", "p"))
        assert (answer.status == 401) == route.access.signed_in, route.path
