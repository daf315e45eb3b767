"""The tables that migrations make are the tables the code uses."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.store.tables import CORE
from trips.phone.logins import METADATA


def test_migrating_an_empty_database_gives_exactly_the_tables_of_the_read_models(empty):
    with empty.reading() as conn:
        context = MigrationContext.configure(conn)
        ours = [change for change in compare_metadata(context, METADATA) if not _core(change)]
    assert ours == []


def _core(change):
    """The core's own tables are its own; anything about a table it has is not ours."""
    tables = [getattr(part, "table", part) for part in change if not isinstance(part, str | tuple | list)]
    return any(getattr(table, "name", "") in (*CORE.tables, "alembic_version") for table in tables)
