"""Rows by their key: what is written is read again, in the place of what was there, on both databases."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Date, LargeBinary, MetaData, Table, Text, delete, select
from sqlalchemy.exc import ProgrammingError

from chassis.store import writing
from chassis.store.upsert import put, put_missing

THINGS = Table(
    "things",
    MetaData(),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("of", Text, primary_key=True),
    Column("name", Text),
    Column("count", BigInteger),
    Column("whole", Boolean),
    Column("on", Date),
    Column("key", LargeBinary),
    Column("kept", Text, server_default="as it was"),
)
INT8 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ROW = st.fixed_dictionaries(
    {
        "id": INT8,
        "of": TEXT,
        "name": st.none() | TEXT,
        "count": st.none() | INT8,
        "whole": st.none() | st.booleans(),
        "on": st.none() | st.dates(),
        "key": st.none() | st.binary(),
    }
)
ROWS = st.lists(ROW, unique_by=lambda row: (row["id"], row["of"]))


@pytest.fixture(autouse=True)
def tables(engine):
    THINGS.create(engine)


def row(number, **values):
    return {"id": number, "of": "x", "name": "n", "count": 1, "whole": True, "on": None, "key": b"\x00\\", **values}


def stored(conn):
    return [dict(one) for one in conn.execute(select(THINGS).order_by(THINGS.c.id, THINGS.c.of)).mappings()]


@given(ROWS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_value_comes_back_as_it_was(engine, rows):
    with writing(engine) as conn:
        conn.execute(delete(THINGS))
        put(conn, THINGS, rows)
        found = {(one["id"], one["of"]): one for one in stored(conn)}
    assert found == {(one["id"], one["of"]): {**one, "kept": "as it was"} for one in rows}


def test_a_row_takes_the_place_of_the_one_with_its_key_and_leaves_other_columns(engine):
    with writing(engine) as conn:
        put(conn, THINGS, [row(1, kept="mine"), row(2, kept="yours")])
        put(conn, THINGS, [row(1, name="changed", on=date(2026, 2, 28))])
        first, second = stored(conn)
    assert (first["name"], first["on"], first["kept"]) == ("changed", date(2026, 2, 28), "mine")
    assert second["name"] == "n"


def test_a_row_gives_way_only_to_one_in_which_the_column_has_risen(engine):
    with writing(engine) as conn:
        put(conn, THINGS, [row(1, count=5), row(2, count=5), row(3, count=5)], rising="count")
        changed = [row(1, count=4, name="older"), row(2, count=5, name="same"), row(3, count=6, name="newer")]
        put(conn, THINGS, changed, rising="count")
        assert [(one["count"], one["name"]) for one in stored(conn)] == [(5, "n"), (5, "n"), (6, "newer")]


def test_only_keys_are_written_once(engine):
    with writing(engine) as conn:
        put(conn, THINGS, [{"id": 1, "of": "x"}])
        put(conn, THINGS, [{"id": 1, "of": "x"}, {"id": 2, "of": "x"}])
        assert [one["id"] for one in stored(conn)] == [1, 2]


def test_what_is_missing_is_added_and_what_is_there_stays(engine):
    with writing(engine) as conn:
        put(conn, THINGS, [row(1)])
        put_missing(conn, THINGS, [row(1, name="other"), row(2, name="new")])
        assert [one["name"] for one in stored(conn)] == ["n", "new"]


@pytest.mark.parametrize("write", [put, put_missing])
def test_rows_of_several_shapes_are_refused(engine, write):
    with pytest.raises(ValueError, match="same columns"), writing(engine) as conn:
        write(conn, THINGS, [row(1), {"id": 2, "of": "x"}])


def test_two_rows_of_one_key_are_refused(engine):
    with pytest.raises((ValueError, ProgrammingError)), writing(engine) as conn:
        put(conn, THINGS, [row(1, name="one"), row(1, name="other")])


@pytest.mark.parametrize("write", [put, put_missing])
def test_columns_may_be_named_as_sqlalchemy_names_them(engine, write):
    """Which is by a kind of text of its own."""
    named = {column.name: row(1).get(column.name) for column in THINGS.columns}
    with writing(engine) as conn:
        write(conn, THINGS, [named])
        assert [one["name"] for one in stored(conn)] == ["n"]


@pytest.mark.parametrize("write", [put, put_missing])
def test_nothing_writes_nothing(engine, write):
    with writing(engine) as conn:
        write(conn, THINGS, [])
        assert stored(conn) == []
