"""The 60-day account in the store: what counts, what is warned of, and what becomes of day 61."""

import re
from datetime import date, timedelta

import pytest

from services.trips.tests.builders import HALL, HOME, OTHER, SCHOOL, TRIP, asked
from trips.domain.trip import Status

FIRST = date(2026, 1, 5)


@pytest.fixture
def used(school):
    """Bent has registered 60 days between home and the school, for which he claims nothing; the commute is not deducted."""
    school.set_policy(deduction="none")
    for number in range(60):
        school.register_day((FIRST + timedelta(days=number)).isoformat())
    return school


def account(world):
    [found] = world.call("GET", "/api/v1/sixty-day", "bent").json["workplaces"]
    return found


def test_every_count_is_explained_by_its_days_and_warned_of(used):
    found = account(used)
    assert (found["used"], found["left"], found["warning"], len(found["days"])) == (60, 0, 60, 60)
    newest = found["days"][0]
    assert (newest["on"], newest["day_number"], newest["registered"], newest["trips"]) == ("2026-03-05", 60, True, [])
    used.unregister_day("2026-03-05")
    assert (account(used)["used"], account(used)["warning"]) == (59, 55)


def test_from_day_61_the_way_between_home_and_the_workplace_is_not_paid(used):
    used.report()
    used.routing_answers()
    quote = used.trip().submitted.quote
    assert [(line.name, line.metres) for line in quote.deductions] == [("commute", 0), ("sixty_day", 12_345)]
    assert (quote.net_m, quote.amount_oere, quote.sixty_day[0].day_number) == (0, 0, 61)


def test_or_it_is_paid_as_taxable_where_the_unit_says_so(used):
    used.set_policy(deduction="none", after_sixty_days="taxable", since="2021-01-01")
    used.report()
    used.routing_answers()
    [event] = used.published("trip-submitted")
    assert (event.data["net_m"], event.data["taxable_m"], event.data["flags"]) == (12_350, 12_350, ["after_sixty_days"])


def test_a_day_that_is_taken_back_makes_a_later_open_trip_tax_free_again_and_it_awaits_a_new_decision(used):
    used.report()
    used.routing_answers()
    used.approve()
    used.unregister_day(FIRST.isoformat())
    trip = used.trip()
    assert (trip.status, trip.revision, trip.submitted.quote.net_m) == (Status.SUBMITTED, 2, 12_350)


def test_a_backdated_day_questions_a_settled_trip_and_changes_nothing_of_it(used):
    used.unregister_day(FIRST.isoformat())
    used.report()
    used.routing_answers()
    used.approve()
    used.settle(net_m=12_350, amount_oere=4_866)
    before = used.trip()
    used.register_day(FIRST.isoformat())
    after = used.trip()
    assert (after.status, after.submitted, after.settlement) == (Status.SETTLED, before.submitted, before.settlement)
    assert after.questioned.code == "sixty_day_count_changed"


def test_several_trips_of_a_day_count_once_and_a_withdrawn_one_not_at_all(school):
    school.report()
    school.report(OTHER, points=asked(SCHOOL.text, HOME.text), purpose="Hjem")
    school.routing_answers()
    assert account(school)["used"] == 1
    school.withdraw()
    school.withdraw(OTHER)
    assert school.call("GET", "/api/v1/sixty-day", "bent").json["workplaces"] == []


def test_a_workplace_known_to_be_used_up_is_private_at_once_and_only_an_admin_takes_that_back(school):
    school.report()
    school.routing_answers()
    key = account(school)["workplace"]
    body = {"person_id": "bent", "workplace": key, "from": "2026-03-01"}
    assert school.call("PUT", "/api/v1/sixty-day/spent", "adam", "admin", json=body).status_code == 200
    assert (school.trip().revision, school.trip().submitted.quote.net_m) == (2, 0)
    assert (
        school.call("PUT", "/api/v1/sixty-day/spent", "adam", "admin", json={**body, "from": None}).status_code == 200
    )
    assert (school.trip().revision, school.trip().submitted.quote.net_m) == (3, 7_850)


@pytest.fixture
def marked(school):
    """Bent has driven to the school on 9 March, and an administrator has marked its 60 days as used up by then."""
    school.report()
    school.routing_answers()
    school.spend("2026-03-01")
    return school


def press_spend(world, day):
    form = {"action": "spend", "workplace": account(world)["workplace"], "day": day}
    return world.call("POST", "/sixty-day", "bent", data=form)


@pytest.mark.parametrize("day", ["2026-03-10", "2026-03-02", "2026-02-01"])
def test_a_driver_cannot_move_the_mark_of_an_administrator(marked, day):
    answer = press_spend(marked, day)
    assert (answer.status_code, "Kun en administrator" in answer.text) == (422, True)
    assert (account(marked)["spent_from"], marked.trip().submitted.quote.net_m) == ("2026-03-01", 0)


def test_saying_the_same_mark_again_changes_nothing_and_is_not_refused(marked):
    head = marked.app.store.read_log(0, 1).head
    assert press_spend(marked, "2026-03-01").status_code == 303
    assert marked.app.store.read_log(0, 1).head == head


def test_a_driver_may_set_a_mark_where_none_stands_but_not_on_a_day_that_has_not_come(school):
    school.report()
    school.routing_answers()
    assert press_spend(school, "2036-01-01").status_code == 422
    assert account(school)["spent_from"] is None
    assert press_spend(school, "2026-03-01").status_code == 303
    assert account(school)["spent_from"] == "2026-03-01"


