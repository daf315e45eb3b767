"""Finds addresses in tables: the street first, then its numbers, so that 2.5 million houses answer as fast as 100.

The tables stand in a file of SQLite or in PostgreSQL; only the search for words differs between them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from routing.domain.address import Address, Reading, readings, street_key
from routing.domain.events import AddressSource
from routing.domain.geography import Point
from routing.domain.washing import Lookup, matches, wash

MOST_STREETS = 300
"""Streets looked at for one search; whoever types so little that more fit has to type on."""

_COLUMNS = "h.address_id, s.street, h.house_number, s.place, s.postal_code, s.city, h.lon_e6, h.lat_e6"
_LAST = "\uffff"
"""Sorts after everything that a key holds."""


class IndexedRegister(ABC):
    """A register in two tables named ``streets`` and ``houses``, both compared byte by byte."""

    streets = "streets"
    houses = "houses"

    def __init__(self, source: AddressSource) -> None:
        self.source = source

    @abstractmethod
    def _rows(self, statement: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a statement with :names; ``EngineUnavailable`` when the tables cannot be read."""

    @abstractmethod
    def _word_search(self, limit: int | None) -> str:
        """A statement that gives the ids of streets with :words in street, place, postal code or city."""

    @abstractmethod
    def _word_query(self, wanted: Sequence[str], *, begun: bool) -> str:
        """What :words must be to find all of ``wanted``, ``begun`` or complete."""

    def get(self, address_id: str) -> Address | None:
        rows = self._addresses("h.address_id = :address_id", {"address_id": address_id})
        return rows[0] if rows else None

    def wash(self, text: str) -> Address:
        return wash(text, self.lookup)

    @property
    def lookup(self) -> Lookup:
        """All addresses with a street key and a number key, and words in street, place, postal code or city."""
        return self._named

    def search(self, text: str, limit: int) -> list[Address]:
        """The best ``limit`` addresses for what somebody has typed so far, exact ones first, and nothing beside them
        where a town or postal code says that the number is complete.
        """
        found = {address.address_id: address for address in matches(text, self.lookup)}
        for reading in readings(text):
            if len(found) >= limit or (found and reading.rest):
                break
            for address in self._complete(reading, limit):
                found.setdefault(address.address_id, address)
        return list(found.values())[:limit]

    def _named(self, street: str, number: str, wanted: Sequence[str]) -> Sequence[Address]:
        condition, values = "s.street_key = :street AND h.number_key = :number", {"street": street, "number": number}
        if wanted:
            condition += f" AND s.street_id IN ({self._word_search(None)})"
            values["words"] = self._word_query(wanted, begun=False)
        return self._addresses(f"{condition} ORDER BY s.postal_code, s.place, h.address_id", values)

    def _complete(self, reading: Reading, limit: int) -> list[Address]:
        streets = self._streets(reading, limit)
        found: list[Address] = []
        share = limit if reading.house_number else max(1, limit // max(1, len(streets)))
        for street_id in streets:
            if len(found) >= limit:
                break
            found += self._houses(street_id, reading, min(share, limit - len(found)))
        return found

    def _streets(self, reading: Reading, limit: int) -> list[int]:
        """Streets whose name begins with what was typed, then those with all the words somewhere."""
        key = street_key(" ".join(reading.street))
        first = [] if reading.rest else self._by_name(key)
        if len(first) >= limit:
            return first
        return first + [street for street in self._by_words(reading, key) if street not in set(first)]

    def _by_name(self, key: str) -> list[int]:
        rows = self._rows(
            f"SELECT street_id FROM {self.streets} WHERE street_key >= :first AND street_key < :last"  # noqa: S608
            " ORDER BY street_key, postal_code, place LIMIT :most",
            {"first": key, "last": key + _LAST, "most": MOST_STREETS},
        )
        return [row[0] for row in rows]

    def _by_words(self, reading: Reading, key: str) -> list[int]:
        rows = self._rows(
            f"SELECT street_id, street_key FROM {self.streets}"  # noqa: S608
            f" WHERE street_id IN ({self._word_search(MOST_STREETS)})",
            {"words": self._word_query((*reading.street, *reading.rest), begun=True)},
        )
        return [row[0] for row in sorted(rows, key=lambda row: (row[1] != key, len(row[1]), row[1], row[0]))]

    def _houses(self, street_id: int, reading: Reading, limit: int) -> list[Address]:
        number = reading.house_number or ""
        upto = number if number and not reading.number_is_last else number + _LAST
        return self._addresses(
            "h.street_id = :street_id AND h.number_key >= :number AND h.number_key <= :upto"
            " ORDER BY h.number_key <> :number, h.number_order, h.number_key LIMIT :most",
            {"street_id": street_id, "number": number, "upto": upto, "most": limit},
        )

    def _addresses(self, condition: str, values: Mapping[str, Any]) -> list[Address]:
        tables = f"{self.houses} h JOIN {self.streets} s USING (street_id)"
        rows = self._rows(f"SELECT {_COLUMNS} FROM {tables} WHERE {condition}", values)  # noqa: S608
        return [_address(row) for row in rows]


def _address(row: Sequence[Any]) -> Address:
    address_id, street, house_number, place, postal_code, city, lon_e6, lat_e6 = row
    return Address(
        address_id, street, house_number, place or None, postal_code or None, city or None, Point(lon_e6, lat_e6)
    )
