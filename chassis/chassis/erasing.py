"""Forgetting a person: their keys are destroyed, and that it was done stands in the service's own database.

So keys that return with an old backup of the key table are destroyed again at the next start.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy import Connection, insert, select

from chassis.clock import iso_utc
from chassis.core import app_of
from chassis.projections import give_up_all
from chassis.store import EventStore, KeyVault, reading
from chassis.store.tables import erasures

_log = logging.getLogger(__name__)


class Erasures(DependencyProvider):
    """Before a service works, whoever was erased is forgotten by its vault as well."""

    def setup(self) -> None:
        """Destroys keys that should be gone."""
        destroy_again(app_of(self.container).store)


def note(conn: Connection, subject_id: str, at: datetime) -> None:
    """Note in the transaction of the event that says so that a person is erased; once is enough. Tables of read models
    that are not live, in which they still stand, are given up.
    """
    if not is_noted(conn, subject_id):
        give_up_all(conn)
        conn.execute(insert(erasures).values(subject_id=subject_id, erased_at=iso_utc(at)))


def is_noted(conn: Connection, subject_id: str) -> bool:
    """Whether the person is erased here."""
    query = select(erasures.c.subject_id).where(erasures.c.subject_id == subject_id)
    return conn.execute(query).scalar_one_or_none() is not None


def destroy_again(store: EventStore) -> int:
    """Destroy the keys of everybody erased whose keys are still, or again, there; gives how many people these were."""
    vault = vault_of(store)
    with reading(store.engine) as conn:
        known = list(conn.execute(select(erasures.c.subject_id)).scalars())
    returned = [subject_id for subject_id in known if not vault.is_erased(subject_id)]
    for subject_id in returned:
        vault.destroy(subject_id)
    if returned:
        _log.warning("keys of erased people were there again, and are destroyed", extra={"people": len(returned)})
    return len(returned)


def vault_of(store: Any) -> KeyVault:
    """The vault behind a store whose events are sealed."""
    vault: KeyVault = store.sealer.vault
    return vault


def forget(store: Any, uow: Any, subject_id: str) -> bool:
    """In answer to the news that somebody is erased: destroy their keys, those others gave among them, and note it in
    the transaction; False when that was done before. Whoever confirms it later in the transaction tells the truth.
    """
    if is_noted(uow.conn, subject_id):
        return False
    vault_of(store).destroy(subject_id)
    note(uow.conn, subject_id, uow.now)
    return True
