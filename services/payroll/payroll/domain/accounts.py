"""Which account a trip is charged to, and what a code must look like to fit the payroll file."""

from __future__ import annotations

from dataclasses import dataclass

from payroll.domain.errors import BadCode

ACCOUNT_DIGITS = 10
PAY_CODE_DIGITS = 4


@dataclass(frozen=True)
class Administrative:
    """The account of employments whose cost centre begins with `cost_centre_prefix`; an empty one matches none."""

    cost_centre_prefix: str = ""
    account: str = ""

    def covers(self, cost_centre: str | None) -> bool:
        return bool(self.cost_centre_prefix) and (cost_centre or "").startswith(self.cost_centre_prefix)


def account_for(chosen: str | None, cost_centre: str | None, administrative: Administrative) -> str | None:
    """The account chosen at approval; without one the administrative account, where it covers the cost centre.

    BadCode (bad_account) when the result has not exactly ten digits.
    """
    fallback = administrative.account if administrative.covers(cost_centre) else None
    account = fallback if chosen is None else chosen
    if account is not None and not _digits(account, ACCOUNT_DIGITS):
        raise BadCode("bad_account", "An account has exactly ten digits.")
    return account


def check_pay_codes(first: str, second: str | None) -> None:
    """BadCode (bad_pay_code) unless each has exactly four digits; there may be no second one."""
    if not _digits(first, PAY_CODE_DIGITS) or not (second is None or _digits(second, PAY_CODE_DIGITS)):
        raise BadCode("bad_pay_code", "A pay code has exactly four digits.")


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdecimal()
