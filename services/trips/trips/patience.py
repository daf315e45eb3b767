"""The loop that every few minutes goes on with what nobody else would: trips whose answer from routing did not come,
and trips that are still published with a home that has become protected.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from chassis.bus.extensions import Loop
from trips.application.asking import ask_again
from trips.application.protecting import hide_homes

LOOP: Final = "asking again"
PAUSE_S: Final = 300.0
_log = logging.getLogger(__name__)


class AskingAgain(Loop):
    """Runs beside the subscriptions; several processes that do it at once only find less to do."""

    def make(self, app: Any) -> tuple[Callable[[], None], Callable[[], None]]:
        """See :class:`Loop`."""
        app.heartbeats.register(LOOP, 3 * PAUSE_S)
        stopping = threading.Event()
        return lambda: _run(app, stopping), stopping.set


def _run(app: Any, stopping: threading.Event) -> None:
    while not stopping.wait(PAUSE_S):
        app.heartbeats.beat(LOOP)
        try:
            ask_again(app, lambda: app.heartbeats.beat(LOOP))
            hide_homes(app, lambda: app.heartbeats.beat(LOOP))
        except Exception:  # noqa: BLE001 no error ends the loop
            _log.exception("what waits could not be gone on with; trying again")
