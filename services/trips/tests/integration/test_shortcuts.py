"""What spares typing: saved routes, own addresses, plates, drafts, a copy, several days at once; and the warning of a trip
that looks reported twice.
"""

import re
from uuid import UUID

import pytest

from services.trips.tests.builders import HALL, HOME, SCHOOL, TRIP, body
from services.trips.tests.integration.test_pages import input_value, press, text_of
from trips.http import actions

pytestmark = pytest.mark.parametrize("open_world", ["sqlite"], indirect=True)  # nothing here depends on the database

ROUTE = str(UUID(int=5))
BATCH = str(UUID(int=6))


@pytest.fixture
def routed(school):
    """Bent has a saved route by way of the town hall, an address of his own and a plate; the town has one address."""
    profile = "/api/v1/profile"
    points = [{"text": HOME.text}, {"address_id": "a-2", "text": HALL.text}, {"text": SCHOOL.text}]
    route = {"name": "Tilsyn", "points": points, "purpose": "Tilsyn", "round_trip": True}
    school.call("PUT", f"{profile}/routes/{ROUTE}", "bent", json=route)
    school.call("PUT", f"{profile}/addresses/{ROUTE}", "bent", json={"name": "Mor", "address": {"text": "Gårdvej 9"}})
    school.call("PUT", f"{profile}/plates/{ROUTE}", "bent", json={"plate": "AB12345"})
    common = {"name": "Biblioteket", "address": {"text": "Boggade 3"}}
    school.call("PUT", f"/api/v1/standard-addresses/{ROUTE}", "dina", "admin", json=common)
    school.routing_answers()
    return school


def see(world, path="/new", person_id="bent", **query):
    return world.call("GET", path, person_id, query_string=query)


def test_the_form_offers_plates_routes_and_addresses_and_chooses_the_primary_plate(routed):
    form = see(routed)
    assert input_value(form, "licence_plate") == "AB12345"
    for offered in ("Tilsyn", "Mor: Gårdvej 9", "Biblioteket: Boggade 3", f"Hjem: {HOME.text}", HALL.text):
        assert offered in text_of(form), offered


def test_a_saved_route_fills_the_form_with_all_its_stops(routed):
    form = see(routed, route=ROUTE)
    assert [input_value(form, f"stop-{index}") for index in range(3)] == [HOME.text, HALL.text, SCHOOL.text]
    assert (input_value(form, "stop-id-1"), input_value(form, "purpose")) == ("a-2", "Tilsyn")
    assert re.search(r'name="round_trip"[^>]* checked', form.text)
    fetched = press(routed, "route", saved_route=ROUTE, purpose="Møde")
    assert (input_value(fetched, "stop-1"), input_value(fetched, "purpose")) == (HALL.text, "Møde")
    assert see(routed, person_id="carl", route=ROUTE).status_code == 404


@pytest.mark.parametrize(("action", "stops"), [("put-from", 0), ("put-to", 1), ("put-via", 1)])
def test_an_address_is_put_where_it_is_wanted(routed, action, stops):
    form = press(routed, action, place=f"own-{ROUTE}")
    assert input_value(form, f"stop-{stops}") == "Gårdvej 9"
    assert ('name="stop-2"' in form.text) == (action == "put-via")
    assert input_value(press(routed, action), "stop-0") == HOME.text, "nothing chosen changes nothing"


def test_a_trip_is_copied_without_its_id_and_its_date_by_its_driver_only(school):
    school.call("POST", "/api/v1/trips", "bent", json=body(remark="Via broen"))
    form = see(school, copy=TRIP)
    assert [input_value(form, name) for name in ("purpose", "stop-1")] == ["Hjemmebesøg", SCHOOL.text]
    assert "Via broen" in form.text
    assert input_value(form, "driving_date") == "2026-03-10"
    assert input_value(form, "trip_id") != TRIP
    assert see(school, person_id="carl", copy=TRIP).status_code == 404


def test_several_drafts_are_kept_listed_continued_and_deleted(school):
    assert press(school, "draft", purpose="Første").status_code == 303
    press(school, "draft", purpose="Anden", trip_id=ROUTE)
    page = see(school, "/")
    assert "Første" in page.text
    assert "Anden" in page.text
    assert input_value(see(school, draft=ROUTE), "purpose") == "Anden"
    assert "Første" not in see(school, "/", "carl").text
    school.call("POST", "/drafts", "bent", data={"action": f"delete-{ROUTE}"})
    assert "Anden" not in see(school, "/").text
    press(school, purpose="Første")
    assert "Første" not in text_of(see(school, "/")).split("Mine indberetninger", 2)[-1].split("Dato")[0]


def test_drafts_are_kept_by_the_api_for_their_owner_alone(school):
    path = f"/api/v1/drafts/{TRIP}"
    assert school.call("PUT", path, "bent", json={"form": {"purpose": "Kursus"}}).status_code == 200
    [draft] = school.call("GET", "/api/v1/drafts", "bent").json["items"]
    assert (draft["trip_id"], draft["form"]) == (TRIP, {"purpose": "Kursus"})
    school.call("DELETE", path, "carl")
    assert len(school.call("GET", "/api/v1/drafts", "bent").json["items"]) == 1
    assert school.call("GET", "/api/v1/drafts", "carl").json["items"] == []
    school.call("DELETE", path, "bent")
    assert school.call("GET", "/api/v1/drafts", "bent").json["items"] == []


