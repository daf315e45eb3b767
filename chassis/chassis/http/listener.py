"""One listening socket for all services of a process. Requests go to the service whose prefix their path begins with,
and run in the greenlet of their connection.

nameko's own server is not used: it opens one socket per service on the same port, keeps serving while it stops, has no
timeouts and reads chunked bodies as empty.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import eventlet
import eventlet.wsgi
from eventlet.green import socket
from eventlet.greenpool import GreenPool

from chassis.http.problems import CONTENT_TYPE, encoded, problem

MOST_CONNECTIONS = 1000
KEEP_ALIVE_S = 75
SOCKET_TIMEOUT_S = 60
DRAIN_S = 10.0
DRAIN_TURN_S = 0.02
SWALLOWED_BODY_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 64 * 1024
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_log = logging.getLogger(__name__)


class Protocol(eventlet.wsgi.HttpProtocol):
    """Lets an application end its connection."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ["chassis.close_connection"] = self._close_after_this
        return environ

    def _close_after_this(self) -> None:
        self.close_connection = True


class Listener:
    """Opened by the first service that is mounted, closed with the last one. While it closes, answers under way are
    finished, for at most ten seconds, and every connection is told to end.
    """

    _open: ClassVar[dict[tuple[str, int], "Listener"]] = {}

    def __init__(self, host: str, port: int) -> None:
        self._key = (host, port)
        self._mounts: dict[str, Wsgi] = {}
        self._active: Counter[str] = Counter()
        self._stopping = False
        self._pool = GreenPool(MOST_CONNECTIONS)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = eventlet.listen((host, port), family=family, backlog=256, reuse_port=False)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self._server = eventlet.spawn(self._serve)

    @classmethod
    def mount(cls, host: str, port: int, prefix: str, application: Wsgi) -> "Listener":
        """`prefix` is the first path segment with its slash, or "" for whatever nobody else takes.

        :raises OSError: when something else listens there.
        """
        listener = cls._open.get((host, port))
        if listener is None:
            listener = cls._open[host, port] = cls(host, port)
        listener._mounts[prefix] = application
        return listener

    @classmethod
    def close_all(cls) -> None:
        """Stop accepting at once, and finish what is under way."""
        for listener in list(cls._open.values()):
            listener.close()

    def unmount(self, prefix: str) -> None:
        """The service's answers under way are finished; whoever asks for it now hears that it is not there."""
        self._mounts.pop(prefix, None)
        if not self._mounts:
            self.close()
        _wait_until(lambda: not self._active[prefix])

    def close(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._open.pop(self._key, None)
        self._server.kill()  # lets idle connections go and waits for the others
        self._socket.close()
        if _wait_until(lambda: not self._pool.running()):
            return
        _log.warning("%s answers did not finish in %s seconds and are cut off", self._pool.running(), DRAIN_S)
        for greenlet in list(self._pool.coroutines_running):
            greenlet.kill()

    def _serve(self) -> None:
        eventlet.wsgi.server(
            self._socket,
            self._dispatch,
            protocol=Protocol,
            custom_pool=self._pool,
            keepalive=KEEP_ALIVE_S,
            socket_timeout=SOCKET_TIMEOUT_S,
            log_output=False,
            debug=False,
        )

    def _dispatch(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        prefix = "/" + environ["PATH_INFO"].split("/", 2)[1] if environ["PATH_INFO"].startswith("/") else ""
        prefix = prefix if prefix in self._mounts else ""
        application = self._mounts.get(prefix, _nobody)
        if environ.get("HTTP_TRANSFER_ENCODING", "chunked").lower() != "chunked":
            application = _unknown_transfer
        environ["chassis.is_stopping"] = lambda: self._stopping
        self._active[prefix] += 1
        try:
            return application(environ, start_response)
        finally:
            self._active[prefix] -= 1
            if self._stopping or not _swallow_body(environ["eventlet.input"]):
                environ["chassis.close_connection"]()


def _wait_until(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DRAIN_S
    while not done():
        if time.monotonic() > deadline:
            return False
        eventlet.sleep(DRAIN_TURN_S)
    return True


def _swallow_body(body: Any) -> bool:
    """Reads what a refused request still sends, up to a bound, so that its sender gets to read the answer. False when
    more is to come: then the connection must end.
    """
    if body.should_send_hundred_continue:
        return True  # the sender waits for our word before it sends; the server ends the connection
    left = SWALLOWED_BODY_BYTES
    try:
        while left > 0:
            piece = body.read(PIECE_BYTES)
            if not piece:
                return True
            left -= len(piece)
    except (OSError, ValueError):
        pass
    return False


def _nobody(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    document = problem(503, "service_starting", "No service answers at this address; it may still be starting.")
    start_response("503 Service Unavailable", [("Content-Type", CONTENT_TYPE), ("Retry-After", "5")])
    return [encoded(document)]


def _unknown_transfer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["chassis.close_connection"]()
    document = problem(501, "unknown_transfer", "The only Transfer-Encoding understood here is chunked.")
    start_response("501 Not Implemented", [("Content-Type", CONTENT_TYPE)])
    return [encoded(document)]
