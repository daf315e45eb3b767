"""Finds a person by CPR number without keeping the number: an index of keyed hashes.

A plain hash of ten digits is guessed in minutes, so the index is HMAC-SHA-256 under a secret kept outside the database.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from itertools import batched
from uuid import uuid4

from sqlalchemy import Column, Connection, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError

from chassis.store import VersionConflict
from payroll.domain.cpr import Cpr
from payroll.projections.metadata import METADATA

BATCH = 5_000

person_index = Table(
    "person_index",
    METADATA,
    Column("cpr_hmac", Text, primary_key=True),
    Column("person_id", Text, nullable=False, unique=True),
)


class CprIndex:
    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper

    def person_ids(self, conn: Connection, cprs: Iterable[Cpr]) -> dict[Cpr, str]:
        """The id of each person; a random one, kept from now on, for a number that was not known.

        VersionConflict when somebody else takes in the same new number at the same time.
        """
        keyed = {cpr: self._keyed(cpr) for cpr in cprs}
        known = _known(conn, keyed.values())
        new = {key: str(uuid4()) for key in keyed.values() if key not in known}
        try:
            for part in batched(new.items(), BATCH):
                conn.execute(insert(person_index), [{"cpr_hmac": key, "person_id": made} for key, made in part])
        except IntegrityError as error:
            raise VersionConflict("version_conflict", "another snapshot is being taken in") from error
        return {cpr: known.get(key) or new[key] for cpr, key in keyed.items()}

    def _keyed(self, cpr: Cpr) -> str:
        return hmac.new(self._pepper, cpr.digits.encode(), sha256).hexdigest()


def _known(conn: Connection, keys: Iterable[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for part in batched(keys, BATCH):
        query = select(person_index.c.cpr_hmac, person_index.c.person_id).where(person_index.c.cpr_hmac.in_(part))
        known.update({row.cpr_hmac: row.person_id for row in conn.execute(query)})
    return known
