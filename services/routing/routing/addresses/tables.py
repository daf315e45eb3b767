"""Registers in PostgreSQL: two tables per edition, searched by words through an index over text vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import batched
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, insert, table, text
from sqlalchemy.exc import SQLAlchemyError

from chassis.store.engine import reading, writing
from routing.addresses.editions import NO_REGISTER, Edition
from routing.addresses.indexed import IndexedRegister
from routing.domain.address import words
from routing.domain.errors import EngineUnavailable

_ROWS_AT_ONCE = 5000
_STREETS = """
CREATE TABLE {streets} (
    street_id INTEGER PRIMARY KEY, street TEXT NOT NULL, street_key TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C" NOT NULL, postal_code TEXT COLLATE "C" NOT NULL, city TEXT NOT NULL, words TSVECTOR NOT NULL)
"""
_HOUSES = """
CREATE TABLE {houses} (
    address_id TEXT NOT NULL, street_id INTEGER NOT NULL, house_number TEXT NOT NULL,
    number_key TEXT COLLATE "C" NOT NULL, number_order INTEGER NOT NULL,
    lon_e6 INTEGER NOT NULL, lat_e6 INTEGER NOT NULL)
"""
_INDEXES = (
    "CREATE INDEX {streets}_by_key ON {streets} (street_key)",
    "CREATE INDEX {streets}_by_words ON {streets} USING gin (words)",
    "ALTER TABLE {houses} ADD PRIMARY KEY (address_id)",
    "CREATE INDEX {houses}_by_number ON {houses} (street_id, number_key)",
    "ANALYZE {streets}",
    "ANALYZE {houses}",
)
_STREET_COLUMNS = ("street_id", "street", "street_key", "place", "postal_code", "city")
_HOUSE_COLUMNS = ("address_id", "street_id", "house_number", "number_key", "number_order", "lon_e6", "lat_e6")
_COLUMNS = "edition, name, data_date, address_count, made_at"


class TableRegister(IndexedRegister):
    """One edition; its tables never change."""

    def __init__(self, engine: Engine, edition: Edition) -> None:
        super().__init__(edition.source)
        self._engine = engine
        self.streets, self.houses = _tables(edition.edition)

    def _rows(self, statement: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        try:
            with reading(self._engine) as conn:
                return conn.execute(text(statement), dict(values)).all()
        except SQLAlchemyError as error:
            raise EngineUnavailable(f"The address tables cannot be read: {type(error).__name__}") from error

    def _word_search(self, limit: int | None) -> str:
        most = "" if limit is None else f" LIMIT {limit}"
        return f"SELECT street_id FROM {self.streets} WHERE words @@ CAST(:words AS tsquery){most}"  # noqa: S608

    def _word_query(self, wanted: Sequence[str], *, begun: bool) -> str:
        return " & ".join(f"'{word}':*" if begun else f"'{word}'" for word in wanted)


class TableEditions:
    """Editions in the service's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, file: Path, edition: Edition) -> None:
        """In one transaction: an edition is there as a whole or not at all."""
        if any(one.edition == edition.edition for one in self.all()):
            return
        names = dict(zip(("streets", "houses"), _tables(edition.edition), strict=True))
        with writing(self._engine) as conn, closing(sqlite3.connect(file)) as db:
            for statement in (_STREETS, _HOUSES):
                conn.execute(text(statement.format(**names)))
            _copy_streets(conn, names["streets"], db)
            _copy_houses(conn, names["houses"], db)
            for statement in _INDEXES:
                conn.execute(text(statement.format(**names)))
            values = ", ".join(f":{name}" for name in _COLUMNS.split(", "))
            conn.execute(
                text(f"INSERT INTO address_editions_v1 ({_COLUMNS}, current) VALUES ({values}, false)"),  # noqa: S608
                {name: getattr(edition, name) for name in _COLUMNS.split(", ")},
            )

    def use(self, edition: str) -> None:
        with writing(self._engine) as conn:
            conn.execute(text("UPDATE address_editions_v1 SET current = (edition = :edition)"), {"edition": edition})

    def all(self) -> Sequence[Edition]:
        return self._editions("")

    def current_edition(self) -> str:
        return next((one.edition for one in self._editions("WHERE current")), "")

    def current(self) -> TableRegister:
        try:
            found = self._editions("WHERE current")
        except SQLAlchemyError as error:
            raise EngineUnavailable(f"The address tables cannot be read: {type(error).__name__}") from error
        if not found:
            raise EngineUnavailable(NO_REGISTER)
        return TableRegister(self._engine, found[0])

    def _editions(self, condition: str) -> list[Edition]:
        with reading(self._engine) as conn:
            rows = conn.execute(
                text(f"SELECT {_COLUMNS} FROM address_editions_v1 {condition} ORDER BY made_at")  # noqa: S608
            )
            return [Edition(*row) for row in rows]


def _tables(edition: str) -> tuple[str, str]:
    return f"address_streets_{edition}", f"address_houses_{edition}"


def _copy_streets(conn: Connection, name: str, db: sqlite3.Connection) -> None:
    """Words become a vector as they are: they are folded already, and no language's rules apply to names."""
    rows = _read(db, "streets", _STREET_COLUMNS)
    _insert(conn, name, ({**row, "words": _vector(row)} for row in rows))


def _vector(street: Mapping[str, Any]) -> str:
    named = " ".join(street[name] for name in ("street", "place", "postal_code", "city"))
    return " ".join(f"'{word}'" for word in words(named))


def _copy_houses(conn: Connection, name: str, db: sqlite3.Connection) -> None:
    _insert(conn, name, _read(db, "houses", _HOUSE_COLUMNS))


def _read(db: sqlite3.Connection, name: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in db.execute(f"SELECT {', '.join(columns)} FROM {name}"):  # noqa: S608
        yield dict(zip(columns, row, strict=True))


def _insert(conn: Connection, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Many rows in one statement: a round trip for each would take hours."""
    for some in batched(rows, _ROWS_AT_ONCE):
        conn.execute(insert(table(name, *(column(one) for one in some[0]))), list(some))
