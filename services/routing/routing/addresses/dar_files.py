"""Addresses from the file download of DAR (Danmarks Adresseregister) at Datafordeler: one CSV file per entity.

A house number names its road, postal code, village and point by id, and the files are too large to keep in memory;
so what is pointed to goes into a file of its own first, and house numbers are read past it.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from chassis.clock import utc_now
from routing.domain.address import Address
from routing.domain.geography import Point
from routing.domain.utm import point_of

IN_FORCE = "3"
"""DAR's status of what holds today; others are planned, or were given up."""

_POINTED_TO = {
    "Adressepunkt": ("position", ""),
    "NavngivenVej": ("vejnavn", ""),
    "Postnummer": ("postnr", "navn"),
    "SupplerendeBynavn": ("navn", ""),
}
_LONGEST_FIELD = 2**31 - 1
"""The line of a long road is longer than a reader of CSV takes unless it is told to."""
_MAY_BE_MISSING = frozenset({"SupplerendeBynavn"})
_POINT = re.compile(r"POINT\s*Z?\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)", re.IGNORECASE)


class CannotRead(Exception):
    """The folder holds no file download of DAR; the message says what is wrong."""


@dataclass
class DarFiles:
    """A folder with the unpacked files, named as Datafordeler does (DAR_V1_Husnummer_TotalDownload_csv_….csv).

    Iterate ``addresses`` to the end, then ask for ``data_date``. What counts is what is in force ``now``.
    """

    folder: Path
    now: datetime = field(default_factory=utc_now)
    _newest: str = ""

    @property
    def data_date(self) -> str | None:
        """The date (ISO) of the newest registration among the house numbers."""
        return self._newest[:10] or None

    def files(self) -> list[Path]:
        """Every file that is read, in a fixed order."""
        found = [self._file(entity) for entity in ("Husnummer", *_POINTED_TO)]
        return [path for path in found if path is not None]

    def addresses(self) -> Iterator[Address]:
        """Every house number in force that has a point and a road."""
        with TemporaryDirectory() as place, closing(sqlite3.connect(Path(place) / "pointed-to.sqlite3")) as db:
            db.execute("CREATE TABLE pointed_to (id TEXT PRIMARY KEY, one TEXT, other TEXT) WITHOUT ROWID")
            for entity, columns in _POINTED_TO.items():
                rows = ((row["id_lokalId"], *(row.get(name) for name in columns)) for row in self._rows(entity))
                db.executemany("INSERT OR REPLACE INTO pointed_to VALUES (?, ?, ?)", rows)
            for row in self._rows("Husnummer"):
                if row.get("status") in (None, IN_FORCE):
                    self._newest = max(self._newest, row.get("registreringFra") or "")
                    yield from _address(db, row)

    def _rows(self, entity: str) -> Iterator[dict[str, str]]:
        """Rows as registered today and in force now; superseded ones carry the end of their registration."""
        path = self._file(entity)
        if path is None:
            return
        csv.field_size_limit(_LONGEST_FIELD)
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            for row in csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ","):
                if not row.get("registreringTil") and self._in_force(row, path):
                    yield row

    def _in_force(self, row: dict[str, str], path: Path) -> bool:
        since, until = row.get("virkningFra"), row.get("virkningTil")
        try:
            return not (since and _instant(since) > self.now) and not (until and _instant(until) <= self.now)
        except ValueError as error:
            raise CannotRead(f"{path.name} has a row in force from {since!r} to {until!r}; that is no date.") from error

    def _file(self, entity: str) -> Path | None:
        found = sorted({*self.folder.glob(f"*_{entity}_*.csv"), *self.folder.glob(f"{entity}.csv")})
        if not found and entity not in _MAY_BE_MISSING:
            raise CannotRead(f"{self.folder} holds no CSV file of {entity}.")
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise CannotRead(f"{self.folder} holds {len(found)} CSV files of {entity}: {names}; leave one of them.")
        return found[0] if found else None


def _instant(written: str) -> datetime:
    """A time without a zone is UTC's, as Datafordeler has it."""
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _address(db: sqlite3.Connection, row: dict[str, str]) -> Iterator[Address]:
    place, _ = _pointed_to(db, row.get("adgangspunkt"))
    street, _ = _pointed_to(db, row.get("navngivenVej"))
    point = point_in(place or "")
    if point is None or not street:
        return
    code, city = _pointed_to(db, row.get("postnummer"))
    village, _ = _pointed_to(db, row.get("supplerendeBynavn"))
    number = row["husnummertekst"]
    if number:
        yield Address(row["id_lokalId"].lower(), street, number, village or None, code or None, city or None, point)


def _pointed_to(db: sqlite3.Connection, pointed_id: str | None) -> Sequence[str | None]:
    found = db.execute("SELECT one, other FROM pointed_to WHERE id = ?", (pointed_id,)).fetchone()
    return (None, None) if found is None else (found[0], found[1])


def point_in(wkt: str) -> Point | None:
    """The place of a point in EPSG:25832 as well-known text; ``None`` for none, and for one that was never placed."""
    found = _POINT.search(wkt)
    if found is None or float(found.group(1)) == 0:
        return None
    return point_of(float(found.group(1)), float(found.group(2)))
