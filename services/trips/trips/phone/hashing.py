"""Passwords as scrypt hashes. A hash takes a tenth of a second and 32 MB, and anybody may ask for one: a few are made
at once, in threads, and whoever comes then is told to try later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from werkzeug.security import check_password_hash, generate_password_hash

from chassis.beside import beside
from chassis.errors import Unavailable

AT_ONCE: Final = 4
PLACES: Final = threading.BoundedSemaphore(AT_ONCE)
NOBODYS: Final = generate_password_hash("nobody")
"""Compared with where there is no such login, so that the answer takes as long."""


def hashed(password: str) -> str:
    """A hash to keep. ``Unavailable("try_later")``."""
    return _in_turn(lambda: generate_password_hash(password))


def matches(kept_hash: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed. ``Unavailable("try_later")``."""
    return _in_turn(lambda: check_password_hash(kept_hash, password))


def _in_turn[T](work: Callable[[], T]) -> T:
    with _place():
        return beside(work)


@contextmanager
def _place() -> Iterator[None]:
    if not PLACES.acquire(blocking=False):
        raise Unavailable("try_later", "too many sign in at once; try again in a moment")
    try:
        yield
    finally:
        PLACES.release()
