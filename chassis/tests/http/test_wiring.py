"""A feed token in a file is renewed without a restart, and never lost."""

import eventlet
import pytest
from eventlet import wsgi
from lending.service import LendingConfig

from chassis.config import TokenFile, current, load
from chassis.errors import Unavailable
from chassis.wiring import feeds_from


@pytest.fixture
def sister():
    """A service that refuses its feed to everybody and remembers the tokens it was shown."""
    shown = []

    def refuse(environ, start_response):
        shown.append(environ["HTTP_AUTHORIZATION"])
        start_response("401 Unauthorized", [])
        return [b""]

    listening = eventlet.listen(("127.0.0.1", 0), reuse_port=False)
    server = eventlet.spawn(wsgi.server, listening, refuse, log_output=False)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/sister/feed", shown
    server.kill()


def readers_of(url, **token):
    settings = {"LENDING_DATABASE_URL": "sqlite://", "LENDING_FEEDS": f"sister={url}", **token}
    return feeds_from(load(LendingConfig, settings))


def test_a_token_that_was_renewed_in_its_file_is_shown_at_the_next_request(sister, tmp_path):
    url, shown = sister
    file = tmp_path / "token"
    file.write_text("first\n")
    reader = readers_of(url, LENDING_FEED_TOKEN_FILE=str(file))["sister"]
    for token in ("first", "second"):
        file.write_text(f"{token}\n")
        with pytest.raises(Unavailable):
            reader.read(0, 1)
    assert shown == ["Bearer first", "Bearer second"]


def test_a_token_given_as_a_value_is_shown_as_it_is(sister):
    url, shown = sister
    with pytest.raises(Unavailable):
        readers_of(url, LENDING_FEED_TOKEN="as-given")["sister"].read(0, 1)
    assert shown == ["Bearer as-given"]


def test_a_file_that_is_just_being_replaced_does_not_lose_the_token(tmp_path):
    file = tmp_path / "token"
    file.write_text("first")
    token = TokenFile(file)
    assert token() == "first"
    for unusable in (b"", b"\xff\xfe"):
        file.write_bytes(unusable)
        assert token() == "first"
    file.unlink()
    assert token() == "first"
    file.write_text("second")
    assert token() == "second"


def test_a_file_that_did_not_change_is_not_read_again(tmp_path, monkeypatch):
    file = tmp_path / "token"
    file.write_text("first")
    token = TokenFile(file)
    token()
    monkeypatch.setattr("pathlib.Path.read_text", lambda *_args, **_options: pytest.fail("read again"))
    assert token() == "first"


def test_a_secret_from_a_file_is_still_never_printed(tmp_path):
    file = tmp_path / "token"
    file.write_text("the-secret")
    settings = {"LENDING_DATABASE_URL": "sqlite://", "LENDING_FEED_TOKEN_FILE": str(file)}
    config = load(LendingConfig, settings)
    assert "the-secret" not in repr(config)
    assert current(config.feed_token)() == "the-secret"
