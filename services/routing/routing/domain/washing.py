"""Washing: a written address becomes exactly one address of the register, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from routing.domain.address import Address, Reading, number_key, readings, words
from routing.domain.errors import AmbiguousAddress, UnknownAddress

MOST_CANDIDATES = 10
_POSTAL_CODE = re.compile(r"\d{4}")

Lookup = Callable[[str, str], Sequence[Address]]
"""All addresses with this street key and this number key."""


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
            named = lookup("".join(reading.street), number_key(reading.house_number))
            fitting = _fitting(reading, named)
            if fitting:
                return _spelt_so(text, fitting) or fitting
    return []


def _spelt_so(text: str, fitting: Sequence[Address]) -> list[Address]:
    """Those whose street is spelt to the letter, when "Møllevej" and "Mollevej" both exist."""
    return [address for address in fitting if address.street.casefold() in text.casefold()]


def _fitting(reading: Reading, named: Sequence[Address]) -> list[Address]:
    exact = [address for address in named if set(reading.rest) <= set(_locality_words(address))]
    if exact:
        return exact
    codes = [word for word in reading.rest if _POSTAL_CODE.fullmatch(word)]
    return [address for address in named if codes and address.postal_code == codes[0]]


def _locality_words(address: Address) -> tuple[str, ...]:
    return words(" ".join(part for part in (address.place, address.postal_code, address.city) if part))
