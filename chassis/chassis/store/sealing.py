"""Personal fields, sealed per person: AES-256-GCM with a key of the person's own, kept apart from the log.

The log, its backups and its hash chain hold ciphertext only. Destroying a person's key makes every copy of the
field unreadable at once; it then reads as *erased* and never as an error.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Column, Engine, Index, LargeBinary, MetaData, Table, Text, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import Clock, iso_utc, utc_now
from chassis.errors import Unavailable, Unreadable
from chassis.store.engine import is_sqlite, reading, writing

KEYS = MetaData()
subject_keys = Table(
    "subject_keys",
    KEYS,
    Column("key_id", Text, primary_key=True),
    Column("subject_id", Text, nullable=False),
    Column("wrapped_key", LargeBinary),
    Column("created_at", Text, nullable=False),
    Column("destroyed_at", Text),
    Index(
        "subject_keys_live",
        "subject_id",
        unique=True,
        postgresql_where=text("destroyed_at IS NULL"),
        sqlite_where=text("destroyed_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class Personal:
    """A value about ``subject_id`` that may be forgotten; ``value`` is None once it has been."""

    subject_id: str
    value: str | None = field(repr=False)

    @property
    def erased(self) -> bool:
        """Whether the person's key has been destroyed."""
        return self.value is None

    def __str__(self) -> str:
        """Never the value: it must not slip into a log or a page by accident."""
        return "[slettet]" if self.erased else "[personal]"


_KEY_BYTES = 32
_KEYS_AT_ONCE = 5_000


