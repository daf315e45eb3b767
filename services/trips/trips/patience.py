"""The loops that go on with what nobody else would: trips whose answer from routing did not come, and trips that are
still published with a home that has become protected.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from chassis.bus.extensions import Loop
from trips.application.asking import ask_again
from trips.application.protecting import LOOKS_A_ROUND, Watch, publish_without_home

LOOP: Final = "asking again"
PAUSE_S: Final = 300.0
HOMES: Final = "protected homes"
LOOK_S: Final = PAUSE_S / LOOKS_A_ROUND
"""A home that becomes protected is seen this soon, and everybody's trips are looked at once in ``PAUSE_S``."""
_log = logging.getLogger(__name__)


class AskingAgain(Loop):
    """Runs beside the subscriptions; several processes that do it at once only find less to do."""

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]]:
        """See :class:`Loop`."""
        app.heartbeats.register(LOOP, 3 * PAUSE_S)
        stopping = threading.Event()
        return lambda: _ask(app, stopping), stopping.set


class WatchingHomes(Loop):
    """As :class:`AskingAgain`, on its own: what fails there must not keep a home from being left out."""

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]]:
        """See :class:`Loop`."""
        app.heartbeats.register(HOMES)
        stopping = threading.Event()
        return lambda: _watch(app, stopping), stopping.set


def _ask(app: Any, stopping: threading.Event) -> None:
    while not stopping.wait(PAUSE_S):
        app.heartbeats.beat(LOOP)
        try:
            ask_again(app, lambda: app.heartbeats.beat(LOOP))
        except Exception:  # noqa: BLE001 no error ends the loop
            _log.exception("what waits could not be gone on with; trying again")


def _watch(app: Any, stopping: threading.Event) -> None:
    watch = Watch()
    while not stopping.is_set():
        app.heartbeats.beat(HOMES)
        try:
            publish_without_home(app, watch.people(app.store.engine), lambda: app.heartbeats.beat(HOMES))
        except Exception:  # noqa: BLE001 no error ends the loop
            _log.exception("protected homes could not be looked at; trying again")
        stopping.wait(LOOK_S)
