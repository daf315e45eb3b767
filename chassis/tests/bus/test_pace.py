"""Resting between batches: not while little comes, longer while much does; and how many make one."""

from types import SimpleNamespace

import pytest

from chassis.bus.intake import Intake
from chassis.bus.pace import Pace, Portion


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


def test_a_transaction_takes_more_while_it_is_quick_and_no_more_than_the_most():
    portion, sizes = Portion(100), []
    for _ in range(9):
        sizes.append(portion.size)
        portion.took(0.01)
    assert sizes == [1, 2, 4, 8, 16, 32, 64, 100, 100]


def test_a_transaction_that_lasts_or_fails_is_made_smaller_down_to_one_event():
    """Those who wait for its rows give up after ten seconds, and the broker when nobody answers it."""
    portion, sizes = Portion(8), []
    for _ in range(3):
        portion.took(0.01)
    for _ in range(5):
        sizes.append(portion.size)
        portion.took(3)
    assert sizes == [8, 4, 2, 1, 1]
    portion.took(0.01)
    portion.failed()
    assert portion.size == 1
    portion.took(0.5)
    assert portion.size == 1, "long enough as it is"


class Sending:
    """A broker's link that has ``count`` messages to bring; time goes on by 5 ms with each."""

    def __init__(self, intake, count, time):
        self._intake, self._left, self._time = intake, count, time
        intake._link = self

    def tick(self):
        pass

    def drain(self, timeout_s):
        if not self._left:
            return False
        self._left, self._time.s = self._left - 1, self._time.s + 0.005
        self._intake._deliver(SimpleNamespace(delivery_tag=1, body=b"{}"))
        return True

    def deliveries(self, consumer_tag):
        return []


@pytest.mark.parametrize(("waiting", "rests"), [(3, True), (20, False), (1000, False)])
def test_a_reader_rests_only_when_nothing_more_is_on_its_way(waiting, rests, time, monkeypatch):
    monkeypatch.setattr("chassis.bus.intake.time", SimpleNamespace(monotonic=lambda: time.s, sleep=lambda _: None))
    intake = Intake("amqp://nobody", "reader", "sample")
    Sending(intake, waiting, time)
    assert intake.receive(0.1)
    assert (intake._pace.left_s() > 0) is rests
