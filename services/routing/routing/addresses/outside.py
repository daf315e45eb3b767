"""Washing by a service that only suggests: what it suggests is looked up, and the rules of washing choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from routing.domain.address import Address, number_key, readings, street_key, words
from routing.domain.register import Suggestion
from routing.domain.washing import MOST_CANDIDATES, wash


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
