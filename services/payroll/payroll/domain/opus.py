"""The KMD OPUS mileage file: fixed-width lines of 55 characters, byte for byte.

Source: the file record of OS2indberetning's OPUS generator (its own test's line is the first case) with its known
faults mended. Positions, from 1: `DA6`, municipality 4, employment type 8, CPR 9, extra digit 19, pay code 20,
hundredths of a kilometre 24, seven zeros 30, account 37 (13 wide, right-aligned), last day of the month 50.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from payroll.domain.pay_lines import PayLine

RECORD = "DA6"
RESERVED = "0000000"
LINE_END = "\r\n"


@dataclass(frozen=True)
class FileSettings:
    """`encoding` is utf-8 (without byte order mark) or iso-8859-1; without `header` the file begins with a line."""

    municipality: int
    header: str | None
    encoding: str


@dataclass(frozen=True)
class Payee:
    """The facts of an employment that stand in its lines. `cpr` is ten digits and stays out of `repr`."""

    cpr: str = field(repr=False)
    employment_type: int
    extra_digit: int


def opus_line(line: PayLine, payee: Payee, municipality: int) -> str:
    return "".join(
        (
            RECORD,
            f"{municipality:04d}",
            str(payee.employment_type),
            payee.cpr,
            str(payee.extra_digit),
            line.key.pay_code,
            f"{line.hundredths_km:06d}",
            RESERVED,
            line.key.account.rjust(13),
            line.key.last_day.strftime("%d%m%y"),
        )
    )


def opus_file(lines: Sequence[PayLine], payees: Mapping[str, Payee], settings: FileSettings) -> bytes | None:
    """The whole file, every line ended; None when there is no line, for then there is no file."""
    if not lines:
        return None
    head = [] if settings.header is None else [settings.header]
    body = [opus_line(line, payees[line.key.employment], settings.municipality) for line in lines]
    return "".join(text + LINE_END for text in (*head, *body)).encode(settings.encoding)
