"""Where the read models' tables are registered, and how their rows are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import batched
from typing import Any

from sqlalchemy import Column, Connection, MetaData
from sqlalchemy.dialects import postgresql, sqlite

from chassis.canonical import canonical
from chassis.store import EventCodec

METADATA = MetaData()
BATCH = 5_000


class Documents[T]:
    """Turns one of the domain's frozen dataclasses into a text column and back, as strictly as an event."""

    def __init__(self, cls: type[T]) -> None:
        self._name = cls.__name__
        self._cls = cls
        self._codec = EventCodec({self._name: cls})

    def dump(self, value: T) -> str:
        return canonical(self._codec.encode(value).data)

    def load(self, text: str) -> T:
        value = self._codec.decode(self._name, 1, json.loads(text))
        assert isinstance(value, self._cls)  # noqa: S101 (the codec holds one type)
        return value


def put(conn: Connection, key: Column[Any], rows: Mapping[Any, Mapping[str, Any]]) -> None:
    """Write `rows` (by the value of `key`), each in the place of the one that was there."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = make(key.table)
    rest = {column.name: statement.excluded[column.name] for column in key.table.columns if column is not key}
    if rows:
        statement = statement.on_conflict_do_update(index_elements=[key], set_=rest)
        conn.execute(statement, [dict(row) for row in rows.values()])


def parts(values: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """Values in lists short enough to be bound in one statement."""
    return batched(values, BATCH)
