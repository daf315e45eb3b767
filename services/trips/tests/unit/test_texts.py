import pytest

from chassis.pages.formats import distance
from trips.domain.deduction import POLICIES, Commute, Deduction, Drive, FourKm
from trips.domain.figures import kilometres, kroner
from trips.domain.reimbursement import reimburse
from trips.domain.texts import failure_in_words, reason_in_words
from trips.http.texts import TEXTS


def reason(**over):
    fields = {"name": "commute", "metres": 912, "reason": "home_ends", "home_ends": 2, "home_work_m": 456}
    return reason_in_words(Deduction(**{**fields, **over}))


def test_a_reason_names_the_distance_it_rests_on():
    assert "(0,456 km) trækkes fra for hver af de to ender" in reason()["da"]
    assert "(0.46 km) is deducted once" in reason(home_ends=1)["en"], "as the figure beside it"


@pytest.mark.parametrize(
    ("home_work_m", "da", "en"),
    [(12_345, "12,345 km", "12.345 km"), (12_340, "12,34 km", "12.34 km"), (1_012_005, "1.012,005 km", "1,012.005 km")],
)
def test_what_is_deducted_twice_is_told_to_the_metre_so_that_the_sentence_adds_up_with_its_figure(home_work_m, da, en):
    both = reason(metres=2 * home_work_m, home_work_m=home_work_m)
    assert (f"({da})" in both["da"], f"({en})" in both["en"]) == (True, True)
    day = reason_in_words(Deduction("commute", 2 * home_work_m, "day_both", 2, home_work_m))
    assert (f"({da} hver vej)" in day["da"], f"({en} each way)" in day["en"]) == (True, True)


def test_what_a_trip_carries_of_it_is_told_as_the_figure_beside_it():
    words = reason_in_words(Deduction("commute", 7_285, "day_both", 2, 7_284))
    assert "Her trækkes 7,29 km fra" in words["da"]


def test_a_deduction_of_the_whole_trip_says_that_it_was_all():
    assert reason(reason="whole_trip", metres=500)["da"].endswith("så hele turen trækkes fra.")


@pytest.mark.parametrize(
    ("reason", "metres", "says_so"),
    [("day_outward", 7_284, False), ("day_outward", 420, True), ("day_both", 7_284, True), ("day_both", 14_568, False)],
)
def test_a_trip_that_cannot_carry_the_days_commute_says_how_much_it_carries(reason, metres, says_so):
    words = reason_in_words(Deduction("commute", metres, reason, 1, 7_284))
    assert ("Her trækkes" in words["da"]) is says_so
    assert ("deducted here" in words["en"]) is says_so


def test_where_nothing_of_the_trip_is_left_the_sentence_says_that_and_not_that_the_rest_is_elsewhere():
    line = Deduction("commute", 420, "day_outward", 1, 7_284)
    used_up, elsewhere = reason_in_words(line, is_used_up=True), reason_in_words(line)
    assert used_up["da"].endswith(" Turen kan højst bære 0,42 km, så mere trækkes ikke fra her.")
    assert used_up["en"].endswith(" The trip can bear 0.42 km at most, so no more is deducted here.")
    assert elsewhere["da"].endswith(" Her trækkes 0,42 km fra, og resten på en anden af dagens ture.")
    nothing = reason_in_words(Deduction("commute", 0, "day_homeward", 2, 7_284))
    assert nothing["da"].endswith(" Den er trukket fra på en anden af dagens ture.")
    assert "(7,28 km)" in nothing["da"], "counted once, it has the two decimals of the figure beside it"


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("fault", [None, "home_unknown", "work_unknown", "home_work_not_measured"])
@pytest.mark.parametrize("route_m", [0, 500, 50_000])
@pytest.mark.parametrize("work_route_m", [None, 400, 60_000])
@pytest.mark.parametrize("method", ["calculated", "without_extra"])
def test_every_line_of_a_trip_has_a_reason_in_both_languages(policy, fault, route_m, work_route_m, method):
    day = [
        Drive(name, method, route_m, *ends, round_trip=False, work_route_m=work_route_m, four_km=uses_four_km)
        for name, ends in {"out": (True, False), "about": (False, False), "home": (False, True)}.items()
        for uses_four_km in (False, True)
    ]
    commute = Commute(None if fault else 4_500, fault)
    paid = reimburse(day, policy=policy, commute=commute, oere_per_km=394, rule=FourKm(1_000))
    for words in (reason_in_words(line) for one in paid for line in one.deductions):
        assert set(words) == {"da", "en"}
        assert all(sentence.endswith(".") and "{" not in sentence for sentence in words.values())


def test_a_failure_names_the_address_and_an_unknown_code_is_said_in_general():
    assert failure_in_words("unknown_address", "Væk 1")["da"] == "Adressen findes ikke: Væk 1."
    assert failure_in_words("added_later", None)["en"] == "The route cannot be measured."


@pytest.mark.parametrize(
    ("metres", "da", "en"),
    [(0, "0,00 km", "0.00 km"), (4_500, "4,50 km", "4.50 km"), (1_234_565, "1.234,57 km", "1,234.57 km")],
)
def test_kilometres_are_written_with_two_decimals_as_the_pages_figures_are(metres, da, en):
    assert (kilometres(metres, "da"), kilometres(metres, "en")) == (da, en)
    assert [distance(metres, language).replace("\xa0", " ") for language in ("da", "en")] == [da, en]


def test_kroner_are_written_as_the_language_writes_them():
    assert (kroner(123_450, "da"), kroner(5, "en")) == ("1.234,50 kr.", "0.05 kr.")


def test_every_fault_the_rules_know_has_a_sentence_for_the_form():
    from trips.application.rules import FIELD_OF_FAULT

    assert {f"fault.{code}" for code in FIELD_OF_FAULT} <= set(TEXTS["da"]) == set(TEXTS["en"])


def test_a_round_trip_and_a_distance_that_was_read_are_called_by_one_word_each():
    danish = [*TEXTS["da"].values(), *(failure_in_words(code, "")["da"] for code in ("round_trip_closed_path",))]
    named = [said for said in danish if "retur" in said.lower()]
    assert len(named) >= 4
    assert all("tur/retur" in said.lower() for said in named), named
    assert [said for said in TEXTS["en"].values() if "there and back" in said or "was read" in said] == []
    assert TEXTS["en"]["field.odometer_title"] == "The distance is from the odometer"


def test_a_line_reckoned_from_an_alternative_home_says_so():
    line = Deduction("commute", 912, "home_ends", 2, 456)
    assert reason_in_words(line, alternative_home=True)["da"].endswith(
        " Hjem er her den anden bopæl, der er angivet i profilen."
    )
    assert "alternative home" in reason_in_words(line, alternative_home=True)["en"]
    assert "anden bopæl" not in reason_in_words(line)["da"]
    without = Deduction("commute", 0, "without_extra", 1, None)
    assert "anden bopæl" not in reason_in_words(without, alternative_home=True)["da"]
