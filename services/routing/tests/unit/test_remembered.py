import pytest

from routing.addresses.remembered import KEPT_S, Remembered
from routing.domain.errors import EngineUnavailable


class Source:
    """Counts what it is asked; ``now_s`` is what its clock shows."""

    def __init__(self):
        self.asked = []
        self.now_s = 0.0

    def of(self, key):
        def ask():
            self.asked.append(key)
            return f"{key} at {self.now_s}"

        return ask


@pytest.fixture
def source():
    return Source()


def test_only_the_most_recently_used_are_kept(source):
    kept = Remembered(2, lambda: source.now_s)
    for key in ("a", "b", "a", "c", "a", "b"):
        kept.answer(key, source.of(key))
    assert source.asked == ["a", "b", "c", "b"]


def test_what_is_old_is_asked_for_again(source):
    kept = Remembered(2, lambda: source.now_s)
    first = kept.answer("a", source.of("a"))
    source.now_s = KEPT_S - 1
    assert kept.answer("a", source.of("a")) == first
    source.now_s = KEPT_S
    assert kept.answer("a", source.of("a")) != first


def test_nothing_is_an_answer_too_and_a_failure_is_none():
    kept, asked = Remembered(2), []

    def none():
        asked.append(1)

    def away():
        raise EngineUnavailable("away")

    with pytest.raises(EngineUnavailable):
        kept.answer("a", away)
    assert kept.answer("a", none) is None
    assert kept.answer("a", none) is None
    assert asked == [1]
