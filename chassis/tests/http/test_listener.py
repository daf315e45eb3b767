"""One socket for the process: opened, shared, and closed without cutting anybody off."""

import socket
import time

import eventlet
import pytest
from nameko.runners import ServiceRunner

from chassis.app import WebApp
from chassis.config import load
from chassis.core import Core
from chassis.http import ANYONE, Listener, Reply, Route, Web


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def slow(call):
    eventlet.sleep(0.6)
    return Reply({"service": call.app.name})


def service_class(service):
    prefix = "" if service == "gateway" else f"/{service}"

    class Service:
        name = service
        core = Core(lambda config: WebApp(name=service, config=config))
        web = Web(
            [
                Route("GET", f"{prefix}/who", lambda call: Reply(call.app.name), access=ANYONE, summary="Who"),
                Route("GET", f"{prefix}/slow", slow, access=ANYONE, summary="Slow"),
            ],
            "lending",
            "/" if service == "gateway" else None,
        )

    return Service


class Process:
    def __init__(self, *names):
        from lending.service import LendingConfig

        self.port = free_port()
        settings = {"LENDING_DATABASE_URL": "sqlite://", "LENDING_HTTP_PORT": str(self.port)}
        config = load(LendingConfig, settings)
        self.runner = ServiceRunner({"settings": dict.fromkeys(names, config)})
        for name in names:
            self.runner.add_service(service_class(name))
        self.runner.start()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def get(self, path, wish="close"):
        with self.connect() as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: {wish}\r\n\r\n".encode())
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return received.decode()


@pytest.fixture
def process():
    process = Process("red", "blue", "gateway")
    yield process
    process.runner.stop()
    Listener.close_all()


def test_every_service_of_a_process_is_reached_at_one_address(process):
    """The server of nameko answers half of these with 404, at random."""
    for _ in range(10):
        assert process.get("/red/who").endswith('"red"')
        assert process.get("/blue/who").endswith('"blue"')
        assert process.get("/who").endswith('"gateway"')


def test_a_service_that_stopped_is_answered_for_by_the_others(process):
    process.runner.service_map["red"].stop()
    assert "404" in process.get("/red/who"), "the gateway takes what nobody else does"
    process.runner.service_map["gateway"].stop()
    assert "service_starting" in process.get("/red/who")
    assert process.get("/blue/who").endswith('"blue"')


def test_a_second_listener_at_the_same_port_is_an_error_and_not_a_lottery(process):
    with pytest.raises(OSError, match="in use"):
        Listener("127.0.0.1", process.port)


def test_the_stop_finishes_what_is_under_way_and_takes_nothing_new(process):
    under_way = eventlet.spawn(process.get, "/red/slow", "keep-alive")
    idle = process.connect()
    eventlet.sleep(0.2)
    stop = eventlet.spawn(process.runner.stop)
    eventlet.sleep(0.1)
    with pytest.raises(ConnectionRefusedError):
        process.get("/red/who")
    answer = under_way.wait()
    assert "200 OK" in answer
    assert "Connection: close" in answer
    assert idle.recv(10) == b"", "an idle connection is ended at once"
    stop.wait()


def test_the_stop_does_not_wait_for_busy_keep_alive_clients_for_ever(process):
    """The server of nameko never stops while sixteen clients keep asking."""
    answered = []

    def keep_asking():
        with process.connect() as connection:
            while True:
                connection.sendall(b"GET /red/who HTTP/1.1\r\nHost: x\r\n\r\n")
                piece = connection.recv(65536)
                if not piece:
                    return
                answered.append(piece)

    clients = [eventlet.spawn(keep_asking) for _ in range(16)]
    while len(answered) < 64:
        eventlet.sleep(0.01)
    began = time.monotonic()
    Listener.close_all()
    assert time.monotonic() - began < 5
    for client in clients:
        client.wait()


def test_a_request_that_never_ends_is_cut_off_at_the_bound(process, monkeypatch):
    monkeypatch.setattr("chassis.http.listener.DRAIN_S", 0.3)
    with process.connect() as connection:
        connection.sendall(b"POST /red/who HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        eventlet.sleep(0.1)
        began = time.monotonic()
        Listener.close_all()
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /red/who HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"GET /red/who HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /red/who HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /red/who HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
        b"GET /red/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET //red/who HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET red HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /red/who HTTP/1.1\r\nHost: \xff\xff\r\n\r\n",
        b"GET /red/who HTTP/1.1\r\nHost: x y z\r\n\r\n",
        b"GET /red/who HTTP/1.1\r\nHost: x\r\nCookie: =;=;session=\r\n\r\n",
    ],
    ids=lambda raw: str(raw[:30]),
)
def test_broken_requests_harm_nobody_else(process, raw):
    with process.connect() as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            pass
    assert b" 500 " not in received
    assert b"Traceback" not in received
    assert process.get("/red/who").endswith('"red"')


def test_a_connection_that_is_cut_in_every_phase_harms_nobody_else(process):
    import struct

    whole = b"POST /red/who HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    for length in range(0, len(whole) + 1, 7):
        connection = process.connect()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(whole[:length])
        connection.close()
    eventlet.sleep(0.1)
    assert process.get("/red/who").endswith('"red"')
