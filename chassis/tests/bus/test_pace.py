"""Resting between batches: not while little comes, longer while much does."""

from types import SimpleNamespace

import pytest

from chassis.bus.pace import Pace


@pytest.fixture
def time(monkeypatch):
    now = SimpleNamespace(s=100.0)
    monkeypatch.setattr("chassis.bus.pace.time", SimpleNamespace(monotonic=lambda: now.s))
    return now


def test_the_first_batch_is_taken_at_once(time):
    assert Pace(0.1, 1.0).left_s() == 0


def test_while_several_wait_each_time_the_rests_grow_to_their_longest(time):
    pace, rests = Pace(0.1, 1.0), []
    for _ in range(6):
        pace.took(5, more=False)
        rests.append(pace.left_s())
    assert rests == pytest.approx([0.2, 0.4, 0.8, 1.0, 1.0, 1.0])


def test_one_alone_brings_the_rest_back_to_its_shortest(time):
    pace = Pace(0.1, 1.0)
    for count in (5, 5, 1):
        pace.took(count, more=False)
    assert pace.left_s() == pytest.approx(0.1)
    time.s += 0.2
    assert pace.left_s() == 0


def test_what_waits_already_is_not_kept_waiting(time):
    pace = Pace(0.1, 1.0)
    pace.took(200, more=True)
    assert pace.left_s() == 0
