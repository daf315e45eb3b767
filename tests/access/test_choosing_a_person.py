"""Being anybody without a password is for whoever sits at the machine, however the request got there."""

import pytest
from werkzeug.test import Client

from chassis.config import load
from chassis.http import application
from chassis.identity import DevIssuer, Identity
from deploy.demo.people import Employment, Person
from deploy.gateway.app import GatewayApp
from deploy.gateway.config import GatewayConfig
from deploy.gateway.service import GatewayService

HERE = {"REMOTE_ADDR": "127.0.0.1"}
ENDPOINTS = {"POST /persona/token": {"as": "integration"}, "POST /persona": {"person_id": "p-1"}, "GET /persona": {}}


@pytest.fixture
def issuer(tmp_path):
    return DevIssuer(tmp_path, host="127.0.0.1")


@pytest.fixture
def gateway(issuer, monkeypatch):
    """The gateway's edge without a server, and one person to be."""
    config = load(GatewayConfig, {"GATEWAY_DATABASE_URL": "sqlite://", "GATEWAY_JWKS": str(issuer.jwks_path)})
    person = Person("p-1", "Åse Holm", (Employment("e-1", "1", "u-1", "Nurse", leader=False),))
    app = GatewayApp(name="gateway", config=config, issuer=issuer, system=None, _people=[person])
    monkeypatch.setattr("deploy.gateway.http.pages.featured", lambda people: dict.fromkeys(["employee"], people[0]))
    web = GatewayService.web
    return Client(application(app, web._routes, web._package, ""), use_cookies=False)


def ask(gateway, endpoint, *, host, peer=HERE, headers=()):
    method, path = endpoint.split(" ")
    fields = {"query_string": {}} if method == "GET" else {"data": ENDPOINTS[endpoint]}
    return gateway.open(path, method=method, environ_base=peer, headers={"Host": host, **dict(headers)}, **fields)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.5.5.5:8000"])
def test_whoever_sits_at_the_machine_may_be_anybody(gateway, endpoint, host):
    assert ask(gateway, endpoint, host=host).status_code in (200, 302, 303)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "host",
    ["demo.example", "demo.example:8000", "localhost.example", "127.0.0.1.example", "x@localhost", "10.0.0.7", ""],
)
def test_a_name_that_was_made_to_point_here_gets_nobody(gateway, endpoint, host):
    refused(ask(gateway, endpoint, host=host))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_who_comes_through_a_tunnel_gets_nobody(gateway, endpoint, header):
    refused(ask(gateway, endpoint, host="127.0.0.1:8000", headers={header: "192.0.2.7"}))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_who_comes_from_another_machine_gets_nobody(gateway, endpoint):
    refused(ask(gateway, endpoint, host="127.0.0.1:8000", peer={"REMOTE_ADDR": "192.0.2.7"}))


def refused(answer):
    assert answer.status_code in (400, 403), answer.text[:300]
    assert "Set-Cookie" not in answer.headers
    assert "eyJ" not in answer.text
    if answer.status_code == 403:
        assert "kun vælges på maskinen selv" in answer.text


@pytest.mark.parametrize(
    ("roles", "links"),
    [
        ({"employee"}, {"/trips/": True, "/approval/": True, "/payroll/": False}),
        ({"employee", "payroll"}, {"/trips/": True, "/approval/": True, "/payroll/": True}),
        (None, {"/trips/": True, "/approval/": True, "/payroll/": True}),
    ],
)
def test_the_front_page_leads_nobody_to_what_they_may_not_open(gateway, issuer, monkeypatch, roles, links):
    monkeypatch.setattr(GatewayApp, "services", lambda _self: [])
    who = {} if roles is None else {"Authorization": f"Bearer {issuer.token(Identity('p-1', frozenset(roles), 'Åse'))}"}
    page = gateway.get("/", environ_base=HERE, headers={"Host": "127.0.0.1:8000", **who}).text
    main = page.partition("<main")[2]
    assert {path: f'<h3><a href="{path}"' in main for path in links} == links
