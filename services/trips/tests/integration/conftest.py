"""Trips on a database of its own, told of by hand-made envelopes what other services would publish."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from functools import cached_property
from itertools import count

import pytest
from werkzeug.test import Client

from chassis.bus import Envelope, Handling
from chassis.bus.opening import opened
from chassis.config import load
from chassis.http import application
from chassis.identity import DevIssuer, Identity
from chassis.store import Context, reading
from chassis.store.migrate import upgrade
from services.trips.tests.builders import GRAPH, HALL, HOME, NOON, PLACES, SCHOOL, TRIP, report
from trips.application.asking import ask_again
from trips.application.protecting import Watch, publish_without_home
from trips.application.reporting import AmendTrip, ReportTrip, amend_trip, preview_trip, report_trip, withdraw_trip
from trips.application.settings import set_policy
from trips.application.sixty_days import mark_spent, register, unregister
from trips.bootstrap import build
from trips.config import TripsConfig
from trips.domain import trip as trips
from trips.domain.driving_record import Leg
from trips.domain.settings import OrgUnitPolicySet
from trips.http import actions
from trips.http.routes import ROUTES
from trips.projections import PROJECTIONS
from trips.subscriptions import FROM_APPROVAL, FROM_PAYROLL, FROM_ROUTING

REACTIONS = {"routing": FROM_ROUTING, "approval": FROM_APPROVAL, "payroll": FROM_PAYROLL}
DRIVEN_M = {(HOME.text, HALL.text): 4_500}
OTHER_DRIVEN_M = 12_345


def _plain_pseudonym(person_id, text):
    """The same in every run, so that the contract's examples are."""
    return hashlib.sha256(f"{person_id}|{text}".encode()).hexdigest()[:32]


