"""Writes the address file from the addresses of a map, merging the same house drawn twice."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from routing.addresses.schema import SCHEMA
from routing.domain.address import Address, number_key, street_key, words
from routing.domain.geography import Point, apart_m

SAME_HOUSE_M = 200
"""Two objects with one address within this distance are one house (a building and its entrance)."""

_HIGHEST: Final = 2**31 - 1
"""What a column of whole numbers holds in every database; house numbers beyond it stand last, in the order of text."""


def write_addresses(path: Path, addresses: Iterable[Address]) -> int:
    """Makes the file at ``path``, which must not exist; gives the number of addresses in it.

    The first of two objects for one house wins, and the order of the map file decides which is first.
    """
    with closing(sqlite3.connect(path)) as db:
        db.executescript(SCHEMA)
        streets: dict[tuple[str, ...], int] = {}
        for address in addresses:
            _add(db, address, streets)
        _index_streets(db)
        db.commit()
        db.execute("VACUUM")
        count: int = db.execute("SELECT count(*) FROM houses").fetchone()[0]
    return count


def _add(db: sqlite3.Connection, address: Address, streets: dict[tuple[str, ...], int]) -> None:
    street_id = _street(db, address, streets)
    key = number_key(address.house_number)
    if _already_there(db, street_id, key, address.point):
        return
    db.execute(
        "INSERT OR IGNORE INTO houses VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            address.address_id,
            street_id,
            address.house_number,
            key,
            _leading_number(key),
            address.point.lon_e6,
            address.point.lat_e6,
        ),
    )


def _street(db: sqlite3.Connection, address: Address, streets: dict[tuple[str, ...], int]) -> int:
    row = (address.street, address.place or "", address.postal_code or "", address.city or "")
    if row not in streets:
        made = db.execute(
            "INSERT INTO streets (street, street_key, place, postal_code, city) VALUES (?, ?, ?, ?, ?)",
            (address.street, street_key(address.street), *row[1:]),
        )
        streets[row] = int(made.lastrowid or 0)
    return streets[row]


def _already_there(db: sqlite3.Connection, street_id: int, key: str, point: Point) -> bool:
    rows = db.execute(
        "SELECT lon_e6, lat_e6 FROM houses WHERE street_id=? AND number_key=?", (street_id, key)
    ).fetchall()
    return any(apart_m(point, Point(*row)) <= SAME_HOUSE_M for row in rows)


def _leading_number(key: str) -> int:
    found = re.match(r"\d+", key)
    digits = found.group().lstrip("0") if found else ""
    return min(int(digits or "0"), _HIGHEST) if len(digits) <= len(str(_HIGHEST)) else _HIGHEST


def _index_streets(db: sqlite3.Connection) -> None:
    rows = db.execute("SELECT street_id, street, place, postal_code, city FROM streets").fetchall()
    db.executemany(
        "INSERT INTO street_words (rowid, words) VALUES (?, ?)",
        ((row[0], " ".join(words(" ".join(row[1:])))) for row in rows),
    )
    db.execute("INSERT INTO street_words (street_words) VALUES ('optimize')")
