"""The read models of payroll, one file each; all of them can be rebuilt from events."""

from __future__ import annotations

from payroll.projections.metadata import METADATA
from payroll.projections.org_units import ORG_UNITS
from payroll.projections.payable_trips import APPROVED_TRIPS, SUBMITTED_TRIPS
from payroll.projections.people import PEOPLE
from payroll.projections.periods import PERIODS
from payroll.projections.rates import RATES
from payroll.projections.settlements import SETTLEMENTS

OWN = (ORG_UNITS, PEOPLE, RATES, SETTLEMENTS, PERIODS)
"""Folded from payroll's own log."""

PROJECTIONS = (*OWN, SUBMITTED_TRIPS, APPROVED_TRIPS)

__all__ = ["METADATA", "OWN", "PROJECTIONS"]