class World:
    """`tell` what happened elsewhere; `now` moves only when a test moves it. Routing answers when told to."""

    def __init__(self, url: str, issuer: DevIssuer, **settings: str) -> None:
        self.now = NOON
        keys = f"sqlite:///{issuer.jwks_path.parent}/trips-keys.db"
        environment = {"TRIPS_DATABASE_URL": url, "TRIPS_KEYS_DATABASE_URL": keys, "TRIPS_MASTER_KEY": "5e" * 32}
        environment |= {"TRIPS_JWKS": str(issuer.jwks_path), "TRIPS_DATA_DIR": str(issuer.jwks_path.parent), **settings}
        self.app = build(load(TripsConfig, environment), clock=lambda: self.now, feeds={})
        self.app.store.sealer.vault.pseudonym = _plain_pseudonym
        upgrade(self.app.store.engine, "trips")
        self.app.projections.prepare()
        self._sequences = {source: count(1) for source in REACTIONS}
        self._answered = 0
        self._issuer = issuer

    @cached_property
    def _client(self):
        return Client(application(self.app, ROUTES, "trips", "/trips"))

    def call(self, method, path, person_id=None, *roles, **options):
        """One request as `person_id` (nobody when None) in these roles; the own projections follow at once."""
        headers = {**options.pop("headers", {})}
        if person_id is not None:
            identity = Identity(person_id, frozenset(roles or ("employee",)), person_id.capitalize())
            headers["Authorization"] = f"Bearer {self._issuer.token(identity)}"
        answer = self._client.open(f"/trips{path}", method=method, headers=headers, **options)
        self.app.projections.run_to_head()
        return answer

    def tell(self, source, type_, *data):
        """One batch from `source`; the own projections follow at once."""
        envelopes = [self._envelope(source, type_, one) for one in data]
        own = tuple(one for one in PROJECTIONS if one.source == source)
        handling = Handling(self.app, source, REACTIONS[source], own)
        before = envelopes[0].sequence - 1
        self.app.store.execute(Context("trips"), lambda uow: handling.apply(uow, envelopes, before))
        self.app.projections.run_to_head()

    def org_unit(self, org_unit_id="school", parent_id=None, street="Torvet 1", since="2020-01-01"):
        address = None if street is None else {"street": street, "postal_code": "8900", "city": "Randers C"}
        data = {"org_unit_id": org_unit_id, "parent_id": parent_id, "name": org_unit_id.capitalize()}
        self.tell("payroll", "org-unit-changed", {**data, "address": address, "closed": False, "from": since})

    def employee(self, person_id="bent", unit="school", since="2020-01-01", until=None):
        job = {"employment_id": f"e-{person_id}", "employee_number": "101", "org_unit_id": unit, "position": "Lærer"}
        job |= {"leader": False, "from": since, "to": until}
        data = {"person_id": person_id, "name": person_id.capitalize(), "active": True, "employments": [job]}
        self.tell("payroll", "employee-changed", data)

    def home(self, person_id="bent", street="Hjemvej 1", since="2020-01-01", **marks):
        address = {"street": street, "postal_code": "8900", "city": "Randers C", **marks}
        self.tell("payroll", "home-address-changed", {"person_id": person_id, "from": since, "address": address})

    def rate(self, rate_type="car_high", oere_per_km=394, since="2026-01-01", requires_plate=False):
        data = {"rate_type": rate_type, "name": {"da": "Bil, høj", "en": "Car, high"}, "oere_per_km": oere_per_km}
        data |= {"from": since, "pay_code": "0355", "second_pay_code": None, "requires_plate": requires_plate}
        self.tell("payroll", "rate-set", data)

    def questions(self):
        """What routing has been asked and has not answered yet."""
        asked = [event.data for event in self.published("route-requested")]
        return asked[self._answered :]

    def routing_loses_the_questions(self):
        """What is out is never answered."""
        self._answered += len(self.questions())

    def ask_again(self):
        ask_again(self.app)
        self.app.projections.run_to_head()

    def routing_answers(self, *, failing=None):
        """Routing works again: every open question is answered. `failing` is a text it cannot find."""
        while self.questions():
            question = self.questions()[0]
            texts = [point["text"] for point in question["points"]]
            self._answered += 1
            if failing in texts:
                data = {"request_id": question["request_id"], "code": "unknown_address"}
                self.tell("routing", "route-failed", {**data, "point_index": texts.index(failing), "detail": ""})
            else:
                self.tell("routing", "route-measured", measured_data(question["request_id"], texts, self.now))

    def look_for_protected_homes(self):
        """A turn of the loop, as when it has just started: everybody's."""
        publish_without_home(self.app, Watch().people(self.app.store.engine))
        self.app.projections.run_to_head()

    def report(self, trip_id=TRIP, person_id="bent", key=None, **over):
        command = ReportTrip(trip_id, person_id, report(**over))
        outcome = self.app.store.execute(Context(person_id, key), lambda uow: report_trip(uow, self.app.rules, command))
        self.app.projections.run_to_head()
        return outcome.value

    def amend(self, trip_id=TRIP, person_id="bent", seen=None, **over):
        command = AmendTrip(trip_id, person_id, report(**over), seen)
        return self._do(person_id, lambda uow: amend_trip(uow, self.app.rules, command))

    def withdraw(self, trip_id=TRIP, person_id="bent", seen=None):
        return self._do(person_id, lambda uow: withdraw_trip(uow, self.app.rules, trip_id, person_id, seen))

    def set_policy(self, unit="school", since="2020-01-01", **over):
        wanted = OrgUnitPolicySet(unit, date.fromisoformat(since), **over)
        return self._do("adam", lambda uow: set_policy(uow, self.app.rules, wanted))

    def spend(self, since="2026-01-01", person_id="bent", place=SCHOOL, by_admin=True):
        """Somebody knows that the 60 days to a workplace are used up."""
        leg = Leg(_plain_pseudonym(person_id, place.address_id), place.text)
        day = None if since is None else date.fromisoformat(since)
        return self._do("adam", lambda uow: mark_spent(uow, self.app.rules, person_id, leg, day, by_admin=by_admin))

    def register_day(self, day, person_id="bent", place=SCHOOL):
        leg = Leg(_plain_pseudonym(person_id, place.address_id), place.text)
        return self._do(person_id, lambda uow: register(uow, self.app.rules, person_id, date.fromisoformat(day), leg))

    def unregister_day(self, day, person_id="bent", place=SCHOOL):
        key = _plain_pseudonym(person_id, place.address_id)
        return self._do(person_id, lambda uow: unregister(uow, self.app.rules, person_id, date.fromisoformat(day), key))

    def _do(self, actor, work):
        outcome = self.app.store.execute(Context(actor), work)
        self.app.projections.run_to_head()
        return outcome.value

    def preview(self, person_id="bent", **over):
        found = []
        self.app.store.execute(
            Context(person_id),
            lambda uow: found.append(preview_trip(uow, self.app.rules, person_id, report(**over))),
        )
        return found[-1]

    def trip(self, trip_id=TRIP):
        state = trips.NO_TRIP
        for recorded in self.app.store.read_stream(trips.stream_of(trip_id)):
            state = trips.evolve(state, recorded.event)
        return state

    def approve(self, trip_id=TRIP, revision=1):
        data = {"trip_id": trip_id, "revision": revision, "person_id": "bent", "decided_by": "dina"}
        data |= {"decided_at": "2026-03-11T08:00:00.000000Z", "decided_as": "leader", "comment": None, "account": None}
        self.tell("approval", "trip-approved", data)

    def reject(self, trip_id=TRIP, revision=1, comment="Omvej"):
        data = {"trip_id": trip_id, "revision": revision, "person_id": "bent", "decided_by": "dina"}
        data |= {"decided_at": "2026-03-11T08:00:00.000000Z", "decided_as": "leader", "comment": comment}
        self.tell("approval", "trip-rejected", data)

    def settle(self, trip_id=TRIP, net_m=7_850, amount_oere=3_093, revision=1):
        data = {"trip_id": trip_id, "revision": revision, "person_id": "bent", "period": "2026-03", "net_m": net_m}
        data |= {"rate_type": "car_high", "oere_per_km": 394, "amount_oere": amount_oere, "pay_code": "0355"}
        self.tell("payroll", "trip-settled", {**data, "account": None, "settled_at": "2026-04-01T02:00:00.000000Z"})

    def published(self, type_):
        envelopes = [
            opened(self.app.store.sealer, Envelope.parse(entry.wire))
            for entry in self.app.store.read_feed(0, 1000).entries
        ]
        return [envelope for envelope in envelopes if envelope.type == type_]

    def reading(self):
        return reading(self.app.store.engine)

    def pass_time(self, **span):
        self.now += timedelta(**span)

    def _envelope(self, source, type_, data):
        sequence = next(self._sequences[source])
        id_ = f"{source}-{sequence}"
        keys = ("trip_id", "request_id", "person_id", "org_unit_id", "rate_type")
        subject = next((str(data[key]) for key in keys if key in data), "?")
        return Envelope(
            id=id_, source=source, type=type_, subject=subject, time=self.now, sequence=sequence, logid="log",
            partitionkey=subject, correlationid=f"c-{id_}", causationid=None, recordedtime=self.now, traceparent=None,
            data=data, prevhash="", hash="", wire=b"",
        )  # fmt: skip


