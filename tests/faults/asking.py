"""Asking a service as a patient program does: again, under the same key, until there is an answer.

What matters here is what is *known*: an answer that did not come says nothing about whether the work was done.
"""

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import urllib3

from chassis.identity import DevIssuer, Identity

_TIMEOUT_S = 12.0
_PAUSE_S = 0.15
_LATER = {401, 408, 429}
"""401: a service whose clock is behind does not believe a token made later."""


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 where nobody answered."""

    status: int
    body: Any

    @property
    def is_final(self) -> bool:
        return 0 < self.status < 500 and self.status not in _LATER

    @property
    def is_success(self) -> bool:
        return self.status // 100 == 2


class Client:
    """Calls any process of a service, the next one when one does not answer. ``tries`` counts all of them."""

    def __init__(self, addresses: Mapping[str, Sequence[str]], issuer: DevIssuer) -> None:
        self._turns = {service: itertools.cycle(urls) for service, urls in addresses.items()}
        self._issuer = issuer
        self._tokens: dict[Identity, str] = {}
        self._http = urllib3.PoolManager(maxsize=32, timeout=_TIMEOUT_S, retries=False)
        self._stopping = threading.Event()
        self.tries = itertools.count()

    def stop(self) -> None:
        """Nobody asks again from here on."""
        self._stopping.set()

    def resume(self) -> None:
        """Asking again until there is an answer is wanted again."""
        self._stopping.clear()

    def once(self, who: Identity, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self._token(who)}"} | ({"Idempotency-Key": key} if key else {})
        url = next(self._turns[path.split("/", 2)[1]]) + path
        next(self.tries)
        content = {} if body is None else {"json": body}
        try:
            answer = self._http.request(method, url, headers=headers, redirect=False, **content)
            return Answer(answer.status, answer.json() if answer.data else None)
        except (urllib3.exceptions.HTTPError, ValueError):
            return Answer(0, None)

    def patiently(self, who: Identity, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        """The first final answer; the last one of any kind when asked to stop."""
        while not (answer := self.once(who, method, path, body, key)).is_final:
            if self._stopping.wait(_PAUSE_S):
                break
        return answer

    def _token(self, who: Identity) -> str:
        if who not in self._tokens:
            self._tokens[who] = self._issuer.token(who)
        return self._tokens[who]
