"""Routing on a database of its own, asked by hand-made envelopes and over HTTP, on the tiny map."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from chassis.bus import Envelope, Handling, each
from chassis.bus.opening import opened
from chassis.config import load
from chassis.http import application
from chassis.identity import DevIssuer, Identity
from chassis.store import Context
from chassis.store.migrate import upgrade
from routing.bootstrap import build
from routing.config import RoutingConfig
from routing.pointing import make_current
from routing.service import ROUTES
from routing.subscriptions import FROM_PAYROLL, FROM_TRIPS

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class World:
    """`ask` is what trips would publish; `client` a signed-in person's browser or program."""

    def __init__(self, folder, url, **more):
        self.issuer = DevIssuer(folder, host="127.0.0.1")
        keys = {"KEYS_DATABASE_URL": f"sqlite:///{folder}/routing-keys.db", "MASTER_KEY": "5e" * 32}
        settings = {**keys, **more, "DATABASE_URL": url, "DATA_DIR": str(folder), "JWKS": str(self.issuer.jwks_path)}
        config = load(RoutingConfig, {f"ROUTING_{name}": value for name, value in settings.items()})
        self.app = build(config, clock=lambda: NOON, feeds={})
        upgrade(self.app.store.engine, "routing")
        self.app.projections.prepare()
        self._asked = 0
        self._web = application(self.app, ROUTES, "routing", "/routing")

    def ask(self, *requests):
        """One batch of route requests from trips."""
        envelopes = [self._envelope(one) for one in requests]
        handling = Handling(self.app, "trips", each(FROM_TRIPS), ())
        before = envelopes[0].sequence - 1
        self.app.store.execute(Context("routing"), lambda uow: handling.apply(uow, envelopes, before))
        self.app.projections.run_to_head()

    def forget(self, person_id):
        """Payroll says that somebody is erased."""
        told = replace(self._envelope({"request_id": "-"}), type="person-erased", data={"person_id": person_id})
        handling = Handling(self.app, "payroll", each(FROM_PAYROLL), ())
        self.app.store.execute(Context("routing"), lambda uow: handling.apply(uow, [told], 0))
        self.app.projections.run_to_head()

    def answers(self):
        return [
            opened(self.app.store.sealer, Envelope.parse(entry.wire))
            for entry in self.app.store.read_feed(0, 1000).entries
        ]

    def client(self, *roles, language=""):
        client = Client(self._web)
        if roles:
            token = self.issuer.token(Identity("p-1", frozenset(roles), "Paula"), timedelta(minutes=5))
            client.set_cookie("session", token)
        if language:
            client.set_cookie("lang", language)
        return Browser(client)

    def _envelope(self, data):
        self._asked += 1
        return Envelope(
            id=f"trips-{self._asked}", source="trips", type="route-requested", subject=data["request_id"], time=NOON,
            sequence=self._asked, logid="log", partitionkey=data["request_id"], correlationid=f"c-{self._asked}",
            causationid=None, recordedtime=NOON, traceparent=None, data=data, prevhash="", hash="", wire=b"",
            subjects=("p-1001",),
        )  # fmt: skip


class Browser:
    """Asks as one person from the same site."""

    def __init__(self, client):
        self._client = client

    def get(self, path, **query):
        return self._client.get(path, query_string=query)

    def post(self, path, body):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self._client.post(path, data=content, content_type="application/json", headers=headers)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_world(request, tmp_path):
    """Routing without a map."""
    url = f"sqlite:///{tmp_path}/routing.db" if request.param == "sqlite" else request.getfixturevalue("database_url")
    world = World(tmp_path, url)
    yield world
    world.app.close()


@pytest.fixture
def world(empty_world, maps_folder, tiny_map):
    """Routing on the tiny map."""
    give_map(empty_world, maps_folder, tiny_map)
    return empty_world


def give_map(world, maps_folder, map_id):
    folder = world.app.config.maps_folder
    folder.mkdir(exist_ok=True)
    (folder / map_id).symlink_to(maps_folder / map_id)
    make_current(folder, map_id)
