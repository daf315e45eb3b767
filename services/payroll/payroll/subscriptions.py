"""What payroll takes from others' events: what was driven and what was approved. It answers none of them itself."""

from __future__ import annotations

from chassis.bus import Subscription
from payroll.projections.payable_trips import APPROVED_TRIPS, SUBMITTED_TRIPS

FROM_TRIPS = Subscription("trips", projections=(SUBMITTED_TRIPS,))
FROM_APPROVAL = Subscription("approval", projections=(APPROVED_TRIPS,))
