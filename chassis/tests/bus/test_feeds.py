"""Reading a feed in this process and over HTTP: the same pages, the same bytes, and never a wait without an end."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import eventlet
import pytest

from chassis.bus import Envelope, HttpFeed, LocalFeed, parse_page, render_page
from chassis.errors import Unavailable


class Server:
    """The sample service's feed over HTTP/1.1, and its bad days."""

    def __init__(self, source):
        self.requests, self.connections = [], 0
        self.answer = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                outer.connections += 1
                super().setup()

            def do_GET(self):
                outer.requests.append((self.path, self.headers["Authorization"]))
                query = {key: int(value[0]) for key, value in parse_qs(urlsplit(self.path).query).items()}
                page = source.store.read_feed(query["after"], query["limit"])
                status, body = outer.answer(self) if outer.answer else (200, render_page(page))
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/sample/feed"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server(source):
    server = Server(source)
    yield server
    server.close()


@pytest.fixture
def over_http(server):
    return HttpFeed(server.url, lambda: "secret")


def test_a_page_over_http_is_the_page_read_directly(source, over_http):
    source.say("a", "b", 'Ærø "quoted" ],[ {')
    assert over_http.read(1, 10) == LocalFeed(source.store).read(1, 10)


def test_every_event_over_http_is_what_was_published(source, over_http):
    wires = source.say("a", "b", "c")
    assert [entry.wire for entry in over_http.read(0, 10).entries] == wires
    assert [Envelope.parse(wire).sequence for wire in wires] == [1, 2, 3]


def test_a_page_that_was_laid_out_anew_still_gives_the_bytes_of_each_event(source):
    [wire] = source.say("a")
    body = b'{ "events" : [ \n' + wire + b' ] , "head": 1, "head_hash": "x", "logid": "l" }'
    page = parse_page(body)
    assert (page.logid, page.head, page.head_hash) == ("l", 1, "x")
    assert [entry.wire for entry in page.entries] == [wire]


def test_the_token_is_shown_and_the_page_asked_for(server, over_http):
    over_http.read(5, 7)
    assert server.requests == [("/sample/feed?after=5&limit=7&wait=0", "Bearer secret")]


def test_the_server_is_asked_to_hold_an_empty_answer_back(server, over_http):
    over_http.read(5, 7, 0.25)
    assert server.requests[0][0].endswith("&wait=1")


def test_a_server_that_answers_at_once_anyway_is_not_asked_in_a_circle(over_http):
    started = time.monotonic()
    assert over_http.read(0, 1, 0.3).entries == []
    assert time.monotonic() - started >= 0.3


def test_a_connection_is_kept_for_the_next_page(server, over_http):
    for _ in range(3):
        over_http.read(0, 1)
    assert server.connections == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_no_failure(server, over_http):
    over_http.read(0, 1)
    server.answer = lambda _: (None, b"") if len(server.requests) == 2 else (200, render_page(empty()))
    assert over_http.read(0, 1).head == 0
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [301, 401, 403, 404, 500, 503])
def test_any_answer_but_a_page_means_that_the_feed_is_away(server, over_http, status):
    server.answer = lambda _: (status, b"sorry")
    with pytest.raises(Unavailable):
        over_http.read(0, 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"events":[]}',
        b'{"events":[1],"head":1,"head_hash":"","logid":""}',
        b'{"events":[{}],"head":1,"head_hash":"","logid":""}',
        b'{"head":0,"head_hash":"","logid":"","events":[',
        b'{"head":0,"head_hash":"","logid":"","events":[{"a":1}',
        b"\xff\xfe",
        b'{"head":"x","head_hash":"","logid":"","events":[]}',
    ],
)
def test_a_page_that_is_none_means_that_the_feed_is_away(server, over_http, body):
    server.answer = lambda _: (200, body)
    with pytest.raises(Unavailable):
        over_http.read(0, 1)


def test_nobody_listening_means_that_the_feed_is_away(server, over_http):
    server.close()
    with pytest.raises(Unavailable):
        over_http.read(0, 1)


def test_a_feed_that_does_not_answer_is_given_up_in_time(server, over_http, monkeypatch):
    monkeypatch.setattr("chassis.bus.feeds._TIMEOUT_S", 0.2)
    server.answer = lambda _: time.sleep(3) or (200, b"")
    started = time.monotonic()
    with pytest.raises(Unavailable):
        over_http.read(0, 1)
    assert time.monotonic() - started < 1


def test_waiting_for_a_page_holds_up_nobody_else(server, over_http):
    server.answer = lambda _: eventlet.sleep(0.3) or (200, render_page(empty()))
    ticks = []
    ticker = eventlet.spawn(lambda: [(ticks.append(1), eventlet.sleep(0.01)) for _ in range(100)])
    over_http.read(0, 1)
    ticker.kill()
    assert len(ticks) > 10


def test_several_may_read_at_once(source, over_http):
    source.say("a")
    pages = [eventlet.spawn(over_http.read, 0, 1) for _ in range(10)]
    assert {page.wait().head for page in pages} == {1}


def test_a_commit_ends_the_waiting_of_a_reader_in_the_same_process(source):
    feed = LocalFeed(source.store)
    waiting = eventlet.spawn(feed.read, 0, 10, 5)
    eventlet.sleep(0.05)
    started = time.monotonic()
    source.say("a")
    assert [entry.sequence for entry in waiting.wait().entries] == [1]
    assert time.monotonic() - started < 1


def test_waiting_ends_with_an_empty_page_when_nothing_comes(source):
    started = time.monotonic()
    assert LocalFeed(source.store).read(0, 10, 0.1).entries == []
    assert 0.05 < time.monotonic() - started < 1


def empty():
    return parse_page(json.dumps({"logid": "l", "head": 0, "head_hash": "0" * 64, "events": []}).encode())
