"""`make bench`: every benchmark, one table."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from bench.append import Measured, measure
from tests.support.servers import Postgres

_WORK = ((1, 300), (100, 20))


def main() -> None:
    """Run on SQLite, and on a private PostgreSQL with fsync, and print the ratios."""
    table = Table(title="Append: the store beside plain unordered inserts", caption=_machine())
    for heading in ("database", "events per transaction", "store, events/s", "limit, events/s", "ratio"):
        table.add_column(heading, justify="right")
    for found in _all():
        figures = (f"{found.store:,.0f}", f"{found.limit:,.0f}", f"{found.ratio:.2f}")
        table.add_row(found.database, str(found.per_transaction), *figures)
    Console().print(table)


def _all() -> Iterator[Measured]:
    for per_transaction, transactions in _WORK:
        with tempfile.TemporaryDirectory() as folder:
            yield measure("SQLite", f"sqlite:///{folder}/bench.db", per_transaction, transactions)
    with Postgres(fsync=True) as server:
        for per_transaction, transactions in _WORK:
            yield measure("PostgreSQL", server.new_database(), per_transaction, transactions)


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    main()
