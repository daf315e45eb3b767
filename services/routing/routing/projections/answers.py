"""Measured routes: what was answered to whom asked for a distance, newest first, for whoever checks one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, insert, select

from chassis.clock import iso_utc
from chassis.projections import OWN_LOG, Projection
from chassis.store import Recorded
from routing.domain.events import RouteFailed, RouteMeasured
from routing.domain.route import driven_m, ferry_m
from routing.projections.metadata import METADATA

measured_routes = Table(
    "measured_routes_v1",
    METADATA,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("request_id", Text, nullable=False),
    Column("answered_at", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("driven_m", Integer),
    Column("ferry_m", Integer),
    Column("graph_id", Text),
    Column("profile", Text),
)


def newest(conn: Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Up to ``limit`` answers older than the log position ``before`` (``None``: the newest)."""
    query = select(measured_routes).order_by(measured_routes.c.position.desc()).limit(limit)
    if before is not None:
        query = query.where(measured_routes.c.position < before)
    return [dict(row) for row in conn.execute(query).mappings()]


def _apply(conn: Connection, events: Sequence[Recorded]) -> None:
    answers = [one for one in events if isinstance(one.event, RouteMeasured | RouteFailed)]
    if answers:
        conn.execute(insert(measured_routes), [_row(recorded) for recorded in answers])


def _row(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    row: dict[str, Any] = {
        "position": recorded.position,
        "request_id": "",
        "answered_at": "",
        "outcome": recorded.type,
        "driven_m": None,
        "ferry_m": None,
        "graph_id": None,
        "profile": None,
    }
    match event:
        case RouteMeasured():
            row |= {
                "request_id": event.request_id,
                "answered_at": iso_utc(event.measured_at),
                "outcome": "measured",
                "driven_m": driven_m(event.legs),
                "ferry_m": ferry_m(event.legs),
                "graph_id": event.graph.graph_id,
                "profile": event.graph.profile,
            }
        case RouteFailed():
            row |= {
                "request_id": event.request_id,
                "answered_at": iso_utc(event.failed_at),
                "outcome": event.code,
            }
    return row


ANSWERS = Projection("measured_routes", 1, OWN_LOG, (measured_routes,), _apply)
