"""Min profil without scripts: everything on one page, faults by their fields, what is typed is kept."""

import re
from urllib.parse import quote_plus
from uuid import UUID

import pytest

from services.trips.tests.builders import HALL, HOME, SCHOOL
from services.trips.tests.integration.test_pages import input_value, text_of
from trips.domain import route as routes
from trips.http.profile import pages

pytestmark = pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)  # nothing here depends on the database

ID = str(UUID(int=7))


def see(world, path="/profile", person_id="bent", *roles, **query):
    return world.call("GET", path, person_id, *roles, query_string=query)


def press(world, action, path="/profile", **typed):
    return world.call("POST", path, "bent", data={"id": ID, "action": action, **typed})


def add_entry(world, kind, **typed):
    return press(world, "", "/profile/entry", kind=kind, starts="2026-03-01", **typed)


def test_the_profile_shows_home_work_and_the_distance_between_them(school):
    assert "Måles nu" in text_of(see(school))
    school.routing_answers()
    text = text_of(see(school))
    for part in (HOME.text, HALL.text, "4,50 km", "Lærer, School"):
        assert part in text, part
    assert "Home and work" in text_of(see(school, lang="en"))


def test_an_unknown_home_is_said_with_what_to_do_about_it(empty):
    empty.org_unit()
    empty.employee()
    assert "Din hjemmeadresse kan ikke findes på kortet" in text_of(see(empty))


@pytest.mark.parametrize("kind", ["alternative_home", "alternative_work", "home_work_distance", "border_distance"])
def test_each_kind_of_entry_has_a_form_that_says_what_it_is_for(school, kind):
    answer = see(school, "/profile/entry", kind=kind)
    assert answer.status_code == 200
    assert input_value(answer, "starts") == "2026-03-10"
    assert ("Lærer, School" in answer.text) == ("work" in kind)


def test_a_typed_distance_in_kilometres_is_kept_in_metres_to_the_last_day_typed(school):
    answer = add_entry(school, "home_work_distance", employment_id="e-bent", km="3,15 km", last="2026-03-31")
    assert answer.status_code == 303
    [entry] = school.call("GET", "/api/v1/profile", "bent").json["entries"]
    assert (entry["metres"], entry["from"], entry["to"]) == (3_150, "2026-03-01", "2026-04-01")
    assert "fra 01.03.2026 til og med 31.03.2026" in text_of(see(school))


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        ("border_distance", {"km": "langt"}, "Skriv kilometer med højst tre decimaler"),
        ("border_distance", {"km": "1,2345"}, "Skriv kilometer med højst tre decimaler"),
        ("border_distance", {"km": "9999"}, "Afstanden skal være mellem 0 og 1.000 km."),
        ("border_distance", {"km": "1", "last": "2026-02-01"}, "Den sidste dag skal ligge på eller efter den første."),
        ("alternative_home", {"address": " "}, "Skriv adressen."),
        ("alternative_work", {"address": "Gade 1"}, "Vælg en ansættelse."),
        ("alternative_work", {"address": "Gade 1", "employment_id": "e-x"}, "Vælg en af dine ansættelser."),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_by_its_field_and_everything_typed_is_kept(school, kind, typed, sentence):
    answer = add_entry(school, kind, **typed)
    assert answer.status_code in (404, 422)
    assert text_of(answer).count(sentence) == 2, "in the summary and by the field"
    assert input_value(answer, "starts") == "2026-03-01"
    assert 'aria-invalid="true"' in answer.text


def test_an_entry_is_ended_and_removed_by_a_button(school):
    add_entry(school, "alternative_home", address="Sommerhusvej 2")
    press(school, f"end-{ID}")
    assert "til og med 09.03.2026" in text_of(see(school))
    press(school, f"remove-{ID}")
    assert "Sommerhusvej 2" not in re.sub(r"<details.*</details>", "", see(school).text, flags=re.DOTALL)


