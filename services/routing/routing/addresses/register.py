"""The address file: a register in a file of SQLite, which nobody changes after it is made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from routing.addresses.indexed import IndexedRegister
from routing.domain.errors import EngineUnavailable
from routing.domain.events import AddressSource


class AddressRegister(IndexedRegister):
    """Read-only view of one address file."""

    def __init__(self, path: Path, source: AddressSource) -> None:
        """Raises ``EngineUnavailable``, as every question does, for a file that is missing or is no address file."""
        super().__init__(source)
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with _readable():
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.get("")

    def close(self) -> None:
        self._db.close()

    def _rows(self, statement: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        with _readable():
            return self._db.execute(statement, dict(values)).fetchall()

    def _word_search(self, limit: int | None) -> str:
        """The limit is the index's own: it stops there, however many streets have the words."""
        most = "" if limit is None else f" LIMIT {limit}"
        return f"SELECT rowid FROM street_words WHERE street_words MATCH :words{most}"  # noqa: S608

    def _word_query(self, wanted: Sequence[str], *, begun: bool) -> str:
        return " ".join(f'"{word}"*' if begun else f'"{word}"' for word in wanted)


@contextmanager
def _readable() -> Iterator[None]:
    """A file that SQLite cannot read is a broken map, not a mistake in the question: an operator mends it."""
    try:
        yield
    except sqlite3.Error as error:
        raise EngineUnavailable(f"The address file cannot be read: {error}") from error