def several(world, *days, **over):
    given = {"batch_id": BATCH, "route_id": ROUTE, "days": days, "employment_id": "e-bent", "rate_type": "car_high"}
    return world.call("POST", "/api/v1/trips/several", "bent", json={**given, **over})


def test_a_saved_route_is_reported_on_several_days_once_however_often_it_is_sent(routed):
    first = several(routed, "2026-03-03", "2026-03-02", "2026-03-03")
    assert [item["outcome"] for item in first.json["items"]] == ["accepted", "accepted"]
    assert several(routed, "2026-03-02", "2026-03-03").json["items"] == first.json["items"]
    listed = routed.call("GET", "/api/v1/trips", "bent").json["items"]
    assert [(one["driving_date"], one["purpose"], one["round_trip"]) for one in listed] == [
        ("2026-03-03", "Tilsyn", True),
        ("2026-03-02", "Tilsyn", True),
    ]


def test_a_day_that_is_refused_keeps_no_other_from_standing(routed):
    items = several(routed, "2026-03-10", "2026-03-11").json["items"]
    assert [item["outcome"] for item in items] == ["accepted", "refused"]
    assert items[1]["problem"]["errors"] == {"driving_date": ["date_in_future"]}
    assert several(routed, "2026-03-10", route_id=BATCH).status_code == 404


def days_form(world, action="submit", **typed):
    given = {"route": ROUTE, "batch_id": BATCH, "month": "2026-03", "purpose": "Tilsyn", "employment_id": "e-bent"}
    return world.call("POST", "/several", "bent", data={**given, "rate_type": "car_high", "action": action, **typed})


def rows_of(page):
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page.text.split("<tbody>")[1].split("</tbody>")[0], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_the_month_shows_its_days_what_was_driven_and_no_day_to_come(routed):
    several(routed, "2026-03-02")
    page = see(routed, "/several", route=ROUTE)
    assert page.text.count('type="checkbox" name="days"') == 31
    assert re.search(r'value="2026-03-11"[^>]* disabled', page.text)
    assert not re.search(r'value="2026-03-10"[^>]* disabled', page.text)
    assert "1 tur(e) indberettet" in page.text


def test_days_chosen_in_one_month_are_kept_while_another_is_looked_at(routed):
    turned = days_form(routed, "month-2026-02", days=["2026-03-02", "2026-03-04"])
    assert turned.text.count('<input type="hidden" name="days"') == 2
    assert "februar 2026" in turned.text
    back = days_form(routed, "month-2026-03", month="2026-02", days=["2026-02-03", "2026-03-02"])
    assert re.search(r'value="2026-03-02" checked', back.text)


def test_without_a_route_one_is_chosen_among_the_saved_ones(routed):
    page = see(routed, "/several")
    assert page.status_code == 200
    assert f'href="/trips/several?route={ROUTE}"' in page.text
    assert "Hvilken rute har du kørt på flere dage?" in text_of(page)


def test_who_has_no_saved_route_reads_how_one_is_made(school):
    page = see(school, "/several")
    assert page.status_code == 200
    assert "Gem først ruten under Mine ruter på din profil" in text_of(page)
    assert 'href="/trips/profile/route"' in page.text


def test_the_days_form_names_each_rates_price_and_the_rates_that_need_a_plate(routed):
    routed.rate("bicycle", 66)
    routed.rate("car_high", 394, requires_plate=True)
    text = text_of(see(routed, "/several", route=ROUTE))
    assert "Bil, høj, 3,94 kr. pr. km" in text
    assert "Kræves til: Bil, høj" in text
    assert "Nummerplade (valgfrit)" not in text


def test_a_missing_plate_is_said_by_its_field_before_any_trip_is_sent(routed):
    routed.rate(requires_plate=True)
    page = days_form(routed, days="2026-03-02", licence_plate="")
    assert page.status_code == 422
    assert text_of(page).count("Skriv nummerpladen; taksten kræver det.") == 2, "in the summary and by the field"
    assert routed.call("GET", "/api/v1/trips", "bent").json["items"] == []


@pytest.fixture
def measured(routed):
    """Bent's route was driven before, on 2 March."""
    points = [{"text": one.text} for one in (HOME, HALL, SCHOOL)]
    route = {"name": "Tilsyn", "points": points, "purpose": "Tilsyn", "round_trip": True}
    routed.call("PUT", f"/api/v1/profile/routes/{ROUTE}", "bent", json=route)
    several(routed, "2026-03-02")
    routed.routing_answers()
    return routed


