"""The other limit: what PostgreSQL takes to keep the rows, when all of them are there at once."""

from __future__ import annotations

import io
from typing import Any

from bench.apart import Work, serve
from bench.sample import trip
from bench.subscribe.table import connect


def prepare(order: dict[str, Any]) -> Work:
    """The rows are in memory."""
    database, rows = connect(order["target"]), io.StringIO()
    for number in range(1, int(order["count"]) + 1):
        found = trip(number)
        rows.write(f"{number}\t{found.trip_id}\t{found.person_id}\t{found.distance_m}\n")
    rows.seek(0)

    def work() -> dict[str, Any]:
        with database.cursor() as cursor:
            cursor.copy_expert("COPY seen_v1 FROM STDIN", rows)
        database.commit()
        return {}

    return work


if __name__ == "__main__":
    serve(prepare)
