"""The inbox in a browser without scripts: forms, and a sentence about all that was done."""

import re
from html import unescape

import pytest

from approval.http.texts import TEXTS
from services.approval.tests.builders import TRIP

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


def get(world, person_id, **query):
    return page(world.call("GET", "/", person_id, query_string=query))


def post(world, person_id, path="/", **form):
    return page(world.call("POST", path, person_id, data=form))


def page(answer):
    assert answer.status_code == 200, answer.text
    return unescape(re.sub(r"\s+", " ", answer.text))


def outcome(text):
    """The sentences of the section that says what was done."""
    section = re.search(r'<section class="outcome".*?</section>', text)
    return re.findall(r"<(?:p|li)[^>]*>([^<]+)</", section[0]) if section else []


def test_the_page_shows_who_when_where_how_far_and_what_is_deducted_and_why(school):
    school.submit({"round_trip": True})
    text = get(school, "dina")
    for part in ("Bent, 09.03.2026", "Skolen", "Hjemmebesøg", "24,69 km", "9,00 km", "Starter hjemme.", "15,69 km"):
        assert part in text, part
    route = "Hjemvej 1, 8900 Randers C → via Skolegade 7, 8900 Randers C → Torvet 9, 8900 Randers C (tur/retur)"
    assert route in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", ("Afstanden er aflæst", "Aflæst", "Uden merkørsel", "Efter firekilometerreglen")),
        ("en", ("The distance was typed", "Typed", "Without extra distance", "By the four-kilometre rule")),
    ],
)
def test_a_typed_trip_says_in_words_what_it_rests_on(school, language, words):
    stops = ["Nyvej 1, Randers", "Torvet 9, Randers"]
    typed = {"distance_source": "typed", "points": [], "stops": stops, "without_extra": True, "four_km": True}
    school.submit({})
    before = get(school, "dina", lang=language)
    assert not [word for word in words if word in before]
    school.submit({**typed, "revision": 2})
    text = get(school, "dina", lang=language)
    for part in (*words, "Nyvej 1, Randers → Torvet 9, Randers"):
        assert part in text, part


def test_a_typed_trip_without_places_says_that_none_were_given(school):
    school.submit({"distance_source": "typed", "points": [], "stops": []})
    assert "Ingen steder er angivet" in get(school, "dina")
    assert "No places were given" in get(school, "dina", lang="en")


def test_a_typed_trip_with_one_place_names_it_once(school):
    school.submit({"distance_source": "typed", "points": [], "stops": ["Nyvej 1, Randers"]})
    assert get(school, "dina").count("Nyvej 1, Randers") == 1


def test_what_people_typed_is_shown_as_text_and_never_as_markup(school):
    school.submit({"purpose": "<script>alert(1)</script>"})
    raw = school.call("GET", "/", "dina").text
    assert "<script>alert" not in raw
    assert "&lt;script&gt;alert(1)" in raw


def test_an_empty_inbox_says_so_in_both_languages(school):
    assert "Intet venter på dig." in get(school, "carl")
    assert "Nothing waits for you." in get(school, "carl", lang="en")


def test_one_trip_is_approved_by_its_own_button(school):
    school.submit({}, {"trip_id": OTHER})
    text = post(school, "dina", trip=f"{TRIP}:1", decision="approve")
    assert outcome(text) == ["Godkendt: Bent, 09.03.2026."]
    assert f"{TRIP}:1" not in text
    assert f"{OTHER}:1" in text
    assert [event.subject for event in school.published()] == [TRIP]


def test_several_are_approved_at_once_and_those_refused_are_named_with_the_reason(school):
    school.submit({}, {"trip_id": OTHER, "driving_date": "2026-03-08"})
    school.submit({"trip_id": OTHER, "driving_date": "2026-03-08", "revision": 2})
    text = post(school, "dina", trip=[f"{TRIP}:1", f"{OTHER}:1"], decision="approve")
    assert outcome(text) == [
        "Godkendt: Bent, 09.03.2026.",
        "Ikke gennemført:",
        "Bent, 08.03.2026: den er ændret, siden du så den. Se den igennem igen.",
    ]
    assert f"{OTHER}:2" in text


def test_a_rejection_without_a_reason_keeps_the_trip_and_opens_its_form(school):
    school.submit()
    text = post(school, "dina", trip=f"{TRIP}:1", decision="reject", comment=" ")
    assert outcome(text) == ["Ikke gennemført:", "Bent, 09.03.2026: skriv en begrundelse for at afvise."]
    assert "<details open>" in text


def test_a_rejection_with_a_reason_is_published(school):
    school.submit()
    text = post(school, "dina", trip=f"{TRIP}:1", decision="reject", comment="Omvej")
    assert outcome(text) == ["Afvist: Bent, 09.03.2026. Medarbejderen får din begrundelse at se."]
    assert school.published()[0].data["comment"] == "Omvej"


def test_approving_nothing_says_what_to_do(school):
    school.submit()
    assert outcome(post(school, "dina", decision="approve")) == [
        "Ikke gennemført:",
        "Ingen indberetning er valgt. Sæt kryds ved mindst én, og prøv igen.",
    ]


def test_a_form_sent_again_says_the_same_and_decides_once(school):
    school.submit()
    texts = [post(school, "dina", trip=f"{TRIP}:1", decision="approve") for _ in range(2)]
    assert outcome(texts[0]) == outcome(texts[1])
    assert len(school.published()) == 1


def test_of_a_trip_that_is_somebody_elses_nothing_is_told(school):
    school.submit()
    text = post(school, "carl", trip=f"{TRIP}:1", decision="approve")
    assert outcome(text) == ["Ikke gennemført:", "En indberetning: den er ikke længere din at afgøre."]
    assert "Bent" not in text


def test_all_on_the_page_can_be_selected_by_a_link(school):
    school.submit()
    assert " checked>" not in get(school, "dina")
    assert " checked>" in get(school, "dina", checked="all")


def test_after_the_last_of_a_later_page_the_first_page_is_shown(school):
    school.submit()
    assert f"{TRIP}:1" in get(school, "dina", cursor="2027-01-01T00:00:00.000000Z~x")


def test_a_warning_of_a_later_release_is_shown_by_its_name(school):
    school.submit({"flags": ["bridge_closed"]})
    assert "Bemærk: bridge_closed" in get(school, "dina")


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "settle", "trip": f"{TRIP}:1"},
        {"decision": "approve", "trip": TRIP},
        {"decision": "approve", "trip": f"{TRIP}:x"},
        {"decision": "approve", "trip": ":1"},
        {"decision": "approve", "trip": [f"{n}:1" for n in range(201)]},
    ],
)
def test_a_form_that_is_not_ours_is_refused_with_a_page(school, form):
    answer = school.call("POST", "/", "dina", data=form)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_a_form_from_another_site_decides_nothing(school):
    school.submit()
    form = {"trip": f"{TRIP}:1", "decision": "approve"}
    answer = school.call("POST", "/", "dina", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, school.published()) == (403, [])


def test_every_reason_to_refuse_has_a_sentence():
    codes = [
        "unknown_trip",
        "own_trip",
        "not_your_trip",
        "other_revision",
        "already_decided",
        "comment_missing",
        "bad_account",
    ]
    assert {f"refused.{code}" for code in codes} <= TEXTS["da"].keys()
