"""What each side needs before it writes, and whether all of it is there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import create_engine, func, select, table

from bench.sample import make_tables, open_store
from chassis.store import open_engine, writing
from chassis.store.engine import is_sqlite

OURS, PEER, LIMIT = "bench.append.ours", "bench.append.eventsourcing", "bench.append.inserts"
_TABLES = {OURS: ("events", "feed"), PEER: ("stored_events",), LIMIT: ("events", "feed")}


class NotStored(AssertionError):
    """A side claims what it did not do: its figure is worth nothing."""


def check(module: str, url: str, count: int) -> None:
    """Raises ``NotStored`` unless ``count`` events are in every table; ours must be dense and its chains intact too."""
    engine = create_engine(url)
    with engine.connect() as conn:
        for name in _TABLES[module]:
            found = conn.execute(select(func.count()).select_from(table(name))).scalar_one()
            if found != count:
                raise NotStored(f"{module}: {found} rows in {name}, {count} were counted")
    engine.dispose()
    if module == OURS:
        _check_chain(url)


def _check_chain(url: str) -> None:
    store = open_store(url)
    found = store.verify()
    store.engine.dispose()
    if not found.intact:
        raise NotStored(f"the chain is broken: {found}")


def _loosen(url: str) -> None:
    """The store's own tables, with positions from a sequence (on SQLite a row without one gets the next by itself)."""
    make_tables(url)
    engine = open_engine(url)
    if not is_sqlite(engine):
        with writing(engine) as conn:
            for name, column in (("events", "position"), ("feed", "sequence")):
                conn.exec_driver_sql(f"CREATE SEQUENCE {name}_numbers OWNED BY {name}.{column}")
                default = f"nextval('{name}_numbers')"
                conn.exec_driver_sql(f"ALTER TABLE {name} ALTER {column} SET DEFAULT {default}")
    engine.dispose()


def _make_recorder(url: str) -> None:
    from bench.append.eventsourcing import recorder  # noqa: PLC0415 the library is only needed where it is measured

    recorder(url, makes_tables=True).datastore.close()


PREPARED: Mapping[str, Callable[[str], None]] = {OURS: make_tables, PEER: _make_recorder, LIMIT: _loosen}
