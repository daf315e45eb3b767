"""Finds addresses: the street first, then its numbers, so that 2.5 million houses answer as fast as 100."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from routing.addresses.schema import ADDRESS_COLUMNS
from routing.domain.address import Address, Reading, readings, street_key
from routing.domain.errors import EngineUnavailable
from routing.domain.geography import Point
from routing.domain.washing import Lookup, matches

MOST_STREETS = 300
"""Streets looked at for one search; whoever types so little that more fit has to type on."""


class AddressRegister:
    """Read-only view of one address file, which nobody changes after it is made."""

    def __init__(self, path: Path) -> None:
        """Raises ``EngineUnavailable``, as every question does, for a file that is missing or is no address file."""
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with _readable():
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._rows(f"SELECT {ADDRESS_COLUMNS} FROM houses h JOIN streets s USING (street_id) LIMIT 1", ())  # noqa: S608

    def get(self, address_id: str) -> Address | None:
        rows = self._addresses("h.address_id = ?", (address_id,))
        return rows[0] if rows else None

    @property
    def lookup(self) -> Lookup:
        """All addresses with a street key and a number key, and words in street, place, postal code or city."""
        return self._named

    def search(self, text: str, limit: int) -> list[Address]:
        """The best ``limit`` addresses for what somebody has typed so far, exact ones first."""
        found = {address.address_id: address for address in matches(text, self.lookup)}
        for reading in readings(text):
            if len(found) >= limit:
                break
            for address in self._complete(reading, limit):
                found.setdefault(address.address_id, address)
        return list(found.values())[:limit]

    def close(self) -> None:
        self._db.close()

    def _named(self, street: str, number: str, wanted: Sequence[str]) -> Sequence[Address]:
        condition, values = "s.street_key = ? AND h.number_key = ?", [street, number]
        if wanted:
            condition += " AND s.street_id IN (SELECT rowid FROM street_words WHERE street_words MATCH ?)"
            values.append(" ".join(f'"{word}"' for word in wanted))
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
        if not reading.rest:
            rows = self._rows(
                "SELECT street_id FROM streets WHERE street_key >= ? AND street_key < ?"
                " ORDER BY street_key, postal_code, place LIMIT ?",
                (key, key + "\uffff", MOST_STREETS),
            )
            if len(rows) >= limit:
                return [row[0] for row in rows]
        else:
            rows = []
        first = [row[0] for row in rows]
        return first + [street for street in self._by_words(reading, key) if street not in set(first)]

    def _by_words(self, reading: Reading, key: str) -> list[int]:
        wanted = " ".join(f'"{word}"*' for word in (*reading.street, *reading.rest))
        rows = self._rows(
            "SELECT s.street_id, s.street_key FROM street_words w JOIN streets s ON s.street_id = w.rowid"
            " WHERE street_words MATCH ? LIMIT ?",
            (wanted, MOST_STREETS),
        )
        return [row[0] for row in sorted(rows, key=lambda row: (row[1] != key, len(row[1]), row[1], row[0]))]

    def _houses(self, street_id: int, reading: Reading, limit: int) -> list[Address]:
        number = reading.house_number or ""
        upto = number if number and not reading.number_is_last else number + "\uffff"
        return self._addresses(
            "h.street_id = ? AND h.number_key >= ? AND h.number_key <= ?"
            " ORDER BY h.number_key <> ?, h.number_order, h.number_key LIMIT ?",
            (street_id, number, upto, number, limit),
        )

    def _addresses(self, condition: str, values: Sequence[Any]) -> list[Address]:
        rows = self._rows(
            f"SELECT {ADDRESS_COLUMNS} FROM houses h JOIN streets s USING (street_id) WHERE {condition}",  # noqa: S608
            values,
        )
        return [_address(row) for row in rows]

    def _rows(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with _readable():
            return self._db.execute(statement, tuple(values)).fetchall()


@contextmanager
def _readable() -> Iterator[None]:
    """A file that SQLite cannot read is a broken map, not a mistake in the question: an operator mends it."""
    try:
        yield
    except sqlite3.Error as error:
        raise EngineUnavailable(f"The address file cannot be read: {error}") from error


def _address(row: tuple[Any, ...]) -> Address:
    address_id, street, house_number, place, postal_code, city, lon_e6, lat_e6 = row
    return Address(
        address_id, street, house_number, place or None, postal_code or None, city or None, Point(lon_e6, lat_e6)
    )
