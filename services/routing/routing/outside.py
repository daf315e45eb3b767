"""JSON over HTTP from what runs outside the service: engines and address services.

Keys travel in addresses there, so neither an error nor a log line names more than the host.
"""

from __future__ import annotations

import io
import json
import socket
import ssl
import time
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final, cast
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
    """A service at ``url``. Connections are kept; one that the other side has closed is opened again, once.

    ``timeout_s`` is for the whole of an exchange, however many pieces it comes in.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url = urlsplit(url)
        self._host = self._url.hostname or ""
        self._timeout_s = timeout_s
        self._idle: list[HTTPConnection] = []

    def get(self, target: str) -> Answer:
        """``target`` follows the service's own path; ``EngineUnavailable`` when asking again later is right."""
        return self._asked("GET", target, None)

    def post(self, target: str, document: Any) -> Answer:
        """See :meth:`get`; only for questions, because it may be sent twice."""
        return self._asked("POST", target, json.dumps(document).encode())

    def _asked(self, method: str, target: str, body: bytes | None) -> Answer:
        try:
            answer = self._answer(method, self._url.path.rstrip("/") + target, body)
        except (OSError, HTTPException, ValueError) as error:
            raise EngineUnavailable(f"{self._host} gave no answer: {type(error).__name__}") from error
        if answer.status in _KEY_REFUSED:
            raise EngineUnavailable(f"{self._host} refused the key: {answer.status}")
        if answer.status >= _FIRST_SERVER_ERROR or answer.status == _TOO_MANY:
            raise EngineUnavailable(f"{self._host} answered {answer.status}")
        return answer

    def _answer(self, method: str, target: str, body: bytes | None) -> Answer:
        deadline = time.monotonic() + self._timeout_s
        while self._idle:
            try:  # servers end kept connections when they like: osrm-routed after 512 requests
                return self._exchange(self._idle.pop(), deadline, method, target, body)
            except (ConnectionError, HTTPException):
                continue
        return self._exchange(self._opened(), deadline, method, target, body)

    def _exchange(
        self, connection: HTTPConnection, deadline: float, method: str, target: str, body: bytes | None
    ) -> Answer:
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})
        try:
            _connect(connection, deadline)
            connection.response_class = partial(_response, deadline)  # type: ignore[assignment]
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            content = response.read(_LARGEST_ANSWER_BYTES)
        except BaseException:
            connection.close()
            raise
        if response.isclosed():
            self._idle.append(connection)
        else:  # more than is read of anybody, or told to end
            response.close()
            connection.close()
        return Answer(response.status, _document(response.status, content))

    def _opened(self) -> HTTPConnection:
        host, port = self._host, self._url.port
        if self._url.scheme == "https":
            return HTTPSConnection(host, port, timeout=self._timeout_s, context=ssl.create_default_context())
        return HTTPConnection(host, port, timeout=self._timeout_s)


def _connect(connection: HTTPConnection, deadline: float) -> None:
    connection.timeout = _left_s(deadline)
    if connection.sock is None:
        connection.connect()
    connection.sock.settimeout(_left_s(deadline))


def _left_s(deadline: float) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise TimeoutError("the whole of the exchange takes too long")
    return left_s


def _response(deadline: float, sock: socket.socket, *more: Any, **named: Any) -> HTTPResponse:
    return HTTPResponse(cast("socket.socket", _Awaited(sock, deadline)), *more, **named)


class _Awaited:
    """A socket as a response reads it: each piece is waited for only as long as the whole may still take."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Pieces(self._sock, self._deadline))


class _Pieces(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left_s(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _document(status: int, content: bytes) -> Any:
    """A failing server may answer in any form; ``ValueError`` for an answer that cannot be read."""
    try:
        return json.loads(content)
    except ValueError:
        if status == 200:  # noqa: PLR2004 reads as what it is
            raise
        return None