def test_plates_are_added_chosen_and_deleted_on_the_page(school):
    assert press(school, "plate", plate="ab 12-345", description="Den røde").status_code == 303
    assert press(school, "plate", plate="CD67890", id=str(UUID(int=8))).status_code == 303
    press(school, f"primary-{UUID(int=8)}")
    press(school, f"unplate-{ID}")
    page = re.sub(r"<details.*</details>", "", see(school).text, flags=re.DOTALL)
    assert "AB12345" not in page
    assert "CD67890" in page
    bad = press(school, "plate", plate="!", id=str(UUID(int=9)))
    assert (bad.status_code, input_value(bad, "plate")) == (422, "!")
    assert "En nummerplade har 2 til 7 bogstaver" in text_of(bad)


def test_an_address_is_kept_with_the_registers_id_only_while_its_text_is_the_suggestions_own(school):
    picked = {"address": "Gade 1", "address-id": "a-5", "address-picked": "Gade 1"}
    press(school, "place", name="Mor", **picked)
    press(school, "place", name="Far", **{**picked, "address": "Gade 2", "id": str(UUID(int=8))})
    kept = school.call("GET", "/api/v1/profile", "bent").json["addresses"]
    assert [(one["name"], one["address"]) for one in kept] == [
        ("Far", {"address_id": None, "text": "Gade 2"}),
        ("Mor", {"address_id": "a-5", "text": "Gade 1"}),
    ]
    assert press(school, "place", name="", address="Gade 1").status_code == 422


def test_a_route_is_kept_with_its_via_points_and_can_be_changed(school):
    stops = {"from": HOME.text, "via-2": HALL.text, "to": SCHOOL.text}
    assert press(school, "", "/profile/route", name="Tilsyn", purpose="Tilsyn", **stops).status_code == 303
    assert f"{HOME.text} → {HALL.text} → {SCHOOL.text}" in text_of(see(school))
    form = see(school, "/profile/route", id=ID)
    assert [input_value(form, name) for name in ("name", "from", "via-1", "to")] == [
        "Tilsyn", HOME.text, HALL.text, SCHOOL.text,
    ]  # fmt: skip
    wrong = press(school, "", "/profile/route", name="", **{"from": HOME.text})
    assert wrong.status_code == 422
    assert 'href="#to">Skriv, hvor du kører til.' in wrong.text
    assert 'href="#from"' not in wrong.text
    assert see(school, "/profile/route", id=str(UUID(int=9))).status_code == 404


def test_a_route_of_many_stops_is_changed_without_losing_any(school):
    points = [{"text": f"Gade {number}"} for number in range(12)]
    path = f"/api/v1/profile/routes/{ID}"
    assert (
        school.call("PUT", path, "bent", json={"name": "Lang", "points": [*points, {"text": "En mere"}]}).status_code
        == 400
    )
    school.call("PUT", path, "bent", json={"name": "Lang", "points": points})
    form = see(school, "/profile/route", id=ID)
    names = ["from", *(f"via-{number}" for number in range(1, 11)), "to"]
    typed = {name: input_value(form, name) for name in names}
    press(school, "", "/profile/route", name="Lang", **typed)
    [route] = school.call("GET", "/api/v1/profile", "bent").json["routes"]
    assert [point["text"] for point in route["points"]] == [point["text"] for point in points]


def common(world, name, address, number=7, **more):
    path = f"/api/v1/standard-addresses/{UUID(int=number)}"
    return world.call("PUT", path, "dina", "admin", json={"name": name, "address": {"text": address, **more}})


def offered(world, person_id="bent", *roles):
    return world.call("GET", "/api/v1/standard-addresses", person_id, *roles).json["items"]


def test_an_address_is_offered_as_it_was_typed_until_routing_refuses_it(school):
    common(school, "Rådhuset", HALL.text)
    common(school, "Væk", "Findesikkevej 1", 8)
    assert [one["state"] for one in offered(school)] == ["sought", "sought"], "routing may be away for hours"
    assert "Væk: Findesikkevej 1" in text_of(see(school, "/new"))
    school.routing_answers(failing="Findesikkevej 1")
    assert [(one["name"], one["state"]) for one in offered(school)] == [("Rådhuset", "found")]
    form = text_of(see(school, "/new"))
    assert f"Rådhuset: {HALL.text}" in form
    assert "Væk" not in form
    lost = offered(school, "dina", "admin")[1]
    assert (lost["name"], lost["address"]["text"], lost["state"]) == ("Væk", "Findesikkevej 1", "unknown_address")
    page = see(school, "/standard-addresses", "dina", "admin")
    assert "Adressen findes ikke: Findesikkevej 1." in text_of(page)
    back = f"/trips/standard-addresses?id={UUID(int=8)}"
    assert f"/routing/addresses?q=Findesikkevej+1&amp;return={quote_plus(back)}" in page.text


