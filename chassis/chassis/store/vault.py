"""The keys of people, in a database apart from the log: those made here, and those that others gave with their feeds.

A person has two keys of their own here: ``own`` never leaves the vault, ``shared`` is given to whoever may read the
feed. Destroying them makes every copy of what they sealed unreadable at once, in backups and in queues as well.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import batched
from typing import Any, Final
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Column, Connection, Engine, Index, LargeBinary, MetaData, Table, Text, func, select, text, update
from sqlalchemy.exc import DBAPIError

from chassis.clock import Clock, iso_utc, utc_now
from chassis.errors import Unavailable
from chassis.store.engine import reading, writing
from chassis.store.upsert import put_missing

OWN: Final = "own"
SHARED: Final = "shared"
RECEIVED: Final = "received"

KEYS = MetaData()
subject_keys = Table(
    "subject_keys",
    KEYS,
    Column("key_id", Text, primary_key=True),
    Column("subject_id", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("wrapped_key", LargeBinary),
    Column("created_at", Text, nullable=False),
    Column("destroyed_at", Text),
    Index("subject_keys_subject", "subject_id"),
    Index(
        "subject_keys_made",
        "subject_id",
        "purpose",
        unique=True,
        postgresql_where=text("purpose <> 'received'"),
        sqlite_where=text("purpose <> 'received'"),
    ),
)
erased_subjects = Table(
    "erased_subjects", KEYS, Column("subject_id", Text, primary_key=True), Column("erased_at", Text, nullable=False)
)

LOOK_S: Final = 5.0
"""How long a process may go on with a key that another process of the service has destroyed."""

_KEY_BYTES = 32
_AT_ONCE = 5_000
_MOST_AT_HAND = 20_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key, or the place where one was: ``cipher`` and ``raw`` are None once it is destroyed."""

    key_id: str
    purpose: str
    raw: bytes | None = field(repr=False)
    cipher: AESGCM | None = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Given:
    """A key as another service's feed gives it; ``raw`` None: it was destroyed there."""

    key_id: str
    subject_id: str
    raw: bytes | None = field(repr=False)