class KeyVault:
    """The keys of people, wrapped by ``master_key`` (32 bytes), in a database apart from the log."""

    def __init__(self, engine: Engine, master_key: bytes, *, clock: Clock = utc_now) -> None:
        if len(master_key) != _KEY_BYTES:
            message = "the master key must be 32 bytes"
            raise ValueError(message)
        self._engine = engine
        self._master_key = master_key
        self._clock = clock
        self._at_hand: dict[str, tuple[str, bytes]] = {}

    def create_tables(self) -> None:
        """Make the key table where it is missing."""
        KEYS.create_all(self._engine)

    def key_for(self, subject_id: str) -> tuple[str, bytes]:
        """The person's key id and key; made when there is none. Committed before it is used."""
        found = self._at_hand.get(subject_id) or self._live_key(subject_id)
        return found if found is not None else self._make_key(subject_id)

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Keys made with ``make_for`` inside the block are handed out without another look, and forgotten after it."""
        try:
            yield
        finally:
            self._at_hand.clear()

    def make_for(self, subject_ids: Iterable[str]) -> None:
        """A key for each of these people, none of whom has one yet: together, because thousands in a transaction each
        take longer than a database lets another transaction wait.
        """
        keys = {subject_id: (str(uuid4()), AESGCM.generate_key(256)) for subject_id in subject_ids}
        with writing(self._engine) as conn:
            for part in batched(keys.items(), _KEYS_AT_ONCE):
                conn.execute(insert(subject_keys), [self._row(subject_id, *made) for subject_id, made in part])
        self._at_hand.update(keys)

    def open_key(self, key_id: str) -> bytes | None:
        """The key, or None when it was destroyed; ``Unavailable`` when it cannot be found or unwrapped."""
        with reading(self._engine) as conn:
            row = conn.execute(select(subject_keys).where(subject_keys.c.key_id == key_id)).one_or_none()
        if row is None:
            raise Unavailable("key_missing", "the key of a sealed field is not in the key table")
        return None if row.wrapped_key is None else self._unwrap(row.wrapped_key)

    def destroy(self, subject_id: str) -> int:
        """Forget the person: every key of theirs is overwritten; gives how many were destroyed."""
        self._at_hand.pop(subject_id, None)
        with writing(self._engine) as conn:
            live = (subject_keys.c.subject_id == subject_id) & subject_keys.c.destroyed_at.is_(None)
            forgotten = {"wrapped_key": None, "destroyed_at": iso_utc(self._clock())}
            return conn.execute(update(subject_keys).where(live).values(forgotten)).rowcount

    def _live_key(self, subject_id: str) -> tuple[str, bytes] | None:
        live = (subject_keys.c.subject_id == subject_id) & subject_keys.c.destroyed_at.is_(None)
        with reading(self._engine) as conn:
            row = conn.execute(select(subject_keys).where(live)).one_or_none()
        return None if row is None else (row.key_id, self._unwrap(row.wrapped_key))

    def _make_key(self, subject_id: str) -> tuple[str, bytes]:
        row = self._row(subject_id, str(uuid4()), AESGCM.generate_key(256))
        upsert = sqlite.insert if is_sqlite(self._engine) else postgresql.insert
        with writing(self._engine) as conn:
            conn.execute(upsert(subject_keys).values(row).on_conflict_do_nothing())
        found = self._live_key(subject_id)
        if found is None:
            raise Unavailable("key_missing", "a key was made and is not there")
        return found

    def _row(self, subject_id: str, key_id: str, key: bytes) -> dict[str, str | bytes]:
        wrapped = aes_key_wrap(self._master_key, key)
        created_at = iso_utc(self._clock())
        return {"key_id": key_id, "subject_id": subject_id, "wrapped_key": wrapped, "created_at": created_at}

    def _unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._master_key, wrapped)
        except InvalidUnwrap as error:
            raise Unavailable("wrong_master_key", "the master key does not open the key table") from error


class Sealer:
    """Replaces :class:`Personal` values in event data by sealed ones, and back."""

    def __init__(self, vault: KeyVault) -> None:
        self._vault = vault

    def seal(self, data: dict[str, Any], event_id: str) -> dict[str, Any]:
        """``data`` with every :class:`Personal` sealed; bound to the event and the field's place in it."""

        def one(value: Any, path: str) -> Any:
            if not isinstance(value, Personal) or value.value is None:
                return value
            key_id, key = self._vault.key_for(value.subject_id)
            nonce = os.urandom(12)
            sealed = AESGCM(key).encrypt(nonce, value.value.encode(), _bound(event_id, path, value.subject_id))
            return {
                "$sealed": 1,
                "alg": "A256GCM",
                "key": key_id,
                "subject": value.subject_id,
                "n": b64encode(nonce).decode(),
                "c": b64encode(sealed).decode(),
            }

        sealed_data: dict[str, Any] = walk(data, one)
        return sealed_data

    def open(self, data: dict[str, Any], event_id: str) -> dict[str, Any]:
        """``data`` with every sealed field opened; an erased one has no value."""

        def one(value: Any, path: str) -> Any:
            if not isinstance(value, dict) or value.get("$sealed") != 1:
                return value
            key = self._vault.open_key(value["key"])
            if key is None:
                return Personal(value["subject"], None)
            try:
                bound = _bound(event_id, path, value["subject"])
                opened = AESGCM(key).decrypt(b64decode(value["n"]), b64decode(value["c"]), bound)
            except InvalidTag as error:
                raise Unreadable("seal_broken", "a sealed field was changed or moved") from error
            return Personal(value["subject"], opened.decode())

        opened_data: dict[str, Any] = walk(data, one)
        return opened_data


def _bound(event_id: str, path: str, subject_id: str) -> bytes:
    return f"{event_id}|{path}|{subject_id}".encode()


def walk(value: Any, change: Callable[[Any, str], Any], path: str = "") -> Any:
    """``value`` with ``change(item, path)`` applied to every item, outermost first."""
    changed = change(value, path)
    if changed is not value:
        return changed
    if isinstance(value, dict):
        return {key: walk(item, change, f"{path}/{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [walk(item, change, f"{path}/{index}") for index, item in enumerate(value)]
    return value
