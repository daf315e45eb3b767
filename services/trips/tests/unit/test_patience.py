import threading

from chassis.health import Heartbeats
from trips import patience


class App:
    heartbeats = Heartbeats()


def test_the_loop_goes_on_after_an_error_and_ends_when_it_is_told(monkeypatch):
    turned = threading.Semaphore(0)

    def failing(_app, _each):
        turned.release()
        raise OSError("the database is away")

    monkeypatch.setattr(patience, "PAUSE_S", 0.01)
    monkeypatch.setattr(patience, "ask_again", failing)
    run, stop = patience.AskingAgain().make(App())
    thread = threading.Thread(target=run)
    thread.start()
    assert all(turned.acquire(timeout=5) for _ in range(2))
    stop()
    thread.join(5)
    assert not thread.is_alive()


def test_every_turn_asks_again_and_hides_what_is_protected_since(monkeypatch):
    turned = threading.Event()
    done = []
    monkeypatch.setattr(patience, "PAUSE_S", 0.01)
    monkeypatch.setattr(patience, "ask_again", lambda _app, _each: done.append("asked"))
    monkeypatch.setattr(patience, "hide_homes", lambda _app, _each: (done.append("hidden"), turned.set()))
    run, stop = patience.AskingAgain().make(App())
    thread = threading.Thread(target=run)
    thread.start()
    assert turned.wait(5)
    stop()
    thread.join(5)
    assert done[:2] == ["asked", "hidden"]
