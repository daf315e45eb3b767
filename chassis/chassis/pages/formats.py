"""Numbers, money and dates as people here write them: 1.234,56 kr., 12,34 km, 23.11.2026. Whole numbers in, text out:
no floats on the way.
"""

from collections.abc import Callable
from datetime import date, datetime

from chassis.clock import COPENHAGEN

MINUS = "\N{MINUS SIGN}"
SEPARATORS = {"da": (".", ","), "en": (",", ".")}
MONTHS = {
    "da": [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def hundredths(value: int, language: str) -> str:
    """123456 → `1.234,56`."""
    thousands, decimal = SEPARATORS[language]
    whole, rest = divmod(abs(value), 100)
    sign = MINUS if value < 0 else ""
    return f"{sign}{whole:,}".replace(",", thousands) + f"{decimal}{rest:02}"


def money(amount_oere: int, language: str = "da") -> str:
    """Øre as kroner: `1.234,56 kr.`"""
    return f"{hundredths(amount_oere, language)}\N{NO-BREAK SPACE}kr."


def distance(metres: int, language: str = "da") -> str:
    """Metres as kilometres with two decimals, rounded half away from zero: `12,34 km`."""
    rounded = (abs(metres) + 5) // 10
    return f"{hundredths(-rounded if metres < 0 else rounded, language)}\N{NO-BREAK SPACE}km"


def whole(number: int, language: str = "da") -> str:
    """1234567 → `1.234.567`."""
    return f"{number:,}".replace(",", SEPARATORS[language][0]).replace("-", MINUS)


def day(value: date | str, language: str = "da") -> str:
    """`23.11.2026`, in English `23 November 2026`; takes ISO text too."""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    if language == "da":
        return f"{value:%d.%m.%Y}"
    return f"{value.day} {MONTHS['en'][value.month - 1]} {value.year}"


def moment(instant: datetime | str, language: str = "da") -> str:
    """An instant as the clock on the wall in Denmark: `23.11.2026 kl. 14.05`."""
    instant = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    local = instant.astimezone(COPENHAGEN)
    if language == "da":
        return f"{local:%d.%m.%Y} kl. {local:%H.%M}"
    return f"{day(local.date(), 'en')}, {local:%H:%M}"


def month(period: str, language: str = "da") -> str:
    """`2026-11` → `november 2026`."""
    year, number = period.split("-")
    return f"{MONTHS[language][int(number) - 1]} {year}"


FILTERS: dict[str, Callable[..., str]] = {
    "money": money,
    "distance": distance,
    "whole": whole,
    "day": day,
    "moment": moment,
    "month": month,
}
