"""What a handler has at hand: who asks as part of what, and the wait for what the caller did already."""

import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from chassis.bus import Envelope
from chassis.errors import Unavailable
from chassis.http import Call
from chassis.identity import Identity, accesses_of
from chassis.projections import Projection, ProjectionRunner


@pytest.fixture
def call(app):
    """A call from Alice's browser, with any headers."""

    def call(path="/lending/api/v1/loans", **headers):
        request = Request(EnvironBuilder(path, method="POST", headers=headers).get_environ())
        alice = Identity("alice", frozenset(), "Alice")
        return Call(app=app, request=request, identity=alice, language="da", t=str, correlation_id="c-1")

    return call


@pytest.fixture
def behind(app, lend):
    """The library has lent a book and its only read model has not seen it."""
    model = Projection(name="books", version=1, source="log", tables=(), apply=lambda _conn, _events: None)
    app.projections = ProjectionRunner(app.store, (model,), {}, Envelope.parse)
    app.projections.prepare()
    lend("a")


def test_an_answer_that_would_not_show_the_position_in_time_is_not_given(call, behind, monkeypatch):
    monkeypatch.setattr("chassis.http.call.LONGEST_WAIT_S", 0.1)
    with pytest.raises(Unavailable) as raised:
        call().await_position(1)
    assert raised.value.code == "not_there_yet"


def test_a_position_that_is_shown_is_not_waited_for(call, behind, app):
    app.projections.run_once()
    call().await_position(1)


@pytest.mark.parametrize("nothing", [None, 0])
def test_who_names_no_position_does_not_wait(call, behind, nothing):
    call().await_position(nothing)


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_the_trace_a_request_belongs_to_goes_on(call):
    assert call(traceparent=TRACE).context().traceparent == TRACE


@pytest.mark.parametrize(
    "given",
    ["", "x", TRACE.upper(), "ff" + TRACE[2:], f"{TRACE}-more", TRACE.replace("00f067aa0ba902b7", "0" * 16)],
)
def test_a_trace_that_is_none_counts_as_not_sent(call, given):
    assert call(traceparent=given).context().traceparent is None


def test_a_list_that_shows_many_people_is_recorded_for_each_of_the_others(call, app):
    call().record_accesses(["bob", "alice", "carl", "bob"], "loans")
    found = [[(one.actor, one.what) for one in accesses_of(app.store.engine, who)] for who in ("alice", "bob", "carl")]
    assert found == [[], [("alice", "loans")], [("alice", "loans")]]
