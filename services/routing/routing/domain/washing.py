"""Washing: a written address becomes exactly one address of the register, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from routing.domain.address import Address, Reading, number_key, readings, words
from routing.domain.errors import AmbiguousAddress, UnknownAddress

MOST_CANDIDATES = 10
_POSTAL_CODE = re.compile(r"\d{4}")

Lookup = Callable[[str, str, Sequence[str]], Sequence[Address]]
"""All addresses with this street key and this number key, and these words somewhere in them; may give more."""


def wash(text: str, lookup: Lookup) -> Address:
    """The one address that ``text`` means; ``UnknownAddress`` or ``AmbiguousAddress`` otherwise.

    A postal code, once given, must be right; a city or village may be left out, and be misspelt when
    the postal code already decides.
    """
    fitting = matches(text, lookup)
    if not fitting:
        raise UnknownAddress
    if len(fitting) > 1:
        raise AmbiguousAddress(tuple(fitting[:MOST_CANDIDATES]))
    return fitting[0]


def matches(text: str, lookup: Lookup) -> list[Address]:
    """The addresses of the first reading of ``text`` that names any."""
    for reading in readings(text):
        if reading.house_number is not None:
            fitting = _fitting(reading, reading.house_number, lookup)
            if fitting:
                return _spelt_so(text, fitting) or fitting
    return []


def _spelt_so(text: str, fitting: Sequence[Address]) -> list[Address]:
    """Those whose street is spelt to the letter, when "Møllevej" and "Mollevej" both exist."""
    return [address for address in fitting if address.street.casefold() in text.casefold()]


def _fitting(reading: Reading, number: str, lookup: Lookup) -> list[Address]:
    street, key = "".join(reading.street), number_key(number)
    wanted = set(reading.rest)
    exact = [one for one in lookup(street, key, reading.rest) if not wanted or wanted <= _locality_words(one)]
    code = next((word for word in reading.rest if _POSTAL_CODE.fullmatch(word)), None)
    if exact or code is None:
        return exact
    return [one for one in lookup(street, key, (code,)) if one.postal_code == code]


def _locality_words(address: Address) -> set[str]:
    return set(words(" ".join(part for part in (address.place, address.postal_code, address.city) if part)))