def test_what_the_days_come_to_and_what_they_repeat_is_shown_before_anything_is_sent(measured):
    page = days_form(measured, "preview", days=["2026-03-02", "2026-03-03", "2026-03-11"], batch_id=str(UUID(int=7)))
    assert page.status_code == 200
    [repeated, fine, future, total] = rows_of(page)
    assert "Du har allerede indberettet den samme rute den dag." in repeated
    assert "Kan indsendes" in fine
    assert "Datoen er i fremtiden" in future
    assert (repeated[-18:], fine[-18:]) == ("20,19 km 79,55 kr.", "15,69 km 61,82 kr."), (
        "the commute is deducted once a day"
    )
    assert total == "I alt 35,88 km 141,37 kr."
    assert re.search(r'value="2026-03-03" checked', page.text)
    assert len(measured.call("GET", "/api/v1/trips", "bent").json["items"]) == 1


def test_while_the_route_is_measured_the_days_can_be_submitted(routed, monkeypatch):
    monkeypatch.setattr(actions, "PREVIEW_WAIT_S", 0.0)
    page = days_form(routed, "preview", days="2026-03-02")
    assert "Ruten måles stadig." in text_of(page)
    assert routed.call("GET", "/api/v1/trips", "bent").json["items"] == []


def test_the_trips_of_the_days_are_shown_under_an_address_of_their_own(measured):
    answer = days_form(measured, days=["2026-03-02", "2026-03-03"])
    assert answer.status_code == 303
    page = measured.call("GET", answer.headers["Location"].removeprefix("/trips"), "bent")
    assert "2 af 2 ture er modtaget." in text_of(page)
    assert rows_of(page)[-1] == "I alt 31,38 km 123,64 kr."
    assert measured.call("GET", answer.headers["Location"].removeprefix("/trips"), "carl").status_code == 404


def test_where_a_day_is_refused_the_page_says_which_and_why(routed):
    page = days_form(routed, days=["2026-03-02", "2026-03-11"])
    text = text_of(page)
    assert page.status_code == 200
    assert "1 af 2 ture er modtaget." in text
    assert "Datoen er i fremtiden" in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Vælg mindst én dag."),
        ({"days": "2026-03-02", "purpose": " "}, "Skriv, hvad formålet med turen var."),
        ({"days": "2026-03-02", "licence_plate": "!"}, "En nummerplade har 2 til 7"),
    ],
)
def test_what_is_missing_is_said_and_the_days_are_kept(routed, typed, sentence):
    page = days_form(routed, **typed)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert ('value="2026-03-02" checked' in page.text) == ("days" in typed)


def warned(world, **over):
    document = {name: value for name, value in body(**over).items() if name != "trip_id"}
    answer = world.call("POST", "/api/v1/trips/preview", "bent", json=document)
    return [one["code"] for one in answer.json["warnings"]]


def test_a_trip_that_looks_reported_twice_is_warned_of_and_never_refused(school):
    way_back = [{"text": SCHOOL.text}, {"text": HOME.text}]
    assert warned(school) == []
    school.call("POST", "/api/v1/trips", "bent", json=body())
    assert warned(school) == ["duplicate"]
    assert warned(school, driving_date="2026-03-08") == []
    assert warned(school, points=way_back) == [], "the way back is another leg"
    assert warned(school, round_trip=True) == ["overlap"]
    assert warned(school, points=way_back, round_trip=True) == ["overlap"]
    assert "Du har allerede indberettet den samme rute den dag." in text_of(press(school, "preview", trip_id=ROUTE))
    assert press(school, trip_id=ROUTE).status_code == 303


READ = {"odometer": "12,3", "odometer_starts": "1", "remark": "Vejen var spærret", "passengers": "2", "trailer": "1"}


def test_a_distance_that_was_read_is_reported_on_the_form_with_a_remark(school):
    school.routing_answers()
    assert press(school, **READ).status_code == 303
    told = school.trip().reported.report
    assert (told.odometer.distance_m, told.odometer.starts_at_home, told.odometer.ends_at_home) == (12_300, True, False)
    assert (told.passengers, told.trailer) == (2, True)
    assert school.trip().status == "submitted"


@pytest.mark.parametrize("way", ["copy", "amend"])
def test_a_trip_that_is_copied_or_changed_keeps_what_was_read_and_who_came_along(school, way):
    school.routing_answers()
    press(school, **READ)
    form = see(school, **{way: TRIP})
    assert [input_value(form, name) for name in ("odometer", "passengers")] == ["12,3", "2"]
    assert [bool(re.search(rf'name="{name}"[^>]* checked', form.text)) for name in ("odometer_starts", "trailer")] == [
        True
    ] * 2
    assert not re.search(r'name="odometer_ends"[^>]* checked', form.text)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"odometer": "langt"}, "Skriv kilometer med højst tre decimaler"),
        ({"odometer": "0"}, "Afstanden skal være over 0 km."),
        ({"remark": " "}, "Skriv en bemærkning om, hvorfor afstanden er aflæst."),
        ({"passengers": "mange"}, "Skriv et helt tal"),
    ],
)
def test_what_is_wrong_with_a_distance_that_was_read_is_said_by_its_field(school, typed, sentence):
    answer = press(school, **{**READ, **typed})
    assert answer.status_code == 422
    assert text_of(answer).count(sentence) == 2, "in the summary and by the field"
