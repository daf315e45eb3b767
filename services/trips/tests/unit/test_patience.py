import threading

import pytest

from chassis.health import Heartbeats
from trips import patience


class Store:
    engine = None


class App:
    heartbeats = Heartbeats()
    store = Store()


@pytest.fixture
def turning(monkeypatch):
    """Runs a loop until the block ends."""
    threads = []
    monkeypatch.setattr(patience, "PAUSE_S", 0.01)
    monkeypatch.setattr(patience, "LOOK_S", 0.01)

    def start(loop):
        run, stop = loop.make(App())
        thread = threading.Thread(target=run)
        thread.start()
        threads.append((thread, stop))

    yield start
    for thread, stop in threads:
        stop()
        thread.join(5)
        assert not thread.is_alive()


def failing(turned):
    def fails(*_given):
        turned.release()
        raise OSError("the database is away")

    return fails


def test_a_loop_goes_on_after_an_error_and_ends_when_it_is_told(turning, monkeypatch):
    asked, published = threading.Semaphore(0), threading.Semaphore(0)
    monkeypatch.setattr(patience, "ask_again", failing(asked))
    monkeypatch.setattr(patience.Watch, "people", failing(published))
    turning(patience.AskingAgain())
    turning(patience.WatchingHomes())
    assert all(turned.acquire(timeout=5) for turned in (asked, asked, published, published))


def test_what_cannot_be_asked_for_again_keeps_no_home_from_being_left_out(turning, monkeypatch):
    published = threading.Event()
    monkeypatch.setattr(patience, "ask_again", failing(threading.Semaphore(0)))
    monkeypatch.setattr(patience.Watch, "people", lambda *_: ["bent"])
    monkeypatch.setattr(patience, "publish_without_home", lambda _app, people, _each: people and published.set())
    turning(patience.AskingAgain())
    turning(patience.WatchingHomes())
    assert published.wait(5)


def test_the_homes_are_looked_at_as_soon_as_the_service_starts_and_every_few_seconds():
    assert patience.LOOK_S <= 5
    assert patience.LOOK_S * patience.LOOKS_A_ROUND <= patience.PAUSE_S