def test_days_registered_at_another_workplace_never_begin_a_new_count(used):
    used.pass_time(hours=24 * 60)
    for number in range(60, 120):
        used.register_day((FIRST + timedelta(days=number)).isoformat(), place=HALL)
    used.register_day((FIRST + timedelta(days=120)).isoformat())
    found = next(
        one for one in used.call("GET", "/api/v1/sixty-day", "bent").json["workplaces"] if one["text"] == SCHOOL.text
    )
    assert (found["used"], found["days"][0]["day_number"], found["days"][0]["tax_free"]) == (61, 61, False)


def own_page(world, person_id="bent"):
    return world.call("GET", "/sixty-day", person_id)


def test_before_anything_is_counted_a_day_can_be_registered_at_ones_own_workplace(school):
    assert f">School, {HALL.text}</option>" not in own_page(school).text
    assert "så snart vejen mellem hjem og arbejde er målt" in own_page(school).text
    school.routing_answers()
    page = own_page(school).text
    key = re.search(rf'<option value="([^"]+)">School, {HALL.text}</option>', page)[1]
    form = {"action": "register", "workplace": key, "day": "2026-03-02"}
    assert school.call("POST", "/sixty-day", "bent", data=form).status_code == 303
    assert (account(school)["workplace"], account(school)["used"]) == (key, 1)


def test_what_is_missing_is_said_by_its_field_and_what_was_done_is_said_too(school):
    school.routing_answers()
    wrong = school.call("POST", "/sixty-day", "bent", data={"action": "register", "workplace": "", "day": ""})
    assert wrong.status_code == 422
    for field, sentence in (("day", "Vælg en dato."), ("workplace", "Vælg en arbejdsplads.")):
        assert f'<a href="#{field}">{sentence}</a>' in wrong.text
    foreign = school.call(
        "POST", "/sixty-day", "bent", data={"action": "register", "workplace": "x", "day": "2026-03-02"}
    )
    assert '<a href="#workplace">Vælg en arbejdsplads.</a>' in foreign.text
    assert "Ændringen er gemt." not in wrong.text + foreign.text
    assert "Ændringen er gemt." not in own_page(school).text
    assert "Ændringen er gemt." in school.call("GET", "/sixty-day", "bent", query_string={"position": 1}).text


def test_an_account_of_ones_own_workplace_bears_its_name(school):
    school.routing_answers()
    school.register_day("2026-03-02", place=HALL)
    school.register_day("2026-03-02", place=SCHOOL)
    titles = re.findall(r'<h2 id="w\d+">([^<]+)</h2>', own_page(school).text)
    assert titles == [f"Arbejdsplads: {SCHOOL.text}", f"Arbejdsplads: School, {HALL.text}"]
    assert [one["name"] for one in school.call("GET", "/api/v1/sixty-day", "bent").json["workplaces"]] == ["", "School"]


def test_the_api_names_the_callers_own_workplaces_too(school):
    school.routing_answers()
    [own] = school.call("GET", "/api/v1/sixty-day", "bent").json["own_workplaces"]
    assert (own["name"], own["text"]) == ("School", HALL.text)
    body = {"day": "2026-03-02", "workplace": own["workplace"]}
    assert school.call("POST", "/api/v1/sixty-day/days", "bent", json=body).status_code == 200
    assert school.call("POST", "/api/v1/sixty-day/days", "carl", json=body).status_code == 404
    seen = school.call("GET", "/api/v1/sixty-day", "adam", "admin", query_string={"person_id": "bent"}).json
    assert (seen["person_id"], seen["own_workplaces"]) == ("bent", [])


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_which_workplace_is_somebodys_own_is_told_to_nobody_else(school, role):
    school.routing_answers()
    school.register_day("2026-03-02", place=HALL)
    seen = school.call("GET", "/api/v1/sixty-day", "adam", role, query_string={"person_id": "bent"}).json
    assert [(one["text"], one["name"]) for one in seen["workplaces"]] == [(HALL.text, "")]


def test_an_open_trip_has_the_number_of_its_day_and_not_of_when_it_was_reported(school):
    school.report()
    school.routing_answers()
    school.report(OTHER, driving_date=date(2026, 3, 2))
    numbers = [
        school.call("GET", f"/api/v1/trips/{trip}", "bent").json["quote"]["sixty_day"][0]["day_number"]
        for trip in (OTHER, TRIP)
    ]
    assert numbers == [1, 2]
    assert "Dag 2 af 60" in school.call("GET", f"/{TRIP}", "bent").text


def test_a_settled_trip_keeps_the_number_it_was_paid_with(school):
    school.report()
    school.routing_answers()
    school.settle()
    school.register_day("2026-03-02")
    assert "Dag 1 af 60" in school.call("GET", f"/{TRIP}", "bent").text


def test_the_rows_of_the_record_are_what_folding_the_log_again_gives(used):
    from trips.projections.tables import driving_record

    used.report()
    used.routing_answers()
    used.withdraw(TRIP)
    with used.reading() as conn:
        before = sorted(conn.execute(driving_record.select()).all())
    used.app.projections.rebuild("driving_record")
    with used.reading() as conn:
        assert sorted(conn.execute(driving_record.select()).all()) == before