def test_an_address_that_was_not_found_is_mended_where_it_stands_and_then_offered(school):
    common(school, "Skolen", "Findesikkevej 1")
    school.routing_answers(failing="Findesikkevej 1")
    form = see(school, "/standard-addresses", "dina", "admin", id=ID, address_id="a-7", text=SCHOOL.text)
    assert [input_value(form, one) for one in ("id", "name", "address", "address-id")] == [
        ID, "Skolen", SCHOOL.text, "a-7",
    ]  # fmt: skip
    assert input_value(see(school, "/standard-addresses", "dina", "admin", id=ID), "address") == "Findesikkevej 1"
    common(school, "Skolen", SCHOOL.text)
    school.routing_answers()
    assert [one["address"]["text"] for one in offered(school)] == [SCHOOL.text]


def test_an_answer_about_what_stood_there_before_says_nothing_of_what_stands_there_now(school):
    common(school, "Skolen", "Findesikkevej 1")
    common(school, "Skolen", SCHOOL.text)
    school.routing_answers(failing="Findesikkevej 1")
    assert [one["state"] for one in offered(school)] == ["found"]


@pytest.mark.parametrize(("failing", "state"), [(None, "found"), (SCHOOL.text, "unknown_address")])
def test_an_address_that_is_put_back_has_the_answer_it_had_at_once(school, failing, state):
    common(school, "Skolen", SCHOOL.text)
    school.routing_answers(failing=failing)
    common(school, "Skolen", HALL.text)
    school.routing_answers()
    common(school, "Skolen", SCHOOL.text)
    assert [one["state"] for one in offered(school, "dina", "admin")] == [state]
    assert school.questions() == [], "routing's answer still holds"


def test_only_the_name_changes_and_the_address_stays_found(school):
    common(school, "Skolen", SCHOOL.text)
    school.routing_answers()
    common(school, "Byskolen", SCHOOL.text)
    assert [(one["name"], one["state"]) for one in offered(school)] == [("Byskolen", "found")]
    assert school.questions() == []


def test_an_address_is_sought_again_when_no_answer_comes_and_when_it_is_saved_again_after_a_failure(school):
    common(school, "Skolen", SCHOOL.text)
    school.routing_loses_the_questions()
    school.ask_again()
    assert school.questions() == []
    school.pass_time(minutes=11)
    school.ask_again()
    school.routing_answers(failing=SCHOOL.text)
    assert offered(school) == []
    school.pass_time(minutes=11)
    common(school, "Skolen", SCHOOL.text)
    school.routing_answers()
    assert [one["state"] for one in offered(school)] == ["found"]


def test_what_is_asked_of_routing_for_the_municipality_names_no_person_and_no_name(school):
    common(school, "Skolen", SCHOOL.text)
    commute, question = school.published("route-requested")
    assert question.data["points"] == [{"address_id": None, "text": SCHOOL.text}] * 2
    whose = [stored_for(school, one) for one in (commute, question)]
    assert whose == ["bent", None], "the question about a commute is somebody's"
    assert (commute.subjects, question.subjects) == (("bent",), ()), "and is sealed for them"
    told = f"{question.subject} {question.partitionkey} {question.data} {question.wire.decode()}".casefold()
    assert [word for word in ("bent", "dina", "skolen") if word in told] == []


def stored_for(world, question):
    """Whose the question is in trips' own log."""
    [asked] = world.app.store.read_stream(routes.stream_of(routes.name_of_request(question.data["request_id"])))
    return asked.event.person_id


