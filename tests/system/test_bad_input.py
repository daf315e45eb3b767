"""Bad input at every endpoint there is: each gets a clear problem document, and nothing is stored.

The endpoints are those of the services' own OpenAPI documents, so that none can be forgotten.
"""

import json
import re
import time
import uuid

import pytest

from chassis.identity import Identity
from deploy.client import program

SERVICES = ("trips", "approval", "payroll", "routing")
ELSEWHERE = {"X-Forwarded-For": "192.0.2.1"}  # metrics are open to the machine itself
NOBODY = Identity("nobody-at-all", frozenset({"no-such-role"}), "Nobody")
INSIDES = re.compile(
    rb"Traceback|sqlalchemy|sqlite3|psycopg2|marshmallow|werkzeug|/site-packages/|\.py\b", re.IGNORECASE
)
LOG_POSITION = re.compile(r"^log_position (\S+)$", re.MULTILINE)
STILL = 6
TOO_LARGE = 65 * 1024 * 1024
UNKNOWN_ID = str(uuid.UUID(int=7, version=4))
UNKNOWN = {"period": "2999-01"}
OF_THE_PHONE = "/trips/app/"
"""The predecessor's protocol: its clients read its own numbered errors."""


class Endpoint:
    """One operation of a service's document, and somebody who may call it."""

    def __init__(self, running, method, path, operation):
        self.running, self.method, self.path = running, method.upper(), path
        self.roles = operation["x-roles"]
        self.has_body = "requestBody" in operation
        self.parameters = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "path"}

    @property
    def is_open(self):
        return "anyone" in self.roles

    @property
    def url(self):
        return re.sub(r"{(\w+)}", lambda found: self.unknown(found[1]), self.path)

    def unknown(self, name):
        return UNKNOWN_ID if self.parameters[name].get("format") == "uuid" else UNKNOWN.get(name, "unknown")

    @property
    def somebody(self):
        named = set(self.roles) & {"payroll", "admin", "integration", "auditor"}
        return program(min(named)) if named else self.running.cast["employee"].identity

    def send(self, identity=..., url=None, method=None, **options):
        identity = self.somebody if identity is ... else identity
        headers = options.pop("headers", {})
        if identity is not None:
            headers["Authorization"] = f"Bearer {self.running.system.acting_as(identity).token}"
        return self.running.system.request(method or self.method, url or self.url, headers=headers, **options)


def endpoints(running, service):
    document = running.system.request("GET", f"/{service}/openapi.json").json()
    operations = [(m, path, op) for path, methods in document["paths"].items() for m, op in methods.items()]
    assert len(operations) >= 6
    return [Endpoint(running, *operation) for operation in operations]


def cases(endpoint):
    """What is sent, the statuses that are right, and the answer."""
    if not endpoint.is_open:
        yield "nobody signed in", {401}, endpoint.send(identity=None, headers=dict(ELSEWHERE))
        yield (
            "a token that is none",
            {401},
            endpoint.send(identity=None, headers={"Authorization": "Bearer x.y.z", **ELSEWHERE}),
        )
    if not endpoint.is_open and "signed-in" not in endpoint.roles:
        yield "somebody without the role", {403}, endpoint.send(identity=NOBODY, headers=dict(ELSEWHERE))
    yield "an unknown query", {400}, endpoint.send(url=f"{endpoint.url}?nonsense=1", **body_if(endpoint))
    yield "a method nobody offers", {405}, endpoint.send(method="PATCH")
    if endpoint.parameters:
        if endpoint.method != "DELETE":  # what is gone already may be deleted again
            yield "unknown ids", {404, 409, 400, 422}, endpoint.send(**body_if(endpoint))
        long = re.sub(r"{\w+}", "x" * 2000, endpoint.path)
        yield "ids that are no ids", {400, 404, 422}, endpoint.send(url=long, **body_if(endpoint))
        yield "an id with a NUL", {400, 404, 422}, endpoint.send(url=re.sub(r"{\w+}", "a%00b", endpoint.path))
    if endpoint.has_body:
        yield from broken_bodies(endpoint)


def broken_bodies(endpoint):
    typed = {"Content-Type": "application/json"}
    yield "half a document", {400}, endpoint.send(body=b'{"a": ', headers=dict(typed))
    yield "not UTF-8", {400}, endpoint.send(body=b'{"a": "\xff"}', headers=dict(typed))
    yield "a list where an object belongs", {400}, endpoint.send(json=[1, 2])
    yield "a text where an object belongs", {400}, endpoint.send(json="x")
    yield "a field nobody knows", {400}, endpoint.send(json={"nonsense": 1})
    yield "nested without end", {400}, endpoint.send(body=b"[" * 100_000, headers=dict(typed))
    yield "a form", {415}, endpoint.send(body=b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})
    yield "too large", {413}, endpoint.send(body=b" " * TOO_LARGE, headers=dict(typed))


