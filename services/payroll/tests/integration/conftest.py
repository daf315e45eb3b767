"""Payroll on a database of its own, called over its HTTP edge and told by hand-made events what others published."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from chassis.bus.envelope import Envelope
from chassis.bus.handling import Handling, nothing
from chassis.bus.opening import opened
from chassis.config import load
from chassis.http import application
from chassis.identity import DevIssuer, Identity
from chassis.store import Context
from chassis.store.migrate import upgrade
from payroll.application.rates import seed_official_rates
from payroll.bootstrap import build
from payroll.config import PayrollConfig
from payroll.http import ROUTES
from payroll.projections import PROJECTIONS
from services.payroll.tests.builders import NOON, approved, municipality, submitted

SYSTEM = Context("test")


class World:
    """`now` moves only when a test moves it; `app` is one process, `another()` a second one on the same database."""

    def __init__(self, environment, folder, issuer) -> None:
        self.now = NOON
        self._environment = environment
        self._issuer = issuer
        self._environment |= {"PAYROLL_DATA_DIR": str(folder / "data"), "PAYROLL_JWKS": str(self._issuer.jwks_path)}
        self.app = self.another()
        upgrade(self.app.store.engine, "payroll")
        self.app.projections.prepare()
        seed_official_rates(self.app)
        self._client = Client(application(self.app, ROUTES, "payroll", "/payroll"))
        self._sequences = {"trips": 0, "approval": 0}

    def another(self, **settings):
        given = self._environment | {f"PAYROLL_{name}": value for name, value in settings.items()}
        return build(load(PayrollConfig, given), clock=lambda: self.now, feeds={})

    def tell(self, source, type_, *data):
        """One batch from `source`, taken in as its subscription does."""
        envelopes = [self._envelope(source, type_, one) for one in data]
        handling = Handling(self.app, source, nothing, tuple(one for one in PROJECTIONS if one.source == source))
        before = envelopes[0].sequence - 1
        self.app.store.execute(SYSTEM, lambda uow: handling.apply(uow, envelopes, before))

    def drive(self, cpr_person, trip_id=None, *, decided_at="2026-03-20T08:00:00Z", account=None, **over):
        """A trip that is submitted and approved; gives its id."""
        trip_id = trip_id or str(uuid.uuid4())
        employment_id = cpr_person["employments"][0]["employment_id"]
        self.tell("trips", "trip-submitted", submitted(trip_id, cpr_person["person_id"], employment_id, **over))
        decision = approved(trip_id, cpr_person["person_id"], decided_at=decided_at, account=account)
        self.tell("approval", "trip-approved", decision)
        return trip_id

    def call(self, method, path, *roles, **options):
        """One request below /payroll in these roles (nobody when none); JSON in and out is in `.json`."""
        headers = {**options.pop("headers", {})}
        if roles:
            identity = Identity(options.pop("person_id", f"somebody-{roles[0]}"), frozenset(roles), "Somebody")
            headers["Authorization"] = f"Bearer {self._issuer.token(identity)}"
        return self._client.open(f"/payroll{path}", method=method, headers=headers, **options)

    def snapshot(self, body=None):
        return self.call("PUT", "/api/v1/organisation", "integration", json=body or municipality())

    def people(self):
        """By first name."""
        self.catch_up()
        found = self.call("GET", "/api/v1/people", "admin").json["items"]
        return {person["name"].split()[0]: person for person in found}

    def close(self, period="2026-03", **body):
        return self.call("POST", f"/api/v1/periods/{period}/close", "payroll", json=body)

    def file(self, period="2026-03"):
        return self.call("GET", f"/api/v1/periods/{period}/files/opus", "payroll")

    def catch_up(self):
        self.app.projections.run_to_head()

    def published(self, type_=None):
        entries = [
            opened(self.app.store.sealer, Envelope.parse(entry.wire))
            for entry in self.app.store.read_feed(0, 100_000).entries
        ]
        return [entry for entry in entries if type_ in (None, entry.type)]

    def head(self):
        return self.app.store.read_log(0, 1).head

    def _envelope(self, source, type_, data):
        self._sequences[source] += 1
        sequence, instant = self._sequences[source], datetime(2026, 3, 9, tzinfo=UTC) + timedelta(seconds=1)
        id_, subject = f"{source}-{sequence}", data["trip_id"]
        return Envelope(
            id=id_, source=source, type=type_, subject=subject, time=instant, sequence=sequence, logid="log",
            partitionkey=subject, correlationid=f"c-{id_}", causationid=None, recordedtime=instant, traceparent=None,
            data=data, prevhash="", hash="", wire=b"",
        )  # fmt: skip


@pytest.fixture(scope="session")
def issuer(tmp_path_factory):
    return DevIssuer(tmp_path_factory.mktemp("identity"), host="127.0.0.1")


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request, tmp_path, issuer):
    environment = {"PAYROLL_DATABASE_URL": f"sqlite:///{tmp_path}/payroll.db"}
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        environment = {
            "PAYROLL_DATABASE_URL": postgres.new_database(),
            "PAYROLL_KEYS_DATABASE_URL": postgres.new_database(),
            "PAYROLL_MASTER_KEY": "11" * 32,
            "PAYROLL_CPR_PEPPER": "22" * 32,
        }
    environment |= {"PAYROLL_MUNICIPALITY_NUMBER": "123", "PAYROLL_FILE_HEADER": "123 Testby Kommune"}
    world = World(environment, tmp_path, issuer)
    yield world
    world.app.store.engine.dispose()


@pytest.fixture
def staffed(world):
    """Anne and Bent are employed; the official rates are set."""
    assert world.snapshot().status_code == 200
    return world
