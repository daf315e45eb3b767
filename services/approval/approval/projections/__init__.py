"""The read models of approval, one file each; all of them can be rebuilt from events."""

from __future__ import annotations

from approval.projections.metadata import METADATA
from approval.projections.organisation import ORGANISATION
from approval.projections.submitted_trips import SUBMITTED_TRIPS
from approval.projections.waiting_trips import WAITING_TRIPS

PROJECTIONS = (ORGANISATION, SUBMITTED_TRIPS, WAITING_TRIPS)

__all__ = ["METADATA", "PROJECTIONS"]
