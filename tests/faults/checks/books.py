"""What the checks read: the rows of each service's database, by plain SQL, and nothing of the system's own code."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from psycopg2 import extensions, extras

LISTENS_TO = {
    "trips": ("routing", "approval", "payroll"),
    "approval": ("trips", "payroll"),
    "payroll": ("trips", "approval", "routing"),
    "routing": ("trips", "payroll"),
}
SERVICES = tuple(LISTENS_TO)

Row = dict[str, Any]


class Books:
    """One connection per service. Logs and feeds are read once; ``forget`` reads them anew."""

    def __init__(self, connect: Callable[[str], extensions.connection]) -> None:
        self.connections: Mapping[str, extensions.connection] = {name: connect(name) for name in SERVICES}
        self._read: dict[tuple[str, str], list[Row]] = {}

    def rows(self, service: str, query: str) -> list[Row]:
        with self.connections[service].cursor(cursor_factory=extras.RealDictCursor) as cursor:
            cursor.execute(query)
            return [dict(row) for row in cursor.fetchall()]

    def log(self, service: str) -> list[Row]:
        """The rows of the log in order; ``data`` and ``meta`` also as JSON (``said``, ``by``)."""
        return self._once(service, "log", self._log)

    def feed(self, service: str) -> list[Row]:
        """The rows of the feed in order; ``event`` is the body as JSON."""
        return self._once(service, "feed", self._feed)

    def table(self, service: str, name: str) -> list[Row]:
        return self.rows(service, f"SELECT * FROM {name}")

    def of_log(self, service: str, *types: str) -> list[Row]:
        return [row for row in self.log(service) if row["type"] in types]

    def of_feed(self, service: str, *types: str) -> list[Row]:
        return [row for row in self.feed(service) if row["type"] in types]

    def forget(self) -> None:
        self._read.clear()
        for connection in self.connections.values():
            connection.rollback()

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()

    def _once(self, service: str, name: str, read: Callable[[str], list[Row]]) -> list[Row]:
        if (service, name) not in self._read:
            self._read[service, name] = read(service)
        return self._read[service, name]

    def _log(self, service: str) -> list[Row]:
        rows = self.rows(service, "SELECT * FROM events ORDER BY position")
        return [{**row, "said": _json(row["data"]), "by": _json(row["meta"])} for row in rows]

    def _feed(self, service: str) -> list[Row]:
        rows = self.rows(service, "SELECT * FROM feed ORDER BY sequence")
        return [{**row, "event": _json(row["body"])} for row in rows]


def _json(text: str) -> Any:
    """Bytes that were changed are a matter for the hash chain; here they are only nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return {}
