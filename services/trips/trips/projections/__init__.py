"""What trips reads quickly: its own trips as a list, and what it has heard of people, units and rates."""

from __future__ import annotations

from trips.projections.driving_record import DRIVING_RECORD
from trips.projections.employees import EMPLOYEES, HOMES, ORG_UNITS
from trips.projections.rates import RATES
from trips.projections.settings import SETTINGS
from trips.projections.tables import METADATA
from trips.projections.trip_list import TRIP_LIST

FROM_PAYROLL_FEED = (EMPLOYEES, HOMES, ORG_UNITS, RATES)
PROJECTIONS = (TRIP_LIST, SETTINGS, DRIVING_RECORD, *FROM_PAYROLL_FEED)

__all__ = ["FROM_PAYROLL_FEED", "METADATA", "PROJECTIONS"]
