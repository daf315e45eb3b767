"""The form while its owner looks for an address: everything typed is kept, and nothing of it is in an address line."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from services.trips.tests.builders import SCHOOL, TRIP
from services.trips.tests.integration.test_pages import input_value, press

pytestmark = pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)  # nothing here depends on the database

FOUND = "&address_id=a-7&text=Skolegade+7"
BACK = f"/new?draft={TRIP}&stop=1"


def test_the_address_finder_is_visited_and_come_back_from_with_everything_typed(school):
    answer = press(school, "find-1", remark="Via broen", round_trip="1")
    finder = urlsplit(answer.headers["Location"])
    query = parse_qs(finder.query)
    assert (answer.status_code, finder.path, query["q"]) == (303, "/routing/addresses", [SCHOOL.text])
    assert query["return"] == [f"/trips{BACK}"]
    found = school.call("GET", f"{BACK}{FOUND}", "bent")
    assert [input_value(found, name) for name in ("stop-1", "stop-id-1", "trip_id")] == ["Skolegade 7", "a-7", TRIP]
    assert "Via broen" in found.text
    assert re.search(r'name="round_trip"[^>]* checked', found.text)


def test_a_draft_is_read_by_its_owner_only(school):
    school.employee("carl")
    press(school, "find-1", remark="Via broen")
    assert "Via broen" not in school.call("GET", BACK, "carl").text
    assert "Via broen" in school.call("GET", BACK, "bent").text


def test_a_draft_is_gone_when_its_trip_is_reported(school):
    press(school, "find-1", remark="Via broen")
    assert press(school).status_code == 303
    assert "Via broen" not in school.call("GET", BACK, "bent").text


def test_a_draft_is_not_shown_after_ninety_days_and_goes_when_the_next_is_kept(school):
    from trips.drafts import drafts

    press(school, "find-1", remark="Via broen")
    school.pass_time(days=90, seconds=1)
    assert "Via broen" not in school.call("GET", BACK, "bent").text
    press(school, "find-1", trip_id="")
    with school.reading() as conn:
        [row] = conn.execute(drafts.select()).all()
    assert row.trip_id != TRIP
