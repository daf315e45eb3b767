"""Addresses of a service: what it refuses and what it cannot know, and washing by one that only suggests: what it
suggests is looked up, and the rules of washing choose.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

from routing.addresses.remembered import Remembered
from routing.domain.address import Address, number_key, readings, street_key, words
from routing.domain.register import Suggestion
from routing.domain.washing import MOST_CANDIDATES, wash

REFUSED: Final = frozenset({400, 404, 405, 410, 414, 422})
"""Refusals of the one question that was asked: asking it again gives the same, and others are answered."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NOT_NOW: Final = re.compile(
    r"auth|api.?key|forbidden|\btoken\b(?! found)|adgang|nøgle|\brate|throttl|too.?many|quota|kvote|for mange",
    re.IGNORECASE,
)


class AskedByOne(ABC):
    """Somebody else's register, asked about one address at a time; what it answered lately is not asked anew."""

    def __init__(self) -> None:
        self._remembered = Remembered()

    def current(self) -> Self:
        return self

    def get(self, address_id: str) -> Address | None:
        known = dar_id(address_id)
        return None if known is None else self._remembered.answer(("id", known), lambda: self._house(known))

    def wash(self, text: str) -> Address:
        return self._remembered.answer(("text", text), lambda: self._washed(text))

    @abstractmethod
    def _house(self, address_id: str) -> Address | None:
        """Ask for the one with DAR's id."""

    @abstractmethod
    def _washed(self, text: str) -> Address:
        """Ask for the only one that ``text`` can mean; refuses as :func:`one_of` does."""


def dar_id(address_id: str) -> str | None:
    """As DAR writes it; ``None`` for an id of some other register, about which nobody need be asked."""
    lower = address_id.lower()
    return lower if _UUID.fullmatch(lower) else None


def refuses_for_now(said: str) -> bool:
    """Whether a refusal is of the key or for haste, so that any question would be refused until that is over."""
    return _NOT_NOW.search(said) is not None


def named_candidates(text: str, suggested: Iterable[Suggestion]) -> list[Suggestion]:
    """Those of ``suggested`` whose house number can be the one in ``text``: each of them costs a question."""
    numbers = {number_key(reading.house_number) for reading in readings(text) if reading.house_number}
    return [one for one in suggested if numbers & set(words(one.text.partition(",")[0]))][:MOST_CANDIDATES]


def one_of(text: str, candidates: Sequence[Suggestion], get: Callable[[str], Address | None]) -> Address:
    """The one that ``text`` means; ``UnknownAddress`` or ``AmbiguousAddress`` otherwise."""
    known = [address for one in candidates if (address := get(one.address_id)) is not None]

    def lookup(street: str, number: str, _wanted: Sequence[str]) -> Sequence[Address]:
        return [one for one in known if street_key(one.street) == street and number_key(one.house_number) == number]

    return wash(text, lookup)
