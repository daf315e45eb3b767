"""The projection all sides keep: one row for each trip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg2
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, create_engine, func, select

from bench.append.inserts import driver_address
from bench.sample import distance_m

TABLE = Table(
    "seen_v1",
    MetaData(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("trip_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("distance_m", Integer, nullable=False),
)
INSERT = "INSERT INTO seen_v1 (sequence, trip_id, person_id, distance_m) VALUES (%s, %s, %s, %s)"


def make_table(url: str) -> None:
    """The empty table."""
    engine = create_engine(url)
    TABLE.create(engine)
    engine.dispose()


def row_of(event: Mapping[str, Any]) -> tuple[int, str, str, int]:
    """The row of an event as it came over the wire."""
    data = event["data"]
    return int(event["sequence"]), data["trip_id"], data["person_id"], data["distance_m"]


def connect(url: str) -> Any:
    """A psycopg2 connection."""
    return psycopg2.connect(driver_address(url))


def check(url: str, count: int) -> None:
    """Every event has its row, and the distances add up to what was driven."""
    engine = create_engine(url)
    columns = (func.count(), func.max(TABLE.c.sequence), func.sum(TABLE.c.distance_m))
    with engine.connect() as conn:
        found = tuple(int(value or 0) for value in conn.execute(select(*columns)).one())
    engine.dispose()
    wanted = (count, count, sum(distance_m(number) for number in range(1, count + 1)))
    assert found == wanted, f"rows, last and metres are {found}, not {wanted}"


def count_rows(url: str) -> int:
    """How many rows there are."""
    engine = create_engine(url)
    with engine.connect() as conn:
        found = conn.execute(select(func.count()).select_from(TABLE)).scalar_one()
    engine.dispose()
    return int(found)
