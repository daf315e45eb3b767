# ruff: noqa: RUF001 the sentences use the typography of their language
"""The pages without scripts: everything typed is kept, faults stand by their fields, pressing twice is one trip."""

import re
from html import unescape

import pytest

from services.trips.tests.builders import HOME, SCHOOL, TRIP, body

pytestmark = pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)  # nothing here depends on the database


def typed(**over):
    fields = {
        "trip_id": TRIP,
        "driving_date": "2026-03-09",
        "purpose": "Hjemmebesøg",
        "employment_id": "e-bent",
        "rate_type": "car_high",
        "stop-0": HOME.text,
        "stop-1": SCHOOL.text,
        "remark": "",
        "action": "submit",
    }
    return {**fields, **over}


def press(world, action="submit", **over):
    return world.call("POST", "/new", "bent", data=typed(action=action, **over))


def text_of(answer):
    return unescape(re.sub(r"\s+", " ", answer.text)).replace("\xa0", " ")


def input_value(answer, name):
    found = re.search(rf'<(?:input|textarea)[^>]*name="{name}"[^>]*>', answer.text)
    value = re.search(r'value="([^"]*)"', found[0])
    return unescape(value[1])


def test_the_form_chooses_what_needs_no_choice(school):
    answer = school.call("GET", "/new", "bent")
    assert answer.status_code == 200
    assert input_value(answer, "driving_date") == "2026-03-10"
    assert input_value(answer, "employment_id") == "e-bent"
    assert '<option value="car_high" selected>' in answer.text
    assert len(input_value(answer, "trip_id")) == 36


def test_beregn_shows_every_line_with_its_reason_and_keeps_what_was_typed(school):
    press(school, "preview")
    school.routing_answers()
    answer = press(school, "preview", remark="Via broen")
    text = text_of(answer)
    for part in ("12,35 km", "−4,50 km", "trækkes fra på den første tur", "7,85 km", "3,94 kr.", "30,93 kr."):
        assert part in text, part
    assert input_value(answer, "stop-0") == HOME.text
    assert "Via broen" in text
    assert school.call("GET", f"/{TRIP}", "bent").status_code == 404


def test_beregn_says_so_while_the_route_is_being_measured(school):
    assert "Ruten måles stadig" in text_of(press(school, "preview"))


def test_indsend_twice_is_one_trip_and_leads_to_it(school):
    first, again = press(school), press(school)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"] == f"/trips/{TRIP}?new=true"
    page = text_of(school.call("GET", f"/{TRIP}?new=true", "bent"))
    assert "Indberetningen er modtaget." in page
    assert "Ruten måles" in page


def test_a_form_sent_again_with_other_content_is_not_taken_for_the_first_trip(school):
    press(school)
    answer = press(school, purpose="Kursus")
    assert answer.status_code == 409
    assert "allerede indsendt" in text_of(answer)
    assert input_value(answer, "trip_id") != TRIP
    assert input_value(answer, "purpose") == "Kursus"


def test_faults_stand_in_the_summary_and_by_their_fields(school):
    answer = press(school, purpose=" ", driving_date="2026-03-11", **{"stop-1": ""})
    text = text_of(answer)
    assert answer.status_code == 422
    assert "Fejl: Indberet tjenestekørsel" in text
    for name, sentence in [
        ("purpose", "Skriv, hvad formålet med turen var."),
        ("driving_date", "Datoen er i fremtiden."),
        ("points", "Skriv mindst to adresser"),
    ]:
        assert f'href="#{name}"' in text
        assert f'id="{name}"' in text
        assert text.count(sentence) >= 2, sentence
    assert text.index('href="#driving_date"') < text.index('href="#purpose"') < text.index('href="#points"')
    assert input_value(answer, "stop-0") == HOME.text


def test_what_cannot_be_read_is_said_in_the_readers_language(school):
    answer = school.call("POST", "/new?lang=en", "bent", data=typed(driving_date="yesterday"))
    assert answer.status_code == 422
    assert "Give the date" in text_of(answer)
    assert input_value(answer, "driving_date") == "yesterday"


def test_an_address_that_does_not_exist_is_said_by_its_own_field(school):
    wrong = {"stop-1": "", "stop-2": "Findesikkevej 1"}
    press(school, "preview", **wrong)
    school.routing_answers(failing="Findesikkevej 1")
    answer = press(school, **wrong)
    assert answer.status_code == 422
    assert 'id="stop-2-error"' in answer.text
    assert "Adressen findes ikke" in text_of(answer)


def test_a_stop_is_added_before_the_last_and_removed_again(school):
    added = press(school, "add")
    assert [input_value(added, f"stop-{n}") for n in range(3)] == [HOME.text, "", SCHOOL.text]
    removed = press(school, "remove-1", **{"stop-1": "Væk", "stop-2": SCHOOL.text})
    assert [input_value(removed, f"stop-{n}") for n in range(2)] == [HOME.text, SCHOOL.text]
    assert "Væk" not in removed.text


