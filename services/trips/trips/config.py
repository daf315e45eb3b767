"""What can be set for trips by environment, beside what every service has."""

import environ

from chassis.config import CommonConfig, boolean, choice, whole_number
from trips.domain.deduction import OFFERED


@environ.config(prefix="TRIPS", frozen=True)
class TripsConfig(CommonConfig):
    deduction_policy: str = environ.var(
        default="per_trip",
        converter=choice(*OFFERED),
        help="How commuting is deducted: per_trip (home-work for each end of a trip that is at home) or none.",
    )
    max_age_days: int = environ.var(
        default=365,
        converter=whole_number(0, 3650),
        help="The oldest driving date that can be reported, in days before today; 0 means any.",
    )
    without_extra_allowed: bool = environ.var(
        default=False,
        converter=boolean,
        help="Whether a trip may be reported without extra distance, so that no commuting is deducted.",
    )
