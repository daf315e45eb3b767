"""What two ways of writing an address have in common: the house, whatever the floor and the door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HOUSE: Final = re.compile(
    r"\s*(?P<street>[^,]*?[^\W\d_][^,]*?)\s+0*(?P<number>\d{1,3})\s*(?P<letter>[^\W\d_]?)(?![^\W_])"
)
_POSTAL_CODE: Final = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class House:
    """``letter`` and ``postal_code`` are empty where they were not written."""

    street: str
    number: str
    letter: str
    postal_code: str

    def may_be(self, other: House) -> bool:
        """Whether both may mean the same house: what one of them does not say is held against neither."""
        same = (self.street, self.number) == (other.street, other.number)
        return same and _fits(self.letter, other.letter) and _fits(self.postal_code, other.postal_code)


def house_of(text: str) -> House | None:
    """The house of a Danish address on one line; None where it names no street and number."""
    found = _HOUSE.match(text)
    if found is None:
        return None
    town = _POSTAL_CODE.search(text, found.end())
    return House(
        plain(found["street"]), found["number"], found["letter"].casefold(), "" if town is None else town.group()
    )


def plain(text: str) -> str:
    """The text as it is compared: its letters and digits."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _fits(one: str, other: str) -> bool:
    return one == other or not one or not other
