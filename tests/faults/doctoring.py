"""Each check can fail: a row is changed behind the guards' back, the check must see it, and the change is undone."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import amqp

from tests.faults.checks import broker
from tests.faults.checks.books import Books
from tests.faults.checks.everything import checks
from tests.faults.ledger import Ledger
from tests.faults.rebuilding import differences, tables_of

_MIDDLE = "(SELECT max({0}) / 2 FROM {1})"
_LOG, _FEED = _MIDDLE.format("position", "events"), _MIDDLE.format("sequence", "feed")
_TWICE = """
    INSERT INTO events SELECT (SELECT max(position) + 1 FROM events), event_id || '-2', stream || '-2', 1, type,
        schema_version, data, meta, recorded_at, hash FROM events WHERE type = '{0}' ORDER BY position LIMIT 1"""
_ONE = "(SELECT min({0}) FROM {1})"

CHANGES: Mapping[str, tuple[str, str]] = {
    "logs are dense": ("approval", f"DELETE FROM events WHERE position = {_LOG}"),
    "logs are chained": ("trips", f"UPDATE events SET data = data || ' ' WHERE position = {_LOG}"),
    "streams are dense": ("payroll", f"UPDATE events SET version = version + 7 WHERE position = {_LOG}"),
    "feeds are dense": ("trips", f"DELETE FROM feed WHERE sequence = {_FEED}"),
    "feeds are chained": (
        "payroll",
        f"UPDATE feed SET hash = set_byte(hash, 0, 255 - get_byte(hash, 0)) WHERE sequence = {_FEED}",
    ),
    "heads agree": ("routing", "UPDATE log_head SET sequence = sequence + 1"),
    "feeds have what the logs publish": (
        "approval",
        "DELETE FROM feed WHERE sequence = (SELECT max(sequence) FROM feed)",
    ),
    "inboxes have followed": ("payroll", "UPDATE inbox SET position = position - 1 WHERE source = 'trips'"),
    "relays have published": ("trips", "UPDATE relay_state SET published_sequence = published_sequence - 1"),
    "nothing is held": ("approval", "INSERT INTO held_streams VALUES ('trips', 'somebody', 1)"),
    "commands are of the log": ("approval", "UPDATE commands SET position = 1000000000"),
    "reported trips are published once": (
        "trips",
        "DELETE FROM feed WHERE sequence = (SELECT max(sequence) FROM feed WHERE type = 'trip-submitted')",
    ),
    "events have one effect": ("approval", _TWICE.format("decision-requested")),
    "each approved trip is settled once": ("payroll", _TWICE.format("trip-settled")),
    "sums settled are sums approved": (
        "payroll",
        """UPDATE feed SET body = regexp_replace(body, '"amount_oere":', '"amount_oere":1') WHERE sequence =
            (SELECT max(sequence) FROM feed WHERE type = 'trip-settled')""",
    ),
    "acknowledged trips are there once": (
        "trips",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE type = 'trip-reported')",
    ),
    "acknowledged decisions are there once": (
        "approval",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events WHERE type = 'trip-approved')",
    ),
    "acknowledged closings are there once": ("payroll", "DELETE FROM feed WHERE type = 'period-closed'"),
    "organisation is the last import": (
        "payroll",
        """UPDATE people_v1 SET document = replace(document, '"position":"', '"position":"U')""",
    ),
    "trips's trip_list_v1 is the fold": ("trips", "UPDATE trip_list_v1 SET status = status || '?'"),
    "trips's rates_v1 is the fold": ("trips", "UPDATE rates_v1 SET oere_per_km = oere_per_km + 1"),
    "trips's org_units_v1 is the fold": ("trips", "UPDATE org_units_v1 SET parent_id = concat(parent_id, '?')"),
    "trips's people_v1_employments is the fold": (
        "trips",
        "UPDATE people_v1_employments SET position = concat(position, '?')",
    ),
    "approval's waiting_trips_v1 is the fold": (
        "approval",
        "INSERT INTO waiting_trips_v1 VALUES ('a', 'b', 'c', 'd', 'e')",
    ),
    "approval's submitted_trips_v1 is the fold": (
        "approval",
        f"DELETE FROM submitted_trips_v1 WHERE trip_id = {_ONE.format('trip_id', 'submitted_trips_v1')}",
    ),
    "approval's organisation_units_v1 is the fold": ("approval", "UPDATE organisation_units_v1 SET name = name || '?'"),
    "approval's organisation_people_v1 is the fold": (
        "approval",
        "UPDATE organisation_people_v1 SET active = NOT active",
    ),
    "approval's organisation_employments_v1 is the fold": (
        "approval",
        "UPDATE organisation_employments_v1 SET leader = NOT leader",
    ),
    "payroll's submitted_trips_v1 is the fold": ("payroll", "UPDATE submitted_trips_v1 SET net_m = net_m + 1"),
    "payroll's approved_trips_v1 is the fold": ("payroll", "UPDATE approved_trips_v1 SET revision = revision + 1"),
    "payroll's settlements_v1 is the fold": (
        "payroll",
        f"DELETE FROM settlements_v1 WHERE trip_id = {_ONE.format('trip_id', 'settlements_v1')}",
    ),
    "payroll's periods_v1 is the fold": ("payroll", "UPDATE periods_v1 SET exports = exports + 1"),
    "payroll's people_v1 is the fold": ("payroll", "UPDATE people_v1 SET version = version + 1"),
    "payroll's org_units_v1 is the fold": (
        "payroll",
        f"DELETE FROM org_units_v1 WHERE org_unit_id = {_ONE.format('org_unit_id', 'org_units_v1')}",
    ),
    "routing's measured_routes_v1 is the fold": ("routing", "UPDATE measured_routes_v1 SET driven_m = driven_m + 10"),
}
"""For each check that reads a database: the service, and what is changed there."""


def prove(books: Books, ledger: Ledger, broker_url: str) -> dict[str, list[str]]:
    """What each check says of its doctored row; an empty list is a check that cannot fail. No service may run."""
    found = {name: list(_doctored(books, ledger, broker_url, name)) for name in CHANGES}
    refusing = copy.copy(ledger)
    refusing.refusals = ["a refusal"]
    found["nothing was refused"] = _say(books, refusing, broker_url, "nothing was refused")
    found["queues are empty"] = list(_with_stray(books, ledger, broker_url, "queues are empty", ""))
    found["nothing was given up unread"] = list(
        _with_stray(books, ledger, broker_url, "nothing was given up unread", ".dead")
    )
    found["rebuilt is the same"] = _rebuilt_differently(books)
    return found


def _doctored(books: Books, ledger: Ledger, broker_url: str, name: str) -> Iterator[str]:
    service, change = CHANGES[name]
    books.forget()
    with books.connections[service].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the guards of log and feed sleep
        cursor.execute(change)
    yield from _say(books, ledger, broker_url, name)
    books.forget()


def _say(books: Books, ledger: Ledger, broker_url: str, name: str) -> list[str]:
    return list(checks(books, ledger, broker_url)[name]())


def _with_stray(books: Books, ledger: Ledger, broker_url: str, name: str, suffix: str) -> Iterator[str]:
    queue = broker.queues()[0] + suffix
    with broker.connect(broker_url) as connection:
        channel = connection.channel()
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message(b"stray", delivery_mode=2), "", queue)
    yield from _say(books, ledger, broker_url, name)
    with broker.connect(broker_url) as connection:
        connection.channel().queue_purge(queue)


def _rebuilt_differently(books: Books) -> list[str]:
    before: dict[str, Any] = tables_of(books, "trips")
    with books.connections["trips"].cursor() as cursor:
        cursor.execute("UPDATE trip_list_v1 SET from_text = from_text || '.'")
    after = tables_of(books, "trips")
    books.forget()
    return list(differences("trips", before, after))
