import pytest

from payroll.domain.cpr import Cpr, masked
from payroll.domain.errors import InvalidCpr


@pytest.mark.parametrize(
    "digits",
    [
        "0101010001",
        "2902004000",  # 29 February 2000: the seventh digit 4 with year 00 is 2000
        "2902040000",  # 29 February 1904
        "3112999999",  # 31 December 1999: 9 with year 99 is 1999
        "2902565000",  # 29 February 2056: 5 with year 56 is 2056
        "2902964000",  # 29 February 1996: 4 with year 96 is 1996
        "8512481230",  # a replacement number: 60 is added to the day
        "9901801112",  # a test number
    ],
)
def test_a_number_with_a_date_that_exists_in_its_century_is_taken(digits):
    assert Cpr(digits).digits == digits


@pytest.mark.parametrize(
    "text",
    [
        "", "123456789", "12345678901", "010101-0001", "0101O10001", "\u0660" * 10,
        "0001010001", "3201010001", "6001010001", "0100010001", "0113010001", "3104010001",
        "2902000000",  # 1900 was no leap year
        "2902990000",  # nor was 1999
        "9913801112",  # a thirteenth month
    ],
)  # fmt: skip
def test_what_cannot_be_a_number_is_refused_without_being_named(text):
    with pytest.raises(InvalidCpr) as refused:
        Cpr(text)
    assert not text or text not in str(refused.value)


def test_a_number_that_fails_modulus_11_is_taken():
    """Since 2007 numbers are issued that fail it."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    digits = "0101010001"
    assert sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    assert Cpr(digits)


def test_a_number_is_never_shown_by_accident():
    cpr = Cpr("0101010001")
    assert "0101010001" not in f"{cpr} {cpr!r} {[cpr]}"


def test_what_looks_like_a_number_is_masked_in_any_text():
    assert masked("a 010101-0001, 0101010001 b") == "a **********, ********** b"
    assert masked("12345678901 and 123456789") == "12345678901 and 123456789"
