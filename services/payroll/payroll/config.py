"""Payroll's configuration, read from variables that begin with PAYROLL_."""

from __future__ import annotations

from collections.abc import Callable

import environ

from chassis.config import CommonConfig, ConfigError, Secret, choice, whole_number
from payroll.domain.accounts import ACCOUNT_DIGITS, PAY_CODE_DIGITS

PREFIX = "PAYROLL"


def digits(length: int, *, empty: bool = False) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if (empty and not value) or (len(value) == length and value.isascii() and value.isdecimal()):
            return value
        raise ValueError(f"must have exactly {length} digits")

    return convert


@environ.config(prefix=PREFIX, frozen=True)
class PayrollConfig(CommonConfig):
    """The pepper may be left out with SQLite alone: it is then made once, in a file of the data folder."""

    cpr_pepper: str = environ.var(
        default="",
        converter=Secret,
        help="32 bytes as 64 hexadecimal digits: keys the index that finds a person by CPR number. Changed, everybody "
        "becomes a new person. Empty, with SQLite only: made once, in payroll-pepper.key in the data folder.",
    )
    max_leavers_percent: int = environ.var(
        default=10,
        converter=whole_number(0, 100),
        help="A snapshot that would end more than this share of the active people is refused as a whole.",
    )
    retention_years: int = environ.var(
        default=5,
        converter=whole_number(0, 100),
        help="Nobody is erased before so many years have passed since the end of the accounting year of their last "
        "settlement.",
    )
    municipality_number: int = environ.var(
        default=999, converter=whole_number(0, 9999), help="The municipality's number in the payroll file."
    )
    file_header: str = environ.var(default="", help="The first line of the payroll file. Empty: no such line.")
    file_encoding: str = environ.var(
        default="utf-8", converter=choice("utf-8", "iso-8859-1"), help="utf-8 (no byte order mark) or iso-8859-1."
    )
    administrative_prefix: str = environ.var(
        default="",
        help="Employments whose cost centre begins with this are charged to the administrative account. Empty: none.",
    )
    administrative_account: str = environ.var(
        default="",
        converter=digits(ACCOUNT_DIGITS, empty=True),
        help="Ten digits: the account used with ADMINISTRATIVE_PREFIX when the approver chose none.",
    )
    pay_code_car_high: str = environ.var(
        default="3101",
        converter=digits(PAY_CODE_DIGITS),
        help="The payroll system's code for the high car rate, given to the official rates at the first start.",
    )
    pay_code_car_low: str = environ.var(
        default="3102", converter=digits(PAY_CODE_DIGITS), help="The same for the low car rate."
    )
    pay_code_bicycle: str = environ.var(
        default="3103", converter=digits(PAY_CODE_DIGITS), help="The same for bicycle and moped."
    )
    pay_code_taxable: str = environ.var(
        default="3104",
        converter=digits(PAY_CODE_DIGITS),
        help="The payroll system's code for driving that is paid as taxable wages, after 60 days to one workplace.",
    )

    def __attrs_post_init__(self) -> None:
        """:raises ConfigError: when two settings do not go together."""
        if self.administrative_prefix and not self.administrative_account:
            raise ConfigError([f"{PREFIX}_ADMINISTRATIVE_PREFIX needs {PREFIX}_ADMINISTRATIVE_ACCOUNT."])
        try:
            self.file_header.encode(self.file_encoding)
        except UnicodeEncodeError:
            raise ConfigError([f"{PREFIX}_FILE_HEADER cannot be written in {self.file_encoding}."]) from None
