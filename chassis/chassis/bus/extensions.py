"""The bus as nameko sees it: class attributes of a service, each a loop in a green thread of its own.

The loops themselves know nothing of nameko and are tested without it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from nameko.extensions import DependencyProvider
from sqlalchemy.exc import IntegrityError

from chassis.bus.follower import Follower
from chassis.bus.handling import Handling, React, nothing
from chassis.bus.intake import Intake
from chassis.bus.pace import Pace
from chassis.bus.relay import RelayLoop
from chassis.core import app_of
from chassis.projections import Projection

_ERROR_WAIT_S: Final = 1.0
_IDLE_POLL_S: Final = 0.25
_GATHER_S: Final = (0.0, 0.1)
"""Between two looks while there are commits all the time; whoever waits for a position cuts it short."""

_log = logging.getLogger(__name__)


class Loop(DependencyProvider):
    """A green thread that runs from the container's start to its stop, and is waited for at the stop."""

    _thread: Any = None
    _stop: Callable[[], None] | None = None

    def start(self) -> None:
        """Start the loop, when there is something to do."""
        found = self.make(app_of(self.container))
        if found is not None:
            run, self._stop = found
            self._thread = self.container.spawn_managed_thread(run, identifier=f"{type(self).__name__} loop")

    def stop(self) -> None:
        """Ask the loop to finish what it has in hand, and wait until it has."""
        if self._thread is not None and self._stop is not None:
            self._stop()
            self._thread.wait()

    def kill(self) -> None:
        """Ask the loop to end; nobody waits."""
        if self._stop is not None:
            self._stop()

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]] | None:
        """What to run and how to stop it; None when this process has nothing to do here."""
        raise NotImplementedError


class Subscription(Loop):
    """Follows ``source``: applies ``projections``, then ``react(app, uow, envelopes)``, each event exactly once.

    ``projections`` names every projection of the service that reads this source.
    """

    def __init__(self, source: str, react: React = nothing, projections: Sequence[Projection] = ()) -> None:
        self.source = source
        self.react = react
        self.projections = tuple(projections)

    def handling(self, app: Any) -> Handling:
        """What is done with an event of the source; also what replays a dead letter."""
        return Handling(app, self.source, self.react, self.projections)

    def setup(self) -> None:
        """Refuses to start without the source's feed, or with a projection of the source left out."""
        app = app_of(self.container)
        if self.source not in app.feeds:
            raise LookupError(f"no feed of {self.source!r} is configured for {app.name}")
        known = {one.name for one in app.projections.status() if one.source == self.source}
        if known != {one.name for one in self.projections}:
            raise LookupError(f"Subscription({self.source!r}) must name the projections {sorted(known)}")
        prepare_projections(app)

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]]:
        """See :class:`Loop`."""
        name = f"subscription:{self.source}"
        app.heartbeats.register(name)
        url = str(app.config.broker_url)
        intake = Intake(url, app.name, self.source) if url else None
        beat = lambda: app.heartbeats.beat(name)  # noqa: E731 a name for one expression
        follower = Follower(self.handling(app), app.feeds[self.source], intake, beat)
        return follower.run, follower.stop


class Relay(Loop):
    """Publishes the service's feed to the broker; idle where no broker is configured."""

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]] | None:
        """See :class:`Loop`."""
        url = str(app.config.broker_url)
        if not url:
            return None
        app.heartbeats.register("relay")
        loop = RelayLoop(app, url, lambda: app.heartbeats.beat("relay"))
        return loop.run, loop.stop


class ProjectionLoop(Loop):
    """Keeps the projections of the service's own log up to date."""

    def setup(self) -> None:
        """Every projection has its checkpoint before anything is applied."""
        prepare_projections(app_of(self.container))

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]]:
        """See :class:`Loop`."""
        app.heartbeats.register("projections")
        stopping = threading.Event()
        return lambda: _project(app, stopping), stopping.set


def subscriptions_of(service: type) -> Mapping[str, Subscription]:
    """The subscriptions of a service class, by source; for commands that run outside a container."""
    found = [value for value in vars(service).values() if isinstance(value, Subscription)]
    return {subscription.source: subscription for subscription in found}


def prepare_projections(app: Any) -> None:
    """Give every projection its checkpoint; two processes that start together may both try."""
    for attempt in range(3):
        try:
            app.projections.prepare()
            return
        except IntegrityError:
            if attempt == 2:  # noqa: PLR2004 the last of three
                raise
            time.sleep(0.1)


def _project(app: Any, stopping: threading.Event) -> None:
    pace, before = Pace(*_GATHER_S), app.store.wake.generation
    while not stopping.is_set():
        app.heartbeats.beat("projections")
        app.projections.wanted.wait(app.projections.wanted.generation, pace.left_s())
        seen = app.store.wake.generation
        pace.took(seen - before, more=False)
        before = seen
        try:
            applied = app.projections.run_once()
        except Exception:  # noqa: BLE001 no error ends the loop
            _log.exception("the projections could not be advanced; trying again")
            stopping.wait(_ERROR_WAIT_S)
            continue
        if not applied:
            app.store.wake.wait(seen, _IDLE_POLL_S)
