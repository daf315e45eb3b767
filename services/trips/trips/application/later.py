"""What a loop does one by one, and tries again in its next turn."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


@contextmanager
def left_for_later(what: str) -> Iterator[None]:
    """An error is told of and goes no further: a municipality's own policy may raise anything."""
    try:
        yield
    except Exception:  # noqa: BLE001 the next turn tries again
        _log.exception("%s; it is tried again later", what)