def body_if(endpoint):
    return {"json": {}} if endpoint.has_body else {}


def complaints(endpoint):
    for name, right, answer in cases(endpoint):
        what = f"{endpoint.method} {endpoint.path}: {name}"
        if answer.status not in right:
            yield f"{what}: {answer.status}, not {sorted(right)}: {answer.content[:200]!r}"
            continue
        if endpoint.path.startswith(OF_THE_PHONE) and answer.json().get("ErrorCode"):
            continue
        if answer.headers["Content-Type"] != "application/problem+json":
            yield f"{what}: answered with {answer.headers['Content-Type']}"
            continue
        problem = json.loads(answer.content)
        if problem["status"] != answer.status or not problem["code"] or not problem["detail"]:
            yield f"{what}: not a clear problem: {problem}"
        if INSIDES.search(answer.content):
            yield f"{what}: shows our inside: {problem}"


def log_positions(running):
    """How much each service has stored and published."""
    api = running.system.acting_as(program("integration"))
    found = {}
    for service in SERVICES:
        metrics = running.system.request(
            "GET", f"/{service}/metrics", headers={"Authorization": f"Bearer {api.token}"}
        ).text
        found[service] = (LOG_POSITION.search(metrics)[1], api.head(service))
    return found


def log_positions_at_rest(running):
    """As :func:`log_positions`, once the services have answered each other all there was to answer."""
    before, same = log_positions(running), 0
    for _ in range(240):
        time.sleep(0.5)
        now = log_positions(running)
        same = same + 1 if now == before else 0
        if same == STILL:
            return now
        before = now
    raise AssertionError(f"the services do not come to rest: {before}")


@pytest.mark.parametrize("service", SERVICES)
def test_bad_input_is_a_clear_problem_and_stores_nothing(running, service):
    before = log_positions_at_rest(running)
    assert float(before["payroll"][0]) > 0, "the gauge tells"
    found = [complaint for endpoint in endpoints(running, service) for complaint in complaints(endpoint)]
    assert found == [], "\n".join(found)
    assert log_positions(running) == before


def test_a_wrong_type_in_any_field_of_a_trip_is_named(running):
    employee = running.acting_as("employee")
    right = {
        "trip_id": str(uuid.uuid4()),
        "employment_id": running.cast["employee"].employments[0].employment_id,
        "driving_date": "2026-11-02",
        "purpose": "Møde",
        "rate_type": "car_high",
        "licence_plate": "QQ20001",
        "points": [{"text": "Algade 1, 8594 Havnby"}, {"text": "Viben 1, 8594 Havnby"}],
        "round_trip": False,
    }
    for name, wrong in {
        "trip_id": "not-a-uuid",
        "employment_id": 7,
        "driving_date": "yesterday",
        "purpose": ["x"],
        "rate_type": None,
        "points": "Algade",
        "round_trip": "maybe",
    }.items():
        answer = running.system.request(
            "POST",
            "/trips/api/v1/trips",
            json={**right, name: wrong},
            headers={"Authorization": f"Bearer {employee.token}"},
        )
        assert answer.status == 400, (name, answer.text)
        assert name in answer.json()["errors"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"employment_id": "unknown"}, "employment"),
        ({"driving_date": "2999-01-01"}, "date"),
        ({"rate_type": "rocket"}, "rate"),
        ({"purpose": "   "}, "purpose"),
        ({"points": [{"text": "Algade 1, 8594 Havnby"}]}, "point"),
    ],
)
def test_a_trip_against_a_rule_is_refused_in_words_and_not_stored(running, change, code):
    employee = running.acting_as("employee")
    before = log_positions_at_rest(running)
    body = {
        "trip_id": str(uuid.uuid4()),
        "employment_id": running.cast["employee"].employments[0].employment_id,
        "driving_date": "2026-11-02",
        "purpose": "Møde",
        "rate_type": "car_high",
        "licence_plate": "QQ20001",
        "points": [{"text": "Algade 1, 8594 Havnby"}, {"text": "Viben 1, 8594 Havnby"}],
        "round_trip": False,
    }
    answer = running.system.request(
        "POST", "/trips/api/v1/trips", json=body | change, headers={"Authorization": f"Bearer {employee.token}"}
    )
    assert answer.status in (400, 404, 422), answer.text
    problem = answer.json()
    assert code in f"{problem['code']} {problem['detail']} {problem.get('errors')}".casefold()
    assert log_positions(running) == before
