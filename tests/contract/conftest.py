"""All services with databases of their own, and nothing told to them yet."""

from datetime import UTC, datetime

import pytest

from chassis.bus import Envelope, subscriptions_of
from chassis.bus.extensions import prepare_projections
from deploy.assembly import PARTS, build_apps
from tests.contract.language import subject_of

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


class Consumer:
    """One service as a listener: `hear` gives it an event as its subscription would."""

    def __init__(self, app, service) -> None:
        self._app = app
        self._subscriptions = subscriptions_of(service)
        self._heard = dict.fromkeys(self._subscriptions, 0)
        prepare_projections(app)

    def hear(self, source, type_, data):
        """Raises what the service raises; then it has not heard the event."""
        handling = self._subscriptions[source].handling(self._app)
        before = self._heard[source]
        event = envelope(source, type_, data, before + 1)
        self._app.store.execute(handling.context, lambda uow: handling.apply(uow, [event], before))
        self._heard[source] += 1


def envelope(source, type_, data, sequence):
    subject = subject_of(type_, data)
    return Envelope(
        id=f"{source}-{sequence}", source=source, type=type_, subject=subject, time=NOON, sequence=sequence,
        logid="log", partitionkey=subject, correlationid="c-1", causationid=None, recordedtime=NOON, traceparent=None,
        data=data, prevhash="", hash="", wire=b"",
    )  # fmt: skip


@pytest.fixture(scope="module")
def consumers(tmp_path_factory):
    apps = build_apps({}, tmp_path_factory.mktemp("services"))
    yield {part.name: Consumer(apps[part.name], part.service) for part in PARTS}
    for app in apps.values():
        app.store.engine.dispose()
