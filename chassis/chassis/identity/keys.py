"""The public keys that tokens are verified with, from a file or an address, fetched again when a token names a key
that is not known yet (that is how an identity provider rotates its keys).
"""

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt

from chassis.errors import Unavailable

LONGEST_DOCUMENT_BYTES = 256 * 1024
FETCH_TIMEOUT_S = 5.0
REFRESH_AFTER_S = 600.0
SECONDS_BETWEEN_REFRESHES = 10.0

_log = logging.getLogger(__name__)


def read_key_set(source: str) -> Callable[[], Any]:
    """A function that reads the JSON document at `source`, a path or an http(s) address, anew each time."""
    if source.startswith(("http://", "https://")):
        return lambda: json.loads(_fetch(source))
    return lambda: json.loads(Path(source).read_text(encoding="utf-8"))


def _fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - http(s) only, see above
    with urllib.request.urlopen(request, timeout=FETCH_TIMEOUT_S) as response:  # noqa: S310
        body: bytes = response.read(LONGEST_DOCUMENT_BYTES + 1)
    if len(body) > LONGEST_DOCUMENT_BYTES:
        raise ValueError("the key set is larger than 256 KiB")
    return body


class KeySet:
    """Asymmetric keys by their id. A token with an unknown key id makes it read again, at most every ten seconds, so
    that neither invented key ids nor an identity provider that is down make a service hammer it. One reads at a time:
    who needs a key that is not known waits for the reader, who has a known key goes on. Old keys stay in use while the
    source cannot be read; keys that left the set are forgotten at the next reading, ten minutes later at the latest.
    """

    def __init__(self, read: Callable[[], Any], now: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._now = now
        self._keys: dict[str, jwt.PyJWK] = {}
        self._reading = threading.Lock()
        self._tried_at: float | None = None
        self._read_at: float | None = None
        self._failed = False

    def find(self, key_id: str) -> jwt.PyJWK | None:
        """:raises Unavailable: when the key is not known and the set cannot be read, now or ten seconds ago."""
        if self._is_due(key_id) and self._reading.acquire(blocking=key_id not in self._keys):
            try:
                if self._is_due(key_id):  # else somebody read it while we waited
                    self._refresh()
            finally:
                self._reading.release()
        key = self._keys.get(key_id)
        if key is None and self._failed:
            raise Unavailable("identity_keys_unavailable", "Sign-in cannot be checked right now.")
        return key

    def _is_due(self, key_id: str) -> bool:
        now = self._now()
        if self._tried_at is not None and now - self._tried_at <= SECONDS_BETWEEN_REFRESHES:
            return False
        return key_id not in self._keys or self._read_at is None or now - self._read_at > REFRESH_AFTER_S

    def _refresh(self) -> None:
        try:
            self._keys = _usable_keys(self._read())
            self._read_at, self._failed = self._now(), False
        except (OSError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
            self._failed = True
            _log.warning("the key set cannot be read: %s", error)
        finally:
            self._tried_at = self._now()


def _usable_keys(document: Any) -> dict[str, jwt.PyJWK]:
    keys = {}
    for entry in document["keys"]:
        if entry.get("kty") == "oct" or entry.get("use", "sig") != "sig" or not entry.get("kid"):
            continue  # a shared secret among public keys would let anybody who reads them sign
        try:
            keys[entry["kid"]] = jwt.PyJWK(entry)
        except jwt.PyJWTError as error:
            _log.warning("key %s is left out: %s", entry["kid"], error)
    return keys