def test_administrators_keep_the_municipalitys_addresses_on_a_page(school):
    def press_as_admin(action, **typed):
        data = {"id": ID, "action": action, **typed}
        return school.call("POST", "/standard-addresses", "dina", "admin", data=data)

    assert press_as_admin("save", name="Rådhuset", address=HALL.text).status_code == 303
    assert "Rådhuset" in see(school, "/standard-addresses", "dina", "admin").text
    assert press_as_admin("save", name="Rådhuset", address="").status_code == 422
    assert press_as_admin(f"delete-{ID}").status_code == 303
    assert "Rådhuset" not in see(school, "/standard-addresses", "dina", "admin").text


def test_the_page_waits_for_the_address_that_was_saved_and_for_no_other(school, monkeypatch):
    common(school, "Skolen", "Findesikkevej 1", 8)
    school.routing_loses_the_questions()
    data = {"id": ID, "action": "save", "name": "Rådhuset", "address": HALL.text}
    saved = school.call("POST", "/standard-addresses", "dina", "admin", data=data)
    looked = []
    monkeypatch.setattr(pages, "soon", lambda _, look: looked.append(look()))
    path = saved.location.partition("/trips")[2]
    school.call("GET", path, "dina", "admin")
    assert looked.pop() is None, "the address that was saved is looked for"
    school.routing_answers()
    school.call("GET", path, "dina", "admin")
    assert looked.pop() is not None, "the other address, of which nothing is said, is not waited for"
    deleted = school.call("POST", "/standard-addresses", "dina", "admin", data={"action": f"delete-{ID}"})
    school.call("GET", deleted.location.partition("/trips")[2], "dina", "admin")
    assert looked == [], "one that is deleted is looked for no more"


def login_block(answer):
    return re.search(r"<details([^>]*)><summary>Opret login</summary>", answer.text)[1]


def test_the_phones_login_is_folded_until_somebody_opens_it_or_something_is_wrong_in_it(school):
    assert login_block(see(school)) == ""
    assert login_block(press(school, "phone", user_name="b", password="kort")) == " open"


def test_the_profile_says_which_home_trips_are_reckoned_from(school):
    assert "Din bopæl kommer fra lønsystemet." in text_of(see(school))
    add_entry(school, "alternative_home", address="Sommerhusvej 2")
    text = text_of(see(school))
    assert "Dine ture regnes fra din anden bopæl, som du selv har angivet" in text
    assert "Din bopæl kommer fra lønsystemet." not in text


def test_an_alternative_home_that_is_not_on_the_map_is_mended_where_it_was_set_and_not_by_payroll(school):
    add_entry(school, "alternative_home", address="Sommerhusvej 2")
    school.routing_answers(failing="Sommerhusvej 2")
    for page in (see(school), see(school, "/new")):
        assert "Din anden bopæl kan ikke findes på kortet" in text_of(page)
        assert "lønkontoret" not in text_of(page)


def test_after_a_change_the_page_waits_a_moment_for_the_commute_to_be_measured_anew(school, monkeypatch):
    school.routing_answers()
    add_entry(school, "alternative_home", address="Sommerhusvej 2")
    waited = []
    monkeypatch.setattr(pages, "soon", lambda _call, look: waited.append(look()))
    see(school)
    see(school, done="true")
    school.routing_answers(failing="Sommerhusvej 2")
    see(school, done="true")
    assert waited == [None, True], "waits until it is measured or cannot be"


def test_an_address_or_route_that_is_not_on_the_map_says_so_where_it_is_kept(school):
    school.routing_answers()
    press(school, "place", name="Plejehjemmet", address="Væk 1")
    press(school, "", "/profile/route", name="Tilsyn", **{"from": HOME.text, "via-1": "Væk 1", "to": SCHOOL.text})
    assert text_of(see(school)).count("Søges på kortet") == 2
    school.routing_answers(failing="Væk 1")
    assert text_of(see(school)).count("Adressen findes ikke: Væk 1.") == 2
    press(school, "place", name="Skolen", address=SCHOOL.text, id=str(UUID(int=8)))
    school.routing_answers()
    assert text_of(see(school)).count("Adressen findes ikke") == 2
    assert "Søges på kortet" not in text_of(see(school))
