"""A running lending library on a free port, and ways to ask it."""

import json
import shutil
import socket
import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lending.service import LendingConfig, LendingService, build
from nameko.runners import ServiceRunner

from chassis.config import load
from chassis.http import Listener, Web
from chassis.identity import DevIssuer, Identity
from chassis.store import migrate, open_engine


class Answer:
    def __init__(self, raw):
        head, _, rest = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin1").split("\r\n")
        self.status = int(status.split()[1])
        self.header_list = [tuple(line.split(": ", 1)) for line in lines]
        self.headers = {name.lower(): value for name, value in self.header_list}
        self.body = rest

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Site:
    """The library as a client sees it: raw sockets, so that nothing of a client library is in the way."""

    def __init__(self, address, issuer):
        self.address = address
        self.issuer = issuer

    def token(self, *roles, person="p-1", lifetime=timedelta(hours=1)):
        return self.issuer.token(Identity(person, frozenset(roles), "Åse Holm"), lifetime)

    def send(self, raw, *, and_no_more=False):
        with socket.create_connection(self.address, timeout=20) as connection:
            connection.sendall(raw)
            if and_no_more:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return Answer(received)

    def ask(self, method, path, *, token=None, cookie=None, body=None, headers=(), content_type="application/json"):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: library.test", "Connection: close", *headers]
        lines += [f"Authorization: Bearer {token}"] if token else []
        lines += [f"Cookie: {cookie}"] if cookie else []
        lines += [f"Content-Length: {len(body)}", f"Content-Type: {content_type}"] if body is not None else []
        return self.send("\r\n".join([*lines, "", ""]).encode() + (body or b""))

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post_form(self, path, fields, **options):
        return self.ask("POST", path, body=fields.encode(), content_type="application/x-www-form-urlencoded", **options)


@pytest.fixture
def issuer(tmp_path):
    return DevIssuer(tmp_path / "identity", host="127.0.0.1")


@pytest.fixture
def settings(tmp_path, issuer):
    return {
        "LENDING_DATABASE_URL": f"sqlite:///{tmp_path}/lending.db",
        "LENDING_HTTP_PORT": "0",
        "LENDING_JWKS": str(issuer.jwks_path),
    }


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A database that was brought up to date once, to be copied: that is quicker than doing it again."""
    file = tmp_path_factory.mktemp("migrated") / "lending.db"
    engine = open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine, "lending")
    engine.dispose()
    return file


@pytest.fixture
def app(settings, migrated, tmp_path):
    shutil.copy(migrated, tmp_path / "lending.db")
    app = build(load(LendingConfig, settings))
    yield app
    app.close()


@pytest.fixture
def runner(app):
    runner = ServiceRunner({"apps": {"lending": app}})
    runner.add_service(LendingService)
    runner.start()
    yield runner
    runner.stop()
    Listener.close_all()


@pytest.fixture
def site(runner, issuer):
    (container,) = runner.containers
    (web,) = [extension for extension in container.dependencies if isinstance(extension, Web)]
    return Site(web.listening_at(), issuer)


@pytest.fixture
def lend(app):
    """Lends books directly, so that there is something in the feed."""
    from lending.service import BookLent

    from chassis.store import Context

    def lend(*books):
        for book in books:
            app.store.execute(
                Context("alice"), lambda uow, book=book: uow.append(f"book-{book}", 0, [BookLent(book, "p")])
            )

    return lend
