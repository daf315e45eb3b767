"""The keys that seal CPR numbers, made for a whole snapshot at once.

A key each in a transaction of its own takes longer for a municipality of 20,000 than the database lets a transaction
wait; together they take a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from sqlalchemy import Engine, insert

from chassis.clock import Clock, iso_utc, utc_now
from chassis.store import KeyVault, writing
from chassis.store.sealing import subject_keys

BATCH = 5_000


class PeopleKeys(KeyVault):
    def __init__(self, engine: Engine, master_key: bytes, *, clock: Clock = utc_now) -> None:
        super().__init__(engine, master_key, clock=clock)
        self._keys_engine, self._wrapping, self._time = engine, master_key, clock
        self._ready: dict[str, tuple[str, bytes]] = {}

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Keys made with `make_for` inside the block are handed out without another look, and forgotten after it."""
        try:
            yield
        finally:
            self._ready.clear()

    def make_for(self, person_ids: Iterable[str]) -> None:
        """A key for each of these people, none of whom has one yet."""
        keys = {person_id: (str(uuid4()), AESGCM.generate_key(256)) for person_id in person_ids}
        created_at = iso_utc(self._time())
        with writing(self._keys_engine) as conn:
            for part in batched(keys.items(), BATCH):
                conn.execute(insert(subject_keys), [self._row(*item, created_at) for item in part])
        self._ready.update(keys)

    def key_for(self, subject_id: str) -> tuple[str, bytes]:
        return self._ready.get(subject_id) or super().key_for(subject_id)

    def _row(self, person_id: str, made: tuple[str, bytes], created_at: str) -> dict[str, str | bytes]:
        key_id, key = made
        wrapped = aes_key_wrap(self._wrapping, key)
        return {"key_id": key_id, "subject_id": person_id, "wrapped_key": wrapped, "created_at": created_at}
