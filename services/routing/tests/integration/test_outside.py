"""Services outside that answer slowly, for ever, too much, or with words that are nobody's business."""

import contextlib
import socket
import threading
import time

import pytest

from routing.domain.errors import EngineUnavailable
from routing.outside import JsonService

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LIMIT_S = 0.4
PIECE_S = 0.1
"""Far less than the limit: each piece is in time, only the whole is not."""


class Dripping:
    """Sends ``first`` at once and then ``piece`` again and again, until whoever asked hangs up."""

    def __init__(self, first, piece):
        self._first, self._piece = first, piece
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self._listening.getsockname()[1]}"

    def _serve(self):
        with contextlib.suppress(OSError), self._listening.accept()[0] as asking:
            asking.recv(65536)
            asking.sendall(self._first)
            while not self._stopped.wait(PIECE_S):
                asking.sendall(self._piece)

    def close(self):
        self._stopped.set()
        self._listening.close()
        self._thread.join(5)


@pytest.fixture
def dripping():
    made = []

    def start(first, piece):
        made.append(Dripping(first, piece))
        return made[-1].address

    yield start
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD, b"X-More: 1\r\n"),
        (b"HTTP/1.1 2", b"0"),
    ],
)
def test_an_answer_that_comes_piece_by_piece_has_one_deadline_for_all_of_it(dripping, first, piece):
    service = JsonService(f"http://{dripping(first, piece)}", LIMIT_S)
    started = time.monotonic()
    with pytest.raises(EngineUnavailable):
        service.get("/")
    assert LIMIT_S * 0.9 < time.monotonic() - started < LIMIT_S + 3 * PIECE_S


def test_an_error_names_the_host_and_no_user_and_no_password():
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    listening.close()
    with pytest.raises(EngineUnavailable) as caught:
        JsonService(f"http://kommune:hemmeligt@127.0.0.1:{port}", 1).get("/")
    assert "127.0.0.1" in caught.value.reason
    assert "hemmeligt" not in caught.value.reason
    assert "kommune" not in caught.value.reason
