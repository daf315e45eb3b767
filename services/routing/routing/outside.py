"""JSON over HTTP from what runs outside the service: engines and address services.

Keys travel in addresses there, so neither an error nor a log line names more than the host.
"""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from routing.domain.errors import EngineUnavailable

_LARGEST_ANSWER_BYTES: Final = 16 * 1024 * 1024
_FIRST_SERVER_ERROR: Final = 500
_KEY_REFUSED: Final = frozenset({401, 403})
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, when it was JSON and no failure of the server: 200, or a refusal of the question (4xx)."""

    status: int
    document: Any


class JsonService:
    """A service at ``url``. Connections are kept; one that the other side has closed is opened again, once."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url = urlsplit(url)
        self._timeout_s = timeout_s
        self._idle: list[HTTPConnection] = []

    def get(self, target: str) -> Answer:
        """``target`` follows the service's own path; ``EngineUnavailable`` when asking again later is right."""
        return self._asked("GET", target, None)

    def post(self, target: str, document: Any) -> Answer:
        """See :meth:`get`; only for questions, because it may be sent twice."""
        return self._asked("POST", target, json.dumps(document, ensure_ascii=False).encode())

    def _asked(self, method: str, target: str, body: bytes | None) -> Answer:
        try:
            answer = self._answer(method, self._url.path.rstrip("/") + target, body)
        except (OSError, HTTPException, ValueError) as error:
            raise EngineUnavailable(f"{self._url.netloc} gave no answer: {type(error).__name__}") from error
        if answer.status in _KEY_REFUSED:
            raise EngineUnavailable(f"{self._url.netloc} refused the key: {answer.status}")
        if answer.status >= _FIRST_SERVER_ERROR or answer.status == _TOO_MANY:
            raise EngineUnavailable(f"{self._url.netloc} answered {answer.status}")
        return answer

    def _answer(self, method: str, target: str, body: bytes | None) -> Answer:
        while self._idle:
            try:  # servers end kept connections when they like: osrm-routed after 512 requests
                return self._exchange(self._idle.pop(), method, target, body)
            except (ConnectionError, HTTPException):
                continue
        return self._exchange(self._opened(), method, target, body)

    def _exchange(self, connection: HTTPConnection, method: str, target: str, body: bytes | None) -> Answer:
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            content = response.read(_LARGEST_ANSWER_BYTES)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return Answer(response.status, _document(response.status, content))

    def _opened(self) -> HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            return HTTPSConnection(host, port, timeout=self._timeout_s, context=ssl.create_default_context())
        return HTTPConnection(host, port, timeout=self._timeout_s)


def _document(status: int, content: bytes) -> Any:
    """A failing server may answer in any form; ``ValueError`` for an answer that cannot be read."""
    try:
        return json.loads(content)
    except ValueError:
        if status == 200:  # noqa: PLR2004 reads as what it is
            raise
        return None
