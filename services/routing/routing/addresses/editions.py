"""Registers made by `routing addresses build`, side by side like maps, one of them current.

With SQLite each is a file of its own; with PostgreSQL two tables in the service's database, so that every process of
the service, wherever it runs, finds the same addresses.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from routing.addresses.build import write_addresses
from routing.addresses.dar_files import DarFiles
from routing.addresses.register import AddressRegister
from routing.domain.errors import EngineUnavailable
from routing.domain.events import AddressSource
from routing.domain.register import Register
from routing.maps.manifest import ADDRESSES
from routing.maps.osm import MapContents, sha256_of
from routing.pointing import current_id, make_current, write_whole

_LOG = logging.getLogger(__name__)

EDITION = "edition.json"
LAYOUT_VERSION = 2
"""Part of an edition's name: a new layout of the tables, or another choice of rows, is a new edition."""

NO_REGISTER = "No address register has been built yet: run `routing addresses build`."


@dataclass(frozen=True, slots=True)
class Edition:
    """One register: its name is of its data, so the same data has the same name anywhere."""

    edition: str
    name: str
    data_date: str | None
    address_count: int
    made_at: str

    @property
    def source(self) -> AddressSource:
        return AddressSource(self.name, self.edition, self.data_date)


class Editions(Protocol):
    """Where registers are kept; an ``AddressBook`` too."""

    def keep(self, file: Path, edition: Edition) -> None:
        """Takes over the address file at ``file``; it is not current yet. An edition that is there stays as it is."""
        ...

    def use(self, edition: str) -> None: ...

    def all(self) -> Sequence[Edition]:
        """The oldest first."""
        ...

    def current_edition(self) -> str: ...

    def current(self) -> Register: ...


def build_edition(source: Path, editions: Editions, workplace: Path, made_at: str) -> Edition:
    """The register of ``source``: a folder with DAR's files, or an OSM file; ``CannotRead`` or ``CannotBuild`` for what
    is neither.
    """
    workplace.mkdir(parents=True, exist_ok=True)
    file = workplace / ADDRESSES
    file.unlink(missing_ok=True)  # of a build that was killed
    contents: DarFiles | MapContents = _dar(source, made_at) if source.is_dir() else MapContents(source)
    files = contents.files() if isinstance(contents, DarFiles) else [source]
    name = "dar-files" if source.is_dir() else "openstreetmap"
    count = write_addresses(file, contents.addresses())
    edition = Edition(_edition_of(files), name, contents.data_date, count, made_at)
    editions.keep(file, edition)
    return edition


def _dar(folder: Path, made_at: str) -> DarFiles:
    return DarFiles(folder, datetime.fromisoformat(made_at))


def _edition_of(files: Iterable[Path]) -> str:
    named = json.dumps([LAYOUT_VERSION, *(sha256_of(path) for path in files)])
    return hashlib.sha256(named.encode()).hexdigest()[:16]


class FileEditions:
    """Editions in a folder, each in one of its own; a running service takes a new one up between two questions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[str, AddressRegister] | None = None

    def keep(self, file: Path, edition: Edition) -> None:
        target = self._folder / edition.edition
        if _read_or_none(target / EDITION) is not None:
            return
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        shutil.move(file, target / ADDRESSES)
        with (target / ADDRESSES).open("rb") as moved:
            os.fsync(moved.fileno())
        write_whole(target / EDITION, json.dumps(asdict(edition), indent=2, ensure_ascii=False) + "\n")

    def use(self, edition: str) -> None:
        make_current(self._folder, edition)

    def all(self) -> Sequence[Edition]:
        found = [_read_or_none(path) for path in self._folder.glob(f"*/{EDITION}")]
        return sorted((one for one in found if one is not None), key=lambda edition: edition.made_at)

    def current_edition(self) -> str:
        return current_id(self._folder)

    def current(self) -> Register:
        name = self.current_edition()
        if not name:
            raise EngineUnavailable(NO_REGISTER)
        if self._open is None or self._open[0] != name:
            self._open = (name, self._opened(name))
        return self._open[1]

    def _opened(self, name: str) -> AddressRegister:
        try:
            edition = _read(self._folder / name / EDITION)
        except (OSError, ValueError, TypeError) as error:
            raise EngineUnavailable(f"The address register {name} cannot be read: {error}") from error
        return AddressRegister(self._folder / name / ADDRESSES, edition.source)


def _read_or_none(path: Path) -> Edition | None:
    """An edition whose description was cut off is none: building it again makes it."""
    try:
        return _read(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        _LOG.warning(
            "an address register cannot be read", extra={"register": path.parent.name, "reason": type(error).__name__}
        )
        return None


def _read(path: Path) -> Edition:
    return Edition(**json.loads(path.read_text(encoding="utf-8")))
