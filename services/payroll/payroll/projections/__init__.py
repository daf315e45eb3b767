"""The read models of payroll, one file each; all of them can be rebuilt from events.

Those of the own log are folded in two projections and not in five: every projection reads the whole log, and a snapshot
of a municipality is forty thousand events.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from chassis.projections import OWN_LOG, Projection
from chassis.store import Recorded
from payroll.projections import erasures, org_units, people, periods, rates, settlements
from payroll.projections.metadata import METADATA
from payroll.projections.payable_trips import APPROVED_TRIPS, SUBMITTED_TRIPS


def _organisation(conn: Connection, events: Sequence[Recorded]) -> None:
    org_units.apply(conn, events)
    people.apply(conn, events)
    erasures.apply(conn, events)


def _pay(conn: Connection, events: Sequence[Recorded]) -> None:
    rates.apply(conn, events)
    settlements.apply(conn, events)
    periods.apply(conn, events)


ORGANISATION = Projection(
    "organisation", 1, OWN_LOG, (org_units.org_units, people.people, erasures.erasures), _organisation
)
PAY = Projection("pay", 1, OWN_LOG, (rates.rates, settlements.settlements, periods.periods), _pay)

OWN = (ORGANISATION, PAY)
"""Folded from payroll's own log."""

PROJECTIONS = (*OWN, SUBMITTED_TRIPS, APPROVED_TRIPS)

__all__ = ["METADATA", "OWN", "PROJECTIONS"]
