"""The least work: the line's steps by driver and py-amqp alone, in batches, by hand; three processes, no framework.

It keeps the ledger and loses nothing while nothing fails; it promises nothing when something does. No HTTP, no rules,
no event log, no order, no check of a gap: what those cost is what stands between this and the system.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import batched
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import amqp
import psycopg2
from psycopg2.extras import execute_values
from sqlalchemy.engine import make_url

from bench import apart
from bench.line.facts import Facts, amount_oere, net_m, rate_on, route_key
from payroll.domain import opus
from payroll.domain.pay_lines import PayItem, pay_lines

BATCH: Final = 500
MUNICIPALITY: Final = 999
QUEUES: Final = ("approval.trips", "payroll.trips", "payroll.approval", "trips.approval", "trips.payroll",
                 "approval.payroll")  # fmt: skip
"""Who listens to whom, as in the system."""

TABLES: Final = {
    "trips": "CREATE TABLE trips (trip_id text PRIMARY KEY, person_id text, status text, net_m int, document text)",
    "approval": "CREATE TABLE waiting (trip_id text PRIMARY KEY, person_id text, status text, document text)",
    "payroll": "CREATE TABLE trips (trip_id text PRIMARY KEY, employment_id text, driving_date text, rate_type text,"
    " net_m int, approved bool);"
    "CREATE TABLE settlements (trip_id text PRIMARY KEY, period text, net_m int, amount_oere int, document text)",
}
Messages = Sequence[dict[str, Any]]


class Hand:
    """One connection to the database and one to the broker."""

    def __init__(self, order: dict[str, Any]) -> None:
        url, broker = make_url(order["database"]), urlsplit(order["broker"])
        self.conn = psycopg2.connect(host=url.host, port=url.port, user=url.username, dbname=url.database)
        self.cursor = self.conn.cursor()
        self._amqp = amqp.Connection(
            f"{broker.hostname}:{broker.port}", broker.username, broker.password, virtual_host=broker.path[1:]
        )
        self._amqp.connect()
        self.channel = self._amqp.channel()
        self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._on_ack)
        self._sent = self._confirmed = 0

    def declare(self) -> None:
        """A fanout exchange for each service, a durable queue for each listener."""
        for queue in QUEUES:
            service = queue.rpartition(".")[2]
            self.channel.exchange_declare(service, "fanout", durable=True, auto_delete=False)
            self.channel.queue_declare(queue, durable=True, auto_delete=False)
            self.channel.queue_bind(queue, service)

    def publish(self, service: str, documents: Sequence[str]) -> None:
        """All of them, then wait for all confirms."""
        for document in documents:
            self.channel.basic_publish(amqp.Message(document, delivery_mode=2), service)
        self._sent += len(documents)
        while self._confirmed < self._sent:
            self._amqp.drain_events()

    def take(self, queue: str, count: int, handle: Callable[[Messages], None]) -> None:
        """``count`` messages in batches; each batch is one transaction and one acknowledgement."""
        arrived: list[Any] = []
        self.channel.basic_qos(0, 2 * BATCH, a_global=False)
        tag = self.channel.basic_consume(queue, callback=arrived.append)
        while count:
            self._amqp.drain_events()
            if len(arrived) < min(BATCH, count):
                continue
            batch = arrived[:BATCH]
            del arrived[:BATCH]
            handle([json.loads(message.body) for message in batch])
            self.conn.commit()
            self.channel.basic_ack(batch[-1].delivery_tag, multiple=True)
            count -= len(batch)
        self.channel.basic_cancel(getattr(tag, "consumer_tag", tag))

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        execute_values(self.cursor, f"INSERT INTO {table} VALUES %s", rows, page_size=BATCH)

    def set_status(self, table: str, messages: Messages, status: str) -> None:
        ids = [message["trip_id"] for message in messages]
        self.cursor.execute(f"UPDATE {table} SET status = %s WHERE trip_id = ANY(%s)", (status, ids))

    def _on_ack(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 - called by py-amqp
        self._confirmed = tag if multiple else self._confirmed + 1


def prepare(order: dict[str, Any]) -> apart.Work:
    """One of the three processes; ``order`` names its role."""
    hand = Hand(order)
    facts = Facts.from_json(Path(order["facts"]).read_text())
    hand.declare()
    hand.cursor.execute(TABLES[order["role"]])
    hand.conn.commit()
    roles: dict[str, Callable[[], dict[str, Any] | None]] = {
        "trips": lambda: _trips(hand, facts, json.loads(Path(order["trips"]).read_text())),
        "approval": lambda: _approval(hand, order["count"]),
        "payroll": lambda: _payroll(hand, facts, order["count"], order["period"]),
    }
    return roles[order["role"]]


def _trips(hand: Hand, facts: Facts, bodies: Messages) -> None:
    for batch in batched(bodies, BATCH):
        trips = [_submitted(facts, body) for body in batch]
        documents = [json.dumps(trip) for trip in trips]
        rows = [
            (trip["trip_id"], trip["person_id"], "submitted", trip["net_m"], document)
            for trip, document in zip(trips, documents, strict=True)
        ]
        hand.insert("trips", rows)
        hand.conn.commit()
        hand.publish("trips", documents)
    hand.take("trips.approval", len(bodies), lambda some: hand.set_status("trips", some, "approved"))
    hand.take("trips.payroll", len(bodies), lambda some: hand.set_status("trips", some, "settled"))


def _submitted(facts: Facts, body: dict[str, Any]) -> dict[str, Any]:
    route = facts.routes[route_key(body["employment_id"], body["points"])]
    gross_m = route.driven_m * (2 if body["round_trip"] else 1)
    paid_m = net_m(route, round_trip=body["round_trip"])
    measured = {"gross_m": gross_m, "net_m": paid_m, "home_work_m": route.home_work_m, "graph": route.graph}
    return {**body, "points": route.points, "deducted_m": gross_m - paid_m, **measured}


def _approval(hand: Hand, count: int) -> None:
    def keep(some: Messages) -> None:
        hand.insert("waiting", [(t["trip_id"], t["person_id"], "waiting", json.dumps(t)) for t in some])

    hand.take("approval.trips", count, keep)
    hand.cursor.execute("SELECT trip_id, person_id FROM waiting WHERE status = 'waiting'")
    for batch in batched(hand.cursor.fetchall(), BATCH):
        approved = [
            {"trip_id": id_, "person_id": who, "decided_by": "leader", "decided_at": "now"} for id_, who in batch
        ]
        hand.set_status("waiting", approved, "approved")
        hand.conn.commit()
        hand.publish("approval", [json.dumps(one) for one in approved])
    hand.take("approval.payroll", count, lambda some: hand.set_status("waiting", some, "settled"))


def _payroll(hand: Hand, facts: Facts, count: int, period: str) -> dict[str, Any]:
    def keep(some: Messages) -> None:
        names = ("trip_id", "employment_id", "driving_date", "rate_type", "net_m")
        hand.insert("trips", [(*(trip[name] for name in names), False) for trip in some])

    def approve(some: Messages) -> None:
        ids = [one["trip_id"] for one in some]
        hand.cursor.execute("UPDATE trips SET approved = true WHERE trip_id = ANY(%s)", (ids,))

    hand.take("payroll.trips", count, keep)
    hand.take("payroll.approval", count, approve)
    hand.cursor.execute("SELECT * FROM trips WHERE approved ORDER BY trip_id")
    settled = [_settled(facts, row, period) for row in hand.cursor.fetchall()]
    for batch in batched(settled, BATCH):
        documents = [json.dumps(one) for one in batch]
        names = ("trip_id", "period", "net_m", "amount_oere")
        rows = [(*(one[n] for n in names), text) for one, text in zip(batch, documents, strict=True)]
        hand.insert("settlements", rows)
        hand.conn.commit()
        hand.publish("payroll", documents)
    file = _file(facts, settled)
    ledger = [len(settled), sum(one["net_m"] for one in settled), sum(one["amount_oere"] for one in settled)]
    return {"file_at": monotonic(), "ledger": ledger, "file": file}


def _settled(facts: Facts, row: Sequence[Any], period: str) -> dict[str, Any]:
    trip_id, employment_id, day, rate_type, metres, _ = row
    rate = rate_on(facts.rates, rate_type, day)
    return {
        "trip_id": trip_id,
        "period": period,
        "employment_id": employment_id,
        "driving_date": day,
        "net_m": metres,
        "amount_oere": amount_oere(metres, rate["oere_per_km"]),
        "pay_code": rate["pay_code"],
    }


def _file(facts: Facts, settled: Messages) -> str:
    numbers = {job["employment_id"]: job["employee_number"] for who in facts.people for job in who["employments"]}
    names = {employment_id: f"{number} {employment_id}" for employment_id, number in numbers.items()}
    payees = {names[employment_id]: opus.Payee(**facts.payees[number]) for employment_id, number in numbers.items()}
    lines = pay_lines(_items(names, settled))
    return (opus.opus_file(lines, payees, opus.FileSettings(MUNICIPALITY, None, "utf-8")) or b"").decode()


def _items(names: dict[str, str], settled: Messages) -> Iterator[PayItem]:
    for one in settled:
        day = date.fromisoformat(one["driving_date"])
        yield PayItem(names[one["employment_id"]], one["pay_code"], None, None, day, one["net_m"])


if __name__ == "__main__":
    apart.serve(prepare)
