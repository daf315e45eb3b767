"""What deserves a second look before a trip is decided. A warning never stops anybody."""

from __future__ import annotations

import enum
from datetime import timedelta

from approval.domain.trip import TYPED, SubmittedTrip
from chassis.clock import local_date

LATE_AFTER = timedelta(days=60)
"""Reported later than this after the drive, few remember what was driven."""


class Warning_(enum.Enum):  # noqa: N801 the plain name is Python's own
    """The codes the service adds to those that came with the trip."""

    AMENDED = "amended"
    REPORTED_LATE = "reported_late"
    SAME_DRIVE_TWICE = "same_drive_twice"
    NOTHING_TO_PAY = "nothing_to_pay"
    INCLUDES_FERRY = "includes_ferry"
    HOME_WITHOUT_DEDUCTION = "home_without_deduction"
    TYPED_DISTANCE = "typed_distance"


def warnings_on(trip: SubmittedTrip, *, same_drives: int) -> list[str]:
    """The codes that hold for ``trip``; ``same_drives`` counts the trips that look like it, itself among them."""
    at_home = trip.starts_at_home or trip.ends_at_home
    found = {
        Warning_.AMENDED: trip.is_amended,
        Warning_.REPORTED_LATE: local_date(trip.submitted_at) - trip.driving_date > LATE_AFTER,
        Warning_.SAME_DRIVE_TWICE: same_drives > 1,
        Warning_.NOTHING_TO_PAY: trip.net_m == 0,
        Warning_.INCLUDES_FERRY: trip.ferry_m > 0,
        Warning_.HOME_WITHOUT_DEDUCTION: at_home and not any(one.metres for one in trip.deductions),
        Warning_.TYPED_DISTANCE: trip.distance_source == TYPED,
    }
    return [warning.value for warning, holds in found.items() if holds] + list(trip.flags)
