"""Trips summed to the lines payroll receives, whatever the format of the file, and the checksum over them."""

from __future__ import annotations

import calendar
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

METRES_PER_HUNDREDTH_KM = 10
MOST_HUNDREDTHS = 999_999


@dataclass(frozen=True, order=True)
class LineKey:
    """What trips must have in common to share a line; the order of the fields is the order of the lines.

    `account` is empty where there is none, which sorts it first.
    """

    employment: str
    pay_code: str
    account: str
    last_day: date


@dataclass(frozen=True)
class PayItem:
    """A trip's share of a line. `employment` is any text that names one employment."""

    employment: str
    pay_code: str
    second_pay_code: str | None
    account: str | None
    driving_date: date
    metres: int


@dataclass(frozen=True)
class PayLine:
    key: LineKey
    hundredths_km: int


def pay_lines(items: Iterable[PayItem]) -> list[PayLine]:
    """One line per employment, pay code, account and calendar month, sorted.

    Metres are summed whole and only the sum is cut to hundredths of a kilometre; zero gives no line, and more than
    9,999.99 km several, the full ones first. A second pay code repeats the metres under that code.
    """
    metres: defaultdict[LineKey, int] = defaultdict(int)
    for item in items:
        for pay_code in filter(None, (item.pay_code, item.second_pay_code)):
            key = LineKey(item.employment, pay_code, item.account or "", _last_day(item.driving_date))
            metres[key] += item.metres
    return [line for key in sorted(metres) for line in _divided(key, metres[key] // METRES_PER_HUNDREDTH_KM)]


def checksum(lines: Iterable[PayLine]) -> str:
    """SHA-256 over the lines in order. Employments stand in it, never CPR numbers: those could be guessed from it."""
    digest = hashlib.sha256()
    for line in lines:
        key = line.key
        text = f"{key.employment}|{key.pay_code}|{key.account}|{key.last_day.isoformat()}|{line.hundredths_km}\n"
        digest.update(text.encode())
    return digest.hexdigest()


def _divided(key: LineKey, hundredths: int) -> Iterator[PayLine]:
    while hundredths > 0:
        yield PayLine(key, min(hundredths, MOST_HUNDREDTHS))
        hundredths -= MOST_HUNDREDTHS


def _last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
