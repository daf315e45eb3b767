"""Waiting until nothing is on its way any more: every feed followed, published and projected to its end."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg2

from tests.faults.checks.books import LISTENS_TO
from tests.faults.fleet import Fleet

_TURN_S = 0.25
_CALM_TURNS = 3
_OWN = {
    "trips": ("trip_list",),
    "approval": ("waiting_trips",),
    "payroll": ("organisation", "pay"),
    "routing": ("measured_routes",),
}
_FACTS = """
    SELECT 'log' AS kind, '' AS name, position AS at FROM log_head
    UNION ALL SELECT 'feed', '', sequence FROM log_head
    UNION ALL SELECT 'relay', '', published_sequence FROM relay_state
    UNION ALL SELECT 'inbox', source, position FROM inbox
    UNION ALL SELECT 'projection', name, position FROM projections"""
_MEASURING = "SELECT count(*) FROM trip_list_v1 WHERE status = 'measuring'"


def wait_for_rest(fleet: Fleet, patience_s: float) -> list[str]:
    """What is still on its way when patience ends; empty when all is at rest, for a few looks in a row."""
    until, calm = time.monotonic() + patience_s, 0
    while True:
        try:
            missing = list(_on_its_way(fleet))
        except psycopg2.Error as error:
            missing = [f"a database does not answer: {error}"]
        calm = 0 if missing else calm + 1
        if calm == _CALM_TURNS or time.monotonic() > until:
            return missing
        time.sleep(_TURN_S)


def _on_its_way(fleet: Fleet) -> Iterator[str]:
    facts = {service: _facts(fleet, service) for service in LISTENS_TO}
    for member in fleet.members:
        if not fleet.is_ready(member):
            yield f"{member} is not ready"
    for service, sources in LISTENS_TO.items():
        mine = facts[service]
        if mine["relay", ""] < mine["feed", ""]:
            yield f"{service} has published {mine['relay', '']} of {mine['feed', '']}"
        for source in sources:
            if mine.get(("inbox", source), 0) < facts[source]["feed", ""]:
                yield f"{service} has followed {source} to {mine.get(('inbox', source), 0)} of {facts[source]['feed', '']}"
        for name in _OWN[service]:
            if mine["projection", name] < mine["log", ""]:
                yield f"{service}: {name} is at {mine['projection', name]} of {mine['log', '']}"
    measuring = _ask(fleet, "trips", _MEASURING)[0][0]
    if measuring:
        yield f"{measuring} trips are being measured"


def _facts(fleet: Fleet, service: str) -> dict[tuple[str, str], int]:
    return {(str(kind), str(name)): int(at) for kind, name, at in _ask(fleet, service, _FACTS)}


def _ask(fleet: Fleet, service: str, query: str) -> list[tuple[Any, ...]]:
    conn = fleet.connect(service)
    try:
        with conn.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
    finally:
        conn.close()
