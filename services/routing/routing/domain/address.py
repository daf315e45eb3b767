"""Addresses as Danes write them, and the form in which two spellings of one address are equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from routing.domain.geography import Point

_LETTERS = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ß": "ss"})
_SPELT_OUT = re.compile(r"a[ae]|oe")
_ABBREVIATIONS = {
    "gl": "gammel", "gml": "gammel", "nr": "norre", "ndr": "norre", "sdr": "sonder", "ll": "lille",
    "skt": "sankt", "sct": "sankt", "kbh": "kobenhavn", "chr": "christian", "kgs": "kongens",
}  # fmt: skip
_COUNTRY = frozenset({"dk", "danmark", "denmark"})
_TOKEN = re.compile(r"\d{1,3} ?[a-z](?![a-z0-9])|\d+-\d+|[a-z0-9]+")
_HOUSE_NUMBER = re.compile(r"\d{1,3}[a-z]?|\d{1,3}-\d{1,3}")
_FLOOR = re.compile(
    r"(\d ?[a-z]?)[ ,]+(?:"
    r"(?:st|kl|\d{1,2})\.? ?(?:sal)?[., ]*(?:tv|th|mf)\b\.?"  # 2. tv, 1. sal th, st. mf
    r"|(?:st|kl|\d{1,2})\.? ?sal\b\.?"  # 1. sal
    r"|(?:tv|th|mf)\b\.?)"  # the ground floor is often left out
)
_FLOOR_PART = re.compile(r" *(?:(?:st|kl|\d{1,2})\.(?: ?(?:dor )?\d{1,4})?|dor \d{1,4}) *")


@dataclass(frozen=True, slots=True)
class Address:
    """One access address. ``place`` is the village (supplerende bynavn); registers leave fields empty."""

    address_id: str
    street: str
    house_number: str
    place: str | None
    postal_code: str | None
    city: str | None
    point: Point

    @property
    def text(self) -> str:
        """As it stands on a letter, on one line."""
        district = " ".join(part for part in (self.postal_code, self.city) if part)
        parts = (f"{self.street} {self.house_number}", self.place, district)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: street words, house number, and the words after it."""

    street: tuple[str, ...]
    house_number: str | None
    rest: tuple[str, ...]
    number_is_last: bool


def fold(text: str) -> str:
    """Lower case without accents; "Nørre", "Noerre" and "Norre" are the same, so are "Å", "Aa" and "A"."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    plain = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return _SPELT_OUT.sub(lambda match: match.group()[0], plain)


def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` for comparing: folded, abbreviations written out, "12 B" as "12b"."""
    found = (match.group().replace(" ", "") for match in _TOKEN.finditer(fold(text)))
    return tuple(_ABBREVIATIONS.get(word, word) for word in found)


def street_key(street: str) -> str:
    """Equal for all spellings of one street name, spaces or not ("Nørre Allé", "Nørrealle")."""
    return "".join(words(street))


def number_key(house_number: str) -> str:
    return "".join(words(house_number))


def without_floor(text: str) -> str:
    """``text`` folded and without floor and door: distances are measured from the front door of the building."""
    folded = _FLOOR.sub(r"\1", fold(text))
    first, *others = folded.split(",")
    return ",".join([first, *(part for part in others if not _FLOOR_PART.fullmatch(part))])


def readings(text: str) -> Iterator[Reading]:
    """Every way to read ``text``, the likeliest first, the one without a house number last.

    A house number follows at least one word of the street ("10. Februar Vej 3" has the number 3).
    """
    found = tuple(word for word in words(without_floor(text)) if word not in _COUNTRY)
    last = len(found) - 1
    for index, word in enumerate(found):
        if index and _HOUSE_NUMBER.fullmatch(word):
            yield Reading(found[:index], word, found[index + 1 :], index == last)
    if found:
        yield Reading(found, None, (), number_is_last=False)
