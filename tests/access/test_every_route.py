"""Every route and every role: the services' own route tables, called for real in one process.

What is asked of each is only whether it lets the caller in; what it then says of an empty request is another matter.
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from werkzeug.test import Client

from chassis.http import application
from chassis.http.access import ANYONE
from chassis.identity import DevIssuer, Identity
from deploy.assembly import PARTS, build_apps
from deploy.gateway.service import GatewayService
from tests.access.who_may import OF_EVERY_SERVICE, ROLES, WHO_MAY, admitted

AWAY = {"REMOTE_ADDR": "192.0.2.7"}
CALLERS = (None, "", *ROLES)
ENDPOINTS = [(service, endpoint) for service, own in WHO_MAY.items() for endpoint in {**own, **OF_EVERY_SERVICE}]


class Edge:
    """One service's HTTP edge without a server."""

    def __init__(self, part, app) -> None:
        web = part.service.web
        self._prefix = f"/{part.name}"
        self._wsgi = application(app, web._routes, web._package, self._prefix)
        self._client = Client(self._wsgi, use_cookies=False)

    @property
    def routes(self):
        """All that the edge answers, by method and path below the service."""
        found = [rule.endpoint for rule in self._wsgi._map.iter_rules()]
        return {f"{route.method} {route.path.removeprefix(self._prefix)}": route for route in found}

    def call(self, endpoint, token=None, **options):
        method, path = endpoint.split(" ")
        path = re.sub(r"<uuid:\w+>", str(UUID(int=1)), path)
        path = re.sub(r"<\w+>", "unknown", path)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if method != "GET":
            options |= {"data": {}} if self.routes[endpoint].page else {"json": {}}
        return self._client.open(
            self._prefix + path, method=method, headers={**headers, **options.pop("headers", {})}, **options
        )


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return DevIssuer(tmp_path_factory.mktemp("keys"), host="127.0.0.1")


@pytest.fixture(scope="module")
def edges(tmp_path_factory, issuer):
    apps = build_apps({"JWKS": str(issuer.jwks_path)}, tmp_path_factory.mktemp("services"))
    for app in apps.values():
        app.projections.prepare()
    yield {part.name: Edge(part, apps[part.name]) for part in PARTS}
    for app in apps.values():
        app.store.engine.dispose()


@pytest.fixture(scope="module")
def token_of(issuer):
    """The token of somebody in one role, in none (an empty text), or of nobody (None)."""

    def token_of(role, **options):
        if role is None:
            return None
        return issuer.token(Identity("p-1", frozenset({role} - {""}), "Somebody"), **options)

    return token_of


@pytest.mark.parametrize("service", WHO_MAY)
def test_the_table_names_every_route_there_is_and_no_other(edges, service):
    assert set(edges[service].routes) == {*WHO_MAY[service], *OF_EVERY_SERVICE}


@pytest.mark.parametrize(("service", "endpoint"), ENDPOINTS)
def test_a_route_lets_in_who_the_table_names_and_nobody_else(edges, token_of, service, endpoint):
    for role in CALLERS:
        answer = edges[service].call(endpoint, token_of(role), environ_base=AWAY)
        assert turned_away(answer) != admitted(service, endpoint, role), (role, answer.status, answer.text[:300])
        assert answer.status_code != 500, answer.text[:300]


def turned_away(answer):
    """Whether it was the access check that said no; a 403 for a rule of the domain comes after it."""
    if answer.mimetype == "text/html":
        return answer.status_code in (401, 403)
    return answer.status_code == 401 or code_of(answer) == "role_missing"


def code_of(answer):
    return answer.json.get("code") if answer.mimetype == "application/problem+json" else None


@pytest.mark.parametrize(("service", "endpoint"), ENDPOINTS)
def test_a_token_that_is_no_good_is_nobody(edges, token_of, service, endpoint):
    bad = ["x.y.z", token_of("admin")[:-3] + "abc", token_of("admin", lifetime=timedelta(hours=-1))]
    for token in bad:
        answer = edges[service].call(endpoint, token, environ_base=AWAY)
        assert turned_away(answer) != admitted(service, endpoint, None)


@pytest.mark.parametrize("service", WHO_MAY)
def test_metrics_are_open_to_the_machine_itself_but_not_through_a_proxy(edges, service):
    here = {"REMOTE_ADDR": "127.0.0.1"}
    assert edges[service].call("GET /metrics", environ_base=here).status_code == 200
    proxied = edges[service].call("GET /metrics", environ_base=here, headers={"X-Forwarded-For": "192.0.2.7"})
    assert proxied.status_code == 401


CHANGING = [(service, endpoint) for service, endpoint in ENDPOINTS if not endpoint.startswith("GET ")]


@pytest.mark.parametrize(("service", "endpoint"), CHANGING)
def test_what_changes_something_refuses_a_browsers_cookie_from_another_site(edges, token_of, service, endpoint):
    role = next(role for role in ROLES if admitted(service, endpoint, role))

    def asked_from(**origin):
        headers = {"Cookie": f"session={token_of(role)}", **origin}
        return edges[service].call(endpoint, environ_base=AWAY, headers=headers).status_code

    assert asked_from(**{"Sec-Fetch-Site": "cross-site"}) == 403
    assert asked_from(Origin="https://elsewhere.example") == 403
    assert asked_from() == 403
    assert asked_from(**{"Sec-Fetch-Site": "same-origin"}) != 403


def test_the_gateway_shows_anybody_the_way_and_holds_nothing_else():
    routes = {f"{route.method} {route.path}": route.access for route in GatewayService.web._routes}
    assert routes == dict.fromkeys(
        [
            "GET /",
            "GET /persona",
            "POST /persona",
            "POST /persona/token",
            "POST /persona/sign-out",
            "GET /health/ready",
        ],
        ANYONE,
    )
