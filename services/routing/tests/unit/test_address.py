import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain.address import number_key, readings, street_key, words
from routing.domain.errors import AmbiguousAddress, UnknownAddress
from routing.domain.washing import wash
from services.routing.tests.support.fakes import FakeRegister, address

NORRE = address("Nørre Allé 75, 2100 København Ø")
BALLEN = address("Langgade 12, 8305 Samsø", place="Ballen")
TRANEBJERG = address("Langgade 12, 8305 Samsø", place="Tranebjerg")
FEBRUAR = address("10. Februar Vej 3, 9990 Vestø")
KING = address("Christian 4. Vej 12B, 9990 Vestø")
GAMMEL = address("Gl. Kongevej 1, 1610 København V")
MOELLE = address("Møllevej 3, 9990 Vestø")
MOLLE = address("Mollevej 3, 9990 Vestø")
REGISTER = FakeRegister(NORRE, BALLEN, TRANEBJERG, FEBRUAR, KING, GAMMEL, MOELLE, MOLLE)


@pytest.mark.parametrize(
    "text",
    [
        "Nørre Allé 75, 2100 København Ø",
        "nørre alle 75",
        "Noerre Alle 75",
        "NORRE ALLE 75",
        "Nr. Allé 75",
        "Nørreallé 75, 2100",
        "Nørre Allé 75, 2. tv, 2100 København Ø",
        "Nørre Allé 75 2 tv 2100 Kbh Ø",
        "Nørre Allé 75, st. th., 2100 København Ø",
        "Nørre Allé 75, 1. sal, 2100 København Ø",
        "Nørre Allé 75, 3. 14, 2100 København Ø",
        "Nørre Allé 75, 2100 København Ø, Danmark",
        "Nørre Allé 75, 2100 Østerbro",
        "  Nørre   Allé  75 ,2100  København Ø ",
    ],
)
def test_one_address_is_found_in_every_usual_spelling(text):
    assert wash(text, REGISTER.lookup) == NORRE


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10. Februar Vej 3", FEBRUAR),
        ("Christian 4. Vej 12 B", KING),
        ("Chr. 4. Vej 12b, 9990", KING),
        ("Gammel Kongevej 1", GAMMEL),
        ("Gl Kongevej 1, 1610 V", GAMMEL),
        ("Langgade 12, Ballen", BALLEN),
        ("Langgade 12, Tranebjerg, 8305 Samsø", TRANEBJERG),
    ],
)
def test_numbers_in_street_names_abbreviations_and_villages_are_understood(text, meant):
    assert wash(text, REGISTER.lookup) == meant


@pytest.mark.parametrize("text", ["Langgade 12", "Langgade 12, 8305 Samsø"])
def test_a_text_that_fits_two_addresses_gives_both_to_choose_from(text):
    with pytest.raises(AmbiguousAddress) as caught:
        wash(text, REGISTER.lookup)
    assert set(caught.value.candidates) == {BALLEN, TRANEBJERG}


@pytest.mark.parametrize(
    "text",
    [
        "Nørre Allé 76",
        "Nørre Allé",
        "Nørre Allé 75, 2200 København N",
        "Langgade 12, Nordby",
        "75",
        "",
        ", ,",
        "Februar Vej 3",
    ],
)
def test_a_text_that_fits_nothing_is_never_guessed(text):
    with pytest.raises(UnknownAddress):
        wash(text, REGISTER.lookup)


@pytest.mark.parametrize("meant", [MOELLE, MOLLE])
def test_streets_that_differ_only_in_danish_letters_are_told_apart_by_the_letters(meant):
    assert wash(meant.text, REGISTER.lookup) == meant


def test_a_street_with_danish_letters_missing_is_ambiguous_where_both_exist():
    with pytest.raises(AmbiguousAddress):
        wash("moellevej 3", REGISTER.lookup)


@given(st.text(max_size=80))
def test_any_text_at_all_is_washed_or_refused(text):
    with contextlib.suppress(UnknownAddress, AmbiguousAddress):
        assert wash(text, REGISTER.lookup) in {NORRE, BALLEN, TRANEBJERG, FEBRUAR, KING, GAMMEL, MOELLE, MOLLE}


STREET = st.lists(st.sampled_from(["Nørre", "Å", "Sankt", "Ærø", "Vej", "Gade", "10.", "Allé"]), min_size=1, max_size=4)


@given(STREET.map(" ".join), st.integers(1, 999), st.sampled_from(["", "A", "Z"]), st.booleans())
def test_every_address_is_washed_to_itself_from_its_own_text(street, number, letter, with_code):
    one = address(f"{street} {number}{letter}, 9990 Vestø")
    text = one.text if with_code else f"{street} {number}{letter}"
    if street[0].isdigit() and " " not in street:
        return  # a number alone is no street
    assert wash(text, FakeRegister(one).lookup) == one


def test_the_folded_words_of_both_spellings_of_aa_are_equal():
    assert words("Århus Ågade") == words("Aarhus Aagade") == words("arhus agade")
    assert street_key("Sdr. Ringvej") == street_key("Sønder Ringvej") == street_key("sønderringvej")
    assert number_key("12 B") == number_key("12b") == "12b"


def test_a_postal_code_with_a_letter_after_it_is_no_house_number():
    assert [(r.house_number, r.rest) for r in readings("Jagtvej 5, 2200 N")] == [("5", ("2200", "n")), (None, ())]


def test_a_house_number_comes_after_the_street_so_a_number_in_front_belongs_to_the_street():
    assert [r.house_number for r in readings("10. Februar Vej 3")] == ["3", None]
    assert [r.house_number for r in readings("10")] == [None]
