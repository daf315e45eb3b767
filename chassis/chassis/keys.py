"""A service's vault: the keys of people in a database of their own, wrapped by a key that is in neither database."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from chassis.bus.feeds import FeedReader
from chassis.bus.opening import KeepingFeed
from chassis.clock import Clock
from chassis.config import CommonConfig, ConfigError
from chassis.store import KeyVault, open_engine

KEY_BYTES = 32
SHARED_BY_ALL = "is missing: several processes must share it."


def open_vault(config: CommonConfig, service: str, clock: Clock) -> KeyVault:
    """The vault as ``config`` says. With SQLite what is not given is made once, in files of the data folder.

    ``ConfigError`` when something is missing while the service's database is a server's.
    """
    if problems := missing_keys(config, service):
        raise ConfigError(problems)
    folder = data_folder(config)
    url = config.keys_database_url or f"sqlite:///{folder.resolve() / f'{service}-keys.db'}"
    master_key = key_of(f"{service.upper()}_MASTER_KEY", config.master_key, folder / f"{service}-master.key")
    vault = KeyVault(open_engine(url), master_key, clock=clock)
    vault.create_tables()
    return vault


def missing_keys(config: CommonConfig, service: str) -> list[str]:
    """A sentence for each variable that must be given."""
    if config.database_url.startswith("sqlite"):
        return []
    given = {"KEYS_DATABASE_URL": config.keys_database_url, "MASTER_KEY": config.master_key}
    return [f"{service.upper()}_{name} {SHARED_BY_ALL}" for name, value in given.items() if not value]


def data_folder(config: CommonConfig) -> Path:
    """The folder for what is made once; it is made itself where one process is everything."""
    folder = Path(config.data_dir)
    if config.database_url.startswith("sqlite"):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def key_of(name: str, given: str, file: Path) -> bytes:
    """32 bytes from hexadecimal digits: those ``given``, else those in ``file``, made when it is not there."""
    if not given:
        given, name = _kept(file), str(file)
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError([f"{name} must be {2 * KEY_BYTES} hexadecimal digits."])
    return key


class KeepingFeeds(Mapping[str, FeedReader]):
    """Others' feeds, whose keys are kept when they are read."""

    def __init__(self, feeds: Mapping[str, FeedReader], vault: KeyVault) -> None:
        self._feeds = feeds
        self._vault = vault

    def __getitem__(self, source: str) -> FeedReader:
        return KeepingFeed(self._feeds[source], self._vault)

    def __iter__(self) -> Iterator[str]:
        return iter(self._feeds)

    def __len__(self) -> int:
        return len(self._feeds)


def _kept(file: Path) -> str:
    """The key in the file; made, readable by its owner alone, when there is none."""
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(made := secrets.token_hex(KEY_BYTES))
    return made
