"""The CPR number as a value that can be checked and used, and not be shown by accident."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field

from payroll.domain.errors import InvalidCpr

LENGTH = 10
LAST_DAY = 31
FIRST_ADMINISTRATIVE_DAY = 61
MONTHS = range(1, 13)
LOOKS_LIKE_CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")


@dataclass(frozen=True)
class Cpr:
    """Ten digits, ddmmyyxxxx, of a date that exists in the century the seventh digit names.

    Numbers with a day of 61 and above are administrative (replacement numbers add 60 to the day, and test
    numbers use days that cannot occur); they carry no birthday to check. The modulus-11 check of older numbers
    is not demanded: since 2007 numbers are issued that fail it. Neither `str` nor `repr` shows the number.
    """

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (len(self.digits) == LENGTH and self.digits.isascii() and self.digits.isdecimal()):
            raise InvalidCpr
        if not _plausible(self.digits):
            raise InvalidCpr

    def __str__(self) -> str:
        return "CPR"


def _plausible(digits: str) -> bool:
    day, month = int(digits[:2]), int(digits[2:4])
    if month not in MONTHS:
        return False
    if day > LAST_DAY:
        return day >= FIRST_ADMINISTRATIVE_DAY
    return 1 <= day <= calendar.monthrange(_birth_year(digits), month)[1]


def _birth_year(digits: str) -> int:
    """The century table of the CPR office: the seventh digit, and for 4 to 9 also the year, give the century."""
    year, seventh = int(digits[4:6]), int(digits[6])
    if seventh <= 3:  # noqa: PLR2004 (the table's own figure)
        return 1900 + year
    if seventh in (4, 9):
        return (2000 if year <= 36 else 1900) + year  # noqa: PLR2004 (see above)
    return (2000 if year <= 57 else 1800) + year  # noqa: PLR2004 (see above)


def masked(text: str) -> str:
    """The text with everything that looks like a CPR number in it made unreadable."""
    return LOOKS_LIKE_CPR.sub("**********", text)
