"""Every listener reads what its publishers promise: their examples, today's and those with fields of a later release."""

import pytest

from chassis.errors import Unavailable, Unreadable
from tests.contract.language import CONTRACTS, HEARD, PAIRS

UNKNOWN_TRIP = "unknown_trip"
READ = [pair for pair in PAIRS if pair[2] in HEARD[pair[:2]]]
PASSED_OVER = [pair for pair in PAIRS if pair[2] not in HEARD[pair[:2]]]


def hears(consumer, source, type_, data):
    """A listener that waits for something of its own, such as a map, has read the event all the same; and so has one
    that does not know the trip: the examples of different services tell no common story.
    """
    try:
        consumer.hear(source, type_, data)
    except Unavailable:
        return
    except Unreadable as error:
        if error.code != UNKNOWN_TRIP:
            raise


@pytest.mark.parametrize(("listener", "source", "type_"), READ)
def test_a_listener_accepts_every_example(consumers, listener, source, type_):
    for example in CONTRACTS[source][type_].examples.values():
        hears(consumers[listener], source, type_, example)


@pytest.mark.parametrize(("listener", "source", "type_"), READ)
def test_a_listener_accepts_fields_it_has_never_heard_of(consumers, listener, source, type_):
    for example in CONTRACTS[source][type_].examples.values():
        hears(consumers[listener], source, type_, _of_a_later_release(example))


def _of_a_later_release(value):
    """One more field in every object, however deep."""
    if isinstance(value, dict):
        return {**{key: _of_a_later_release(inner) for key, inner in value.items()}, "added_later": {"from": 2}}
    if isinstance(value, list):
        return [_of_a_later_release(inner) for inner in value]
    return value


@pytest.mark.parametrize(("listener", "source", "type_"), READ)
def test_a_listener_reads_what_it_says_it_hears(consumers, listener, source, type_):
    """An event without its fields is unreadable to whoever reads it: so nobody listens for a misspelt type."""
    with pytest.raises(Unreadable) as parked:
        consumers[listener].hear(source, type_, {})
    assert parked.value.code != UNKNOWN_TRIP


@pytest.mark.parametrize(("listener", "source", "type_"), PASSED_OVER)
def test_a_listener_passes_over_what_it_does_not_hear(consumers, listener, source, type_):
    consumers[listener].hear(source, type_, {})


@pytest.mark.parametrize(("listener", "source"), HEARD)
def test_a_type_that_comes_with_a_later_release_is_passed_over(consumers, listener, source):
    consumers[listener].hear(source, "something-quite-new", {"anything": 1})