class KeyVault:
    """The keys of people, wrapped by ``master_key`` (32 bytes). Unwrapped ones are kept in memory, at most 20,000 of
    them, and forgotten when a person is; in other processes of the service within five seconds.
    """

    def __init__(self, engine: Engine, master_key: bytes, *, clock: Clock = utc_now) -> None:
        if len(master_key) != _KEY_BYTES:
            message = "the master key must be 32 bytes"
            raise ValueError(message)
        self._engine = engine
        self._master_key = master_key
        self._clock = clock
        self._by_id: dict[str, Key] = {}
        self._by_person: dict[tuple[str, str], Key] = {}
        self._erased: frozenset[str] = frozenset()
        self._looked_at = float("-inf")
        self._holding = 0

    def create_tables(self) -> None:
        """Make the key tables where they are missing; of two processes that start together, one does."""
        try:
            KEYS.create_all(self._engine)
        except DBAPIError:
            KEYS.create_all(self._engine)  # the other has just made them; whatever else was wrong is wrong again

    def key_for(self, subject_id: str, purpose: str = SHARED) -> Key:
        """The person's key; made when there is none, and committed before it is used. A destroyed one for a person who
        is erased.
        """
        self._look()
        found = self._by_person.get((subject_id, purpose)) or self._made(subject_id, purpose)
        if found is None:
            self.make_for([subject_id], (purpose,))
            found = self._by_person.get((subject_id, purpose)) or self._made(subject_id, purpose)
        if found is None:
            raise Unavailable("key_missing", "a key was made and is not there")
        return found

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Inside the block the keys at hand are never dropped, however many they are."""
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
            self._bound()

    def make_for(self, subject_ids: Iterable[str], purposes: tuple[str, ...] = (OWN, SHARED)) -> None:
        """Keys for these people where they have none: together, because thousands in a transaction each take longer
        than a database lets another transaction wait.
        """
        made = [(one, purpose, str(uuid4()), AESGCM.generate_key(256)) for one in subject_ids for purpose in purposes]
        new: set[str] = set()
        with writing(self._engine) as conn:
            for part in batched(made, _AT_ONCE):
                new |= self._insert(conn, [self._row(*one) for one in part])
        for subject_id, purpose, key_id, raw in made:  # a key that was not committed must not be used by anybody
            if key_id in new:
                self._remember(subject_id, Key(key_id, purpose, raw, AESGCM(raw)))

    def at_hand(self, key_ids: Iterable[str]) -> set[str]:
        """Have these keys in memory, by one query for all that are not; gives those that are nowhere."""
        self._look()
        missing = {key_id for key_id in key_ids if key_id not in self._by_id}
        if not missing:
            return missing
        found = set()
        with reading(self._engine) as conn:
            for part in batched(sorted(missing), _AT_ONCE):
                for row in conn.execute(select(subject_keys).where(subject_keys.c.key_id.in_(part))):
                    self._remember(row.subject_id, self._key(row))
                    found.add(row.key_id)
        return missing - found

    def opening(self, key_id: str) -> Key:
        """The key by its id; ``Unavailable`` when it cannot be found or unwrapped."""
        key = self._by_id.get(key_id)
        if key is None and not self.at_hand([key_id]):
            key = self._by_id.get(key_id)
        if key is None:
            raise Unavailable("key_missing", "the key of a sealed field is not in the key table")
        return key

    def is_erased(self, subject_id: str) -> bool:
        """Whether the person has been erased here."""
        self._look()
        return subject_id in self._erased

    def keep(self, given: Iterable[Given]) -> None:
        """Keep what another service gave: a key that is new here, or that one is destroyed there. Of a person who was
        erased here nothing is kept.
        """
        kept = {one.key_id: one for one in given}
        unknown = self.at_hand(kept)
        gone = [key_id for key_id, one in kept.items() if one.raw is None and self._is_live(key_id)]
        if not unknown and not gone:
            return
        with writing(self._engine) as conn:
            if unknown:
                self._insert(conn, [self._received(kept[key_id]) for key_id in sorted(unknown)])
            if gone:
                conn.execute(update(subject_keys).where(subject_keys.c.key_id.in_(gone)).values(self._destroyed()))
        for key_id in gone:
            self._by_id.pop(key_id, None)

    def given_out(self, key_ids: Iterable[str]) -> dict[str, bytes | None]:
        """The keys by their ids, for a page of the feed; None for a destroyed one. None but shared ones are given."""
        wanted = list(key_ids)
        self.at_hand(wanted)
        found = (self._by_id.get(key_id) for key_id in wanted)
        return {key.key_id: key.raw for key in found if key is not None and key.purpose == SHARED}

    def destroy(self, subject_id: str) -> int:
        """Forget the person for good: every key of theirs is overwritten, and none is ever made or kept again. Gives
        how many were destroyed; doing it again does no harm.
        """
        with writing(self._engine) as conn:
            live = (subject_keys.c.subject_id == subject_id) & subject_keys.c.destroyed_at.is_(None)
            count = conn.execute(update(subject_keys).where(live).values(self._destroyed())).rowcount
            self._insert(conn, [self._row(subject_id, purpose, str(uuid4()), None) for purpose in (OWN, SHARED)])
            row = {"subject_id": subject_id, "erased_at": iso_utc(self._clock())}
            put_missing(conn, erased_subjects, [row])
        self._forget()
        return count

    def pseudonym(self, subject_id: str, text_: str) -> str:
        """A name for ``text_`` that nobody can work out or recognise again once the person is erased (128 bits)."""
        raw = self.key_for(subject_id, OWN).raw or AESGCM.generate_key(256)
        return hmac.new(raw, text_.encode(), sha256).hexdigest()[:32]

    def _look(self) -> None:
        """Hear, now and then, of people whom another process erased."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        with reading(self._engine) as conn:
            count = conn.execute(select(func.count()).select_from(erased_subjects)).scalar_one()
            if count != len(self._erased):
                self._by_id, self._by_person = {}, {}
                self._erased = frozenset(conn.execute(select(erased_subjects.c.subject_id)).scalars())

    def _forget(self) -> None:
        self._by_id, self._by_person = {}, {}
        self._looked_at = float("-inf")

    def _made(self, subject_id: str, purpose: str) -> Key | None:
        of_person = (subject_keys.c.subject_id == subject_id) & (subject_keys.c.purpose == purpose)
        with reading(self._engine) as conn:
            row = conn.execute(select(subject_keys).where(of_person)).one_or_none()
        return None if row is None else self._remember(subject_id, self._key(row))

    def _remember(self, subject_id: str, key: Key) -> Key:
        self._bound()
        self._by_id[key.key_id] = key
        if key.purpose != RECEIVED:
            self._by_person[subject_id, key.purpose] = key
        return key

    def _bound(self) -> None:
        if not self._holding and len(self._by_id) >= _MOST_AT_HAND:
            self._by_id, self._by_person = {}, {}

    def _is_live(self, key_id: str) -> bool:
        key = self._by_id.get(key_id)
        return key is not None and key.raw is not None

    def _insert(self, conn: Connection, rows: list[dict[str, Any]]) -> set[str]:
        """The ids of the keys that were new: a person who has a key keeps it."""
        put_missing(conn, subject_keys, rows)
        ids = [row["key_id"] for row in rows]
        return set(conn.execute(select(subject_keys.c.key_id).where(subject_keys.c.key_id.in_(ids))).scalars())

    def _received(self, given: Given) -> dict[str, Any]:
        raw = None if given.subject_id in self._erased else given.raw
        return self._row(given.subject_id, RECEIVED, given.key_id, raw)

    def _row(self, subject_id: str, purpose: str, key_id: str, raw: bytes | None) -> dict[str, Any]:
        at = iso_utc(self._clock())
        return {
            "key_id": key_id,
            "subject_id": subject_id,
            "purpose": purpose,
            "wrapped_key": None if raw is None else aes_key_wrap(self._master_key, raw),
            "created_at": at,
            "destroyed_at": at if raw is None else None,
        }

    def _destroyed(self) -> dict[str, Any]:
        return {"wrapped_key": None, "destroyed_at": iso_utc(self._clock())}

    def _key(self, row: Any) -> Key:
        raw = None if row.wrapped_key is None else self._unwrap(row.wrapped_key)
        return Key(row.key_id, row.purpose, raw, None if raw is None else AESGCM(raw))

    def _unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._master_key, wrapped)
        except InvalidUnwrap as error:
            raise Unavailable("wrong_master_key", "the master key does not open the key table") from error


def given_from(keys: Mapping[str, bytes | None], subjects: Mapping[str, str]) -> list[Given]:
    """The keys of a feed's page, with whose they are."""
    return [Given(key_id, subject_id, keys[key_id]) for key_id, subject_id in subjects.items() if key_id in keys]
