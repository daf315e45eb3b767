"""Approval on a database of its own, told of by hand-made envelopes what other services would publish."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from approval.bootstrap import build
from approval.config import ApprovalConfig
from approval.http import ROUTES
from approval.projections import PROJECTIONS
from approval.subscriptions import FROM_PAYROLL, FROM_TRIPS
from chassis.bus.envelope import Envelope
from chassis.bus.handling import Handling, each
from chassis.bus.opening import opened
from chassis.config import load
from chassis.http import application
from chassis.identity import DevIssuer, Identity
from chassis.store import Context
from chassis.store.migrate import upgrade
from services.approval.tests.builders import NOON, trip_data

REACTIONS = {"trips": FROM_TRIPS, "payroll": FROM_PAYROLL}


class World:
    """`tell` what happened elsewhere; `now` moves only when a test moves it."""

    def __init__(self, url, issuer) -> None:
        self.now = NOON
        keys = f"sqlite:///{issuer.jwks_path.parent}/approval-keys.db"
        variables = {"APPROVAL_DATABASE_URL": url, "APPROVAL_JWKS": str(issuer.jwks_path)}
        variables |= {"APPROVAL_KEYS_DATABASE_URL": keys, "APPROVAL_MASTER_KEY": "5e" * 32}
        variables |= {"APPROVAL_DATA_DIR": str(issuer.jwks_path.parent)}
        self.app = build(load(ApprovalConfig, variables), clock=lambda: self.now, feeds={})
        self._issuer = issuer
        self._client = Client(application(self.app, ROUTES, "approval", "/approval"))
        upgrade(self.app.store.engine, "approval")
        self.app.projections.prepare()
        self._sequences = {"trips": 0, "payroll": 0}
        self._stopping = threading.Event()
        self._projecting = threading.Thread(target=self._project, daemon=True)
        self._projecting.start()

    def close(self):
        self._stopping.set()
        self._projecting.join()
        self.app.store.engine.dispose()

    def _project(self):
        """As the running service does: the own projections follow every commit."""
        while not self._stopping.is_set():
            seen = self.app.store.wake.generation
            if not self.app.projections.run_once():
                self.app.store.wake.wait(seen, 0.05)

    def tell(self, source, type_, *data):
        """One batch from `source`; the own projections follow at once."""
        envelopes = [self._envelope(source, type_, one) for one in data]
        own = tuple(one for one in PROJECTIONS if one.source == source)
        handling = Handling(self.app, source, each(REACTIONS[source]), own)
        before = envelopes[0].sequence - 1
        outcome = self.app.store.execute(Context("approval"), lambda uow: handling.apply(uow, envelopes, before))
        self.app.projections.wait_for(outcome.position, 5)
        return outcome

    def unit(self, org_unit_id, parent_id=None, name=None):
        address = {"street": "Torvet 1", "postal_code": "8900", "city": "Randers"}
        data = {"org_unit_id": org_unit_id, "parent_id": parent_id, "name": name or org_unit_id.capitalize()}
        self.tell("payroll", "org-unit-changed", {**data, "address": address, "closed": False, "from": "2020-01-01"})

    def employee(self, person_id, *employments, active=True):
        """Each employment is (unit, leader) or (unit, leader, from, to)."""
        rows = [
            {
                "employment_id": f"e-{person_id}-{number}",
                "employee_number": f"10{number}",
                "org_unit_id": unit,
                "position": "Pædagog",
                "leader": leader,
                "from": (period or ("2020-01-01", None))[0],
                "to": (period or ("2020-01-01", None))[1],
            }
            for number, (unit, leader, *period) in enumerate(employments)
        ]
        data = {"person_id": person_id, "name": person_id.capitalize(), "active": active, "employments": rows}
        self.tell("payroll", "employee-changed", data)

    def submit(self, *trips):
        self.tell("trips", "trip-submitted", *[trip_data(**over) for over in trips or [{}]])

    def settle(self, trip_id, revision=1):
        data = {"trip_id": trip_id, "revision": revision, "settled_at": "2026-04-01T02:00:00.000000Z"}
        self.tell("payroll", "trip-settled", {**data, "amount_oere": 5945, "period": "2026-03"})

    def withdraw(self, trip_id, revision=1):
        data = {"trip_id": trip_id, "revision": revision, "person_id": "p-1017"}
        self.tell("trips", "trip-withdrawn", {**data, "withdrawn_at": "2026-03-11T08:00:00.000000Z"})

    def published(self):
        return [
            opened(self.app.store.sealer, Envelope.parse(entry.wire))
            for entry in self.app.store.read_feed(0, 1000).entries
        ]

    def call(self, method, path, person_id=None, *roles, **options):
        """One request as `person_id` (nobody when None) in these roles; JSON in and out is in `.json`."""
        headers = {**options.pop("headers", {})}
        if person_id is not None:
            identity = Identity(person_id, frozenset(roles or ("employee",)), person_id.capitalize())
            headers["Authorization"] = f"Bearer {self._issuer.token(identity)}"
        return self._client.open(f"/approval{path}", method=method, headers=headers, **options)

    def inbox(self, person_id, **query):
        return self.call("GET", "/api/v1/inbox", person_id, query_string=query).json

    def decide(self, person_id, *decisions, **options):
        """Approves where nothing else is said."""
        body = {"decisions": [{"revision": 1, "decision": "approve", **one} for one in decisions]}
        return self.call("POST", "/api/v1/decisions", person_id, json=body, **options)

    def _envelope(self, source, type_, data):
        self._sequences[source] += 1
        sequence, instant = self._sequences[source], datetime(2026, 3, 9, tzinfo=UTC) + timedelta(seconds=1)
        id_ = f"{source}-{sequence}"
        subject = data.get("trip_id") or data.get("person_id") or data.get("org_unit_id")
        return Envelope(
            id=id_, source=source, type=type_, subject=subject, time=instant, sequence=sequence, logid="log",
            partitionkey=subject, correlationid=f"c-{id_}", causationid=None, recordedtime=instant, traceparent=None,
            data=data, prevhash="", hash="", wire=b"",
        )  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request, tmp_path):
    url = f"sqlite:///{tmp_path}/approval.db" if request.param == "sqlite" else request.getfixturevalue("database_url")
    world = World(url, DevIssuer(tmp_path / "keys", host="127.0.0.1"))
    yield world
    world.close()


@pytest.fixture
def school(world):
    """Anne leads the town hall, Dina the school below it, where Bent and Carl work."""
    world.unit("hall", name="Rådhuset")
    world.unit("school", "hall", name="Skolen")
    world.employee("anne", ("hall", True))
    world.employee("dina", ("school", True))
    world.employee("bent", ("school", False))
    world.employee("carl", ("school", False))
    return world