def measured_data(request_id, texts, now):
    """route-measured as routing publishes it."""
    points = [PLACES.get(text) for text in texts]
    shown = [
        {"address_id": p.address_id, "text": p.text, "lon_e6": p.lon_e6, "lat_e6": p.lat_e6}
        if p is not None
        else {"address_id": f"a-{text}", "text": text, "lon_e6": 10_500_000, "lat_e6": 56_700_000}
        for p, text in zip(points, texts, strict=True)
    ]
    driven_m = DRIVEN_M.get(tuple(texts), OTHER_DRIVEN_M)
    leg = {"driven_m": driven_m, "ferry_m": 0, "duration_s": 900, "snap_from_m": 1, "snap_to_m": 2, "polyline6": "_"}
    data = {"request_id": request_id, "points": shown, "legs": [leg], "driven_m": driven_m, "ferry_m": 0}
    return {**data, "graph": GRAPH, "measured_at": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


@pytest.fixture(params=["sqlite", "postgresql"])
def open_world(request, tmp_path):
    """Opens a world with settings of its own."""
    worlds = []

    def open_(**settings):
        file = f"sqlite:///{tmp_path}/trips-{len(worlds)}.db"
        url = file if request.param == "sqlite" else request.getfixturevalue("database_url")
        worlds.append(World(url, DevIssuer(tmp_path / "keys", host="127.0.0.1"), **settings))
        return worlds[-1]

    yield open_
    for world in worlds:
        world.app.store.engine.dispose()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A preview gives up on routing soon."""
    monkeypatch.setattr(actions, "PREVIEW_WAIT_S", 0.1)


@pytest.fixture
def empty(open_world):
    """Nothing has been told yet."""
    return open_world()


@pytest.fixture
def school(empty):
    """Bent lives in Hjemvej and works at the town hall in Torvet 1; routing is away."""
    populate(empty)
    return empty


def populate(world):
    world.org_unit()
    world.employee()
    world.home()
    world.rate()