def test_a_picked_address_is_asked_for_by_id_until_its_text_is_changed(school):
    picked = {"stop-id-1": "a-7", "stop-picked-1": SCHOOL.text}
    press(school, "preview", **picked)
    press(school, "preview", **picked, **{"stop-1": "Torvet 9"})
    asked = [question["points"][1] for question in school.questions() if question["points"][0]["text"] == HOME.text]
    assert {"address_id": "a-7", "text": None} in asked
    assert {"address_id": None, "text": "Torvet 9"} in asked


def test_the_plate_is_asked_for_where_a_rate_needs_it(school):
    assert 'name="licence_plate"' not in school.call("GET", "/new", "bent").text
    school.rate("van", requires_plate=True)
    answer = press(school, rate_type="van", licence_plate="")
    assert "Skriv nummerpladen" in text_of(answer)
    assert press(school, rate_type="van", licence_plate="ab 12-345").status_code == 303
    assert "AB12345" in school.call("GET", f"/{TRIP}", "bent").text


def test_an_employee_whose_home_is_not_on_the_map_is_told(school):
    school.home(street="Skovhytten", since="2026-03-01")
    school.routing_answers(failing="Skovhytten, 8900 Randers C")
    assert "hjemmeadresse kan ikke findes" in text_of(school.call("GET", "/new", "bent"))


def test_somebody_without_an_employment_is_told(school):
    assert "Du har ingen ansættelse" in text_of(school.call("GET", "/new", "carl"))


def test_the_list_shows_status_in_words_kilometres_and_amount(school):
    assert "ingen indberetninger endnu" in text_of(school.call("GET", "/", "bent"))
    press(school)
    school.routing_answers()
    text = text_of(school.call("GET", "/", "bent"))
    for part in ("09.03.2026", f"{HOME.text} → {SCHOOL.text}", "Venter på godkendelse", "7,85 km", "30,93 kr."):
        assert part in text, part
    assert "Awaiting approval" in text_of(school.call("GET", "/?lang=en", "bent"))


def test_a_settled_trip_shows_what_was_paid_and_when(school):
    press(school)
    school.routing_answers()
    school.approve()
    school.settle()
    text = text_of(school.call("GET", f"/{TRIP}", "bent"))
    for part in ("Udbetalt", "Med lønnen for marts 2026", "30,93 kr.", "Overført til løn for 2026-03"):
        assert part in text, part


def test_what_people_typed_is_shown_as_text_and_never_as_markup(school):
    press(school, purpose="<script>alert(1)</script>")
    for path in ("/", f"/{TRIP}"):
        raw = school.call("GET", path, "bent").text
        assert "<script>alert" not in raw
        assert "&lt;script&gt;alert(1)" in raw


def test_a_trip_of_somebody_else_is_a_page_that_says_so(school):
    press(school)
    answer = school.call("GET", f"/{TRIP}", "carl")
    assert answer.status_code == 404
    assert "eller den er ikke din" in text_of(answer)


def test_more_trips_than_fit_a_page_are_led_to(school):
    from uuid import uuid4

    for _ in range(26):
        school.call("POST", "/api/v1/trips", "bent", json=body(trip_id=str(uuid4())))
    first = school.call("GET", "/", "bent").text
    following = unescape(re.search(r'href="/trips(/\?cursor=[^"]+)"', first)[1])
    assert len(re.findall(r'<td data-label="Dato"', first)) == 25
    assert len(re.findall(r'<td data-label="Dato"', school.call("GET", following, "bent").text)) == 1


def test_the_rules_of_a_unit_are_not_lost_by_saving_them_as_they_are_shown(school):
    school.set_policy(deduction="per_trip", without_extra_allowed=True, four_km_allowed=False)
    page = school.call("GET", "/policies/school", "adam", "admin").text
    for name, value in (("deduction", "per_trip"), ("without_extra_allowed", "yes"), ("four_km_allowed", "no")):
        selected = re.search(rf'name="{name}".*?<option value="(\w*)" selected', page, re.DOTALL)
        assert selected, name
        assert selected[1] == value, name


def test_a_trip_that_is_withdrawn_shows_no_amount_and_a_changed_one_says_so(school):
    school.report()
    school.routing_answers()
    school.amend(purpose="Et andet formål")
    changed = text_of(school.call("GET", f"/{TRIP}?new=true", "bent"))
    assert "Rettelsen er modtaget." in changed
    assert "Forventet beløb" in changed
    school.withdraw()
    assert "Forventet beløb" not in text_of(school.call("GET", f"/{TRIP}", "bent"))
