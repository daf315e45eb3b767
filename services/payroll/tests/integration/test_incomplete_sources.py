"""Nobody closes a period without knowing that trips or approvals are missing from it."""

import pytest
from sqlalchemy import delete, insert

from chassis.bus import inbox
from chassis.errors import Unavailable
from chassis.store import tables as t
from chassis.store import writing
from chassis.store.model import FeedPage
from services.payroll.tests.integration.test_pages import form_of

HALTED = {"source": "trips", "kind": "halted", "events": None}
HELD = {"source": "approval", "kind": "held", "events": 2}


class Feed:
    """A source whose log is `head` events long; None: it does not answer."""

    def __init__(self, head):
        self.head = head

    def read(self, after, limit, wait_s=0):
        if self.head is None:
            raise Unavailable("feed_away", "away")
        return FeedPage("log", self.head, "", ())


def hold(world, source, *statuses):
    with writing(world.app.store.engine) as conn:
        for position, status in enumerate(statuses, 1):
            row = {"event_id": "e", "type": "trip-approved", "subject": "t-1", "wire": "{}", "reason": "failed"}
            row |= {"source": source, "position": position, "status": status, "first_failed_at": "2026-04-01"}
            conn.execute(insert(t.dead_letters).values(row))


@pytest.fixture
def incomplete(staffed):
    """Trips is halted; two of approval's events are held."""
    staffed.drive(staffed.people()["Anne"])
    inbox.halt(staffed.app.store, "trips", "the log is another one", staffed.now)
    hold(staffed, "approval", "open", "open", "replayed")
    return staffed


def test_a_preview_says_what_is_missing(incomplete):
    for shown in (
        incomplete.call("GET", "/api/v1/periods/2026-03", "payroll").json,
        incomplete.call("GET", "/api/v1/periods", "payroll").json["items"][0],
    ):
        assert shown["warnings"] == [HALTED, HELD]


def test_closing_needs_a_word_that_something_is_missing_and_keeps_the_warnings(incomplete):
    before = incomplete.head()
    answer = incomplete.close()
    assert (answer.status_code, answer.json["code"]) == (409, "sources_incomplete")
    assert answer.json["warnings"] == [HALTED, HELD]
    assert incomplete.head() == before
    closed = incomplete.close(accept_incomplete=True)
    assert (closed.status_code, closed.json["warnings"]) == (200, [HALTED, HELD])
    inbox.resume(incomplete.app.store, "trips")
    with writing(incomplete.app.store.engine) as conn:
        conn.execute(delete(t.dead_letters))
    assert incomplete.close().json == closed.json
    incomplete.catch_up()
    assert incomplete.call("GET", "/api/v1/periods/2026-03", "payroll").json["warnings"] == [HALTED, HELD]
    assert incomplete.call("GET", "/api/v1/periods/2026-04", "payroll").json["warnings"] == []
    assert "blev lukket, mens der kunne mangle" in incomplete.call("GET", "/periods/2026-03", "payroll").text


def test_the_pages_warn_and_the_confirmation_says_what_is_accepted(incomplete):
    assert "Der kan mangle indberetninger" in incomplete.call("GET", "/", "payroll").text
    page = incomplete.call("GET", "/periods/2026-03", "payroll").text
    assert "Modtagelsen af indberetninger er stoppet." in page
    assert "2 hændelser fra godkendelser kunne ikke behandles" in page
    confirm = incomplete.call("GET", "/periods/2026-03/close", "payroll").text
    assert "Du lukker perioden, selv om der mangler noget." in confirm
    form = form_of(confirm)
    without = {name: value for name, value in form.items() if name != "accept_incomplete"}
    answer = incomplete.call("POST", "/periods/2026-03/close", "payroll", data=without)
    assert (answer.status_code, "Der er ikke udbetalt noget" in answer.text) == (409, True)
    assert incomplete.call("POST", "/periods/2026-03/close", "payroll", data=form).status_code == 303


def test_nothing_is_said_where_nothing_is_missing(staffed):
    hold(staffed, "approval", "discarded")
    confirm = staffed.call("GET", "/periods/2026-03/close", "payroll").text
    assert "accept_incomplete" not in confirm
    assert "Der kan mangle" not in confirm + staffed.call("GET", "/", "payroll").text


@pytest.mark.parametrize(("head", "events", "sentence"), [
    (3, 3, "3 hændelser fra indberetninger er på vej"),
    (None, None, "Det kan ikke ses, om der er mere på vej fra indberetninger"),
])  # fmt: skip
def test_a_source_that_is_behind_is_a_warning_and_no_hindrance(staffed, head, events, sentence):
    staffed.app.feeds = {"trips": Feed(head), "approval": Feed(0)}
    warning = {"source": "trips", "kind": "behind", "events": events}
    assert staffed.call("GET", "/api/v1/periods/2026-03", "payroll").json["warnings"] == [warning]
    assert sentence in staffed.call("GET", "/periods/2026-03", "payroll").text
    answer = staffed.close()
    assert (answer.status_code, answer.json["warnings"]) == (200, [warning])
