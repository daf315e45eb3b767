"""The record of the sets that are not live: who builds one and how far it is, and where a former one stopped."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Engine, MetaData, Table, and_, delete, insert, inspect, select, update

from chassis.clock import iso_utc
from chassis.errors import Conflict
from chassis.projections.model import Projection
from chassis.projections.places import FORMER, PREVIOUS, drop_abandoned, is_abandoned
from chassis.store import tables as t
from chassis.store.engine import writing

_sets = t.projection_sets


def begin(conn: Connection, projection: Projection, position: int, now: datetime) -> str:
    """Note that a set is being built from ``position`` on; gives the name of this building of it."""
    build_id = str(uuid4())
    conn.execute(delete(_sets).where(_is(projection, "building")))
    _note(conn, projection, "building", build_id, position, [], now)
    return build_id


def advance(engine: Engine, projection: Projection, build_id: str, position: int, now: datetime) -> None:
    """How far the building is. Raises ``Conflict`` when another one has taken its place."""
    with writing(engine) as conn:
        mine = and_(_is(projection, "building"), _sets.c.build_id == build_id)
        moved = {"position": position, "updated_at": iso_utc(now)}
        _mine(conn.execute(update(_sets).where(mine).values(moved)).rowcount)


def stay(conn: Connection, projection: Projection, build_id: str) -> None:
    """Hold the building's row until the end of the transaction. Raises ``Conflict`` when it is gone: its tables are, or
    are another's, and on PostgreSQL their names then stand for the live ones.
    """
    mine = select(_sets.c.build_id).where(_is(projection, "building"), _sets.c.build_id == build_id)
    if conn.dialect.name != "sqlite":
        mine = mine.with_for_update(read=True)
    _mine(len(conn.execute(mine).all()))


def put_aside(
    conn: Connection, projection: Projection, build_id: str, position: int, held: list[int], now: datetime
) -> None:
    """The building is over: what was live, at ``position`` and without ``held``, is the former set now."""
    _mine(conn.execute(delete(_sets).where(_is(projection, "building"), _sets.c.build_id == build_id)).rowcount)
    conn.execute(delete(_sets).where(_is(projection, "previous")))
    _note(conn, projection, "previous", build_id, position, held, now)


def find(conn: Connection, projection: Projection, role: str) -> Any:
    """The row of the set in ``role``, or None."""
    return conn.execute(select(_sets).where(_is(projection, role))).one_or_none()


def remove(conn: Connection, projection: Projection, role: str) -> None:
    """The set in ``role`` is gone."""
    conn.execute(delete(_sets).where(_is(projection, role)))


def give_up_all(conn: Connection) -> None:
    """Give up every set that is neither live nor being built: nobody may go back to what a former one holds, and what
    a building that died has left is no longer of use. One that goes on will see what happened meanwhile.
    """
    is_sqlite = conn.dialect.name == "sqlite"
    schema = None if is_sqlite else PREVIOUS
    for name in inspect(conn).get_table_names(schema=schema):
        if not is_sqlite or name.endswith(FORMER):
            Table(name, MetaData(), schema=schema).drop(conn)
    conn.execute(delete(_sets).where(_sets.c.role == "previous"))
    for row in conn.execute(select(_sets).where(_sets.c.role == "building")).all():
        if is_abandoned(conn, row.name, row.version):
            conn.execute(delete(_sets).where(_sets.c.role == "building", _sets.c.build_id == row.build_id))
            drop_abandoned(conn, row.name, json.loads(row.tables))


def held_of(row: Any) -> set[int]:
    """The positions a set was built without."""
    return set(json.loads(row.held))


def _note(
    conn: Connection, projection: Projection, role: str, build_id: str, position: int, held: list[int], now: datetime
) -> None:
    tables = json.dumps([table.name for table in projection.tables])
    key = {"name": projection.name, "version": projection.version, "role": role, "build_id": build_id, "tables": tables}
    at = {"since": iso_utc(now), "updated_at": iso_utc(now)}
    conn.execute(insert(_sets).values(**key, position=position, held=json.dumps(held), **at))


def _is(projection: Projection, role: str) -> ColumnElement[bool]:
    return and_(_sets.c.name == projection.name, _sets.c.version == projection.version, _sets.c.role == role)


def _mine(rows: int) -> None:
    if rows != 1:
        raise Conflict("rebuild_overtaken", "another rebuild of this projection has taken over")
