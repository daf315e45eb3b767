"""That a figure stands for work that was done."""

import pytest
from psycopg2.extensions import get_wait_callback, set_wait_callback

from bench.apart import Failed, race, seconds
from bench.append.stored import LIMIT, OURS, PREPARED, NotStored, check
from bench.filling import fill
from bench.sample import CODEC, KINDS, make_tables, open_store, payload, trip
from chassis.canonical import canonical


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/bench.db"


@pytest.fixture
def plain_driver():
    """psycopg2 as the benchmarks use it: patched, as other tests leave it, it knows no COPY."""
    patched = get_wait_callback()
    set_wait_callback(None)
    yield
    set_wait_callback(patched)


def order(url):
    return {"url": url, "per_transaction": 5, "for_s": 0.05, "seed": 1}


@pytest.mark.parametrize("module", [OURS, LIMIT])
def test_a_side_stores_what_it_counts(url, module):
    PREPARED[module](url)
    answers = race(module, [order(url)])
    assert seconds(answers) > 0.05
    assert all(0 < one["events"] == one["stored"] - 15 for one in answers)
    check(module, url, sum(one["stored"] for one in answers))


def test_a_side_that_counts_what_it_did_not_store_is_found_out(url):
    make_tables(url)
    with pytest.raises(NotStored, match="0 rows in events, 1 were counted"):
        check(OURS, url, 1)


def test_a_side_that_ends_without_an_answer_ends_the_run():
    with pytest.raises(Failed, match=r"bench\.row ended with 0"):
        race("bench.row", [{}])


@pytest.mark.parametrize("number", [0, 1, KINDS - 1, KINDS, 3 * KINDS + 17])
def test_what_peers_are_given_is_what_the_store_would_write(number):
    assert payload(number) == canonical(CODEC.encode(trip(number)).data)


@pytest.mark.postgres
def test_a_filled_log_is_one_the_store_could_have_written(database_url, plain_driver):
    make_tables(database_url)
    fill(database_url, 300, per_stream=20)
    fill(database_url, 500, per_stream=20)
    store = open_store(database_url)
    found = store.verify()
    assert (found.intact, found.position, found.sequence) == (True, 500, 500)
    assert [recorded.event for recorded in store.read_log(0, 500).events] == [trip(number) for number in range(1, 501)]
    store.engine.dispose()
