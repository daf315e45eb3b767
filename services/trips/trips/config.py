"""What can be set for trips by environment, beside what every service has."""

import environ

from chassis.config import CommonConfig, boolean, choice, whole_number
from trips.domain.settings import AFTER_SIXTY, METHODS
from trips.policies import offered


@environ.config(prefix="TRIPS", frozen=True)
class TripsConfig(CommonConfig):
    deduction_policy: str = environ.var(
        default="per_day",
        converter=choice(*offered()),
        help="How commuting is deducted where no unit says otherwise: none, per_trip, per_day, shortest_of, "
        "workplace_based, or a policy of your own that is installed.",
    )
    max_age_days: int = environ.var(
        default=365,
        converter=whole_number(0, 3650),
        help="The oldest driving date that can be reported, in days before today; 0 means any.",
    )
    without_extra_allowed: bool = environ.var(
        default=False,
        converter=boolean,
        help="Whether a trip may be reported without extra distance, so that no commuting is deducted, where no unit "
        "says otherwise.",
    )
    four_km_allowed: bool = environ.var(
        default=False, converter=boolean, help="Whether a trip may use the four-km rule where no unit says otherwise."
    )
    default_method: str = environ.var(
        default=METHODS[0],
        converter=choice(*METHODS),
        help="How the form suggests that a trip is reported where no unit says otherwise: calculated, without_extra or "
        "odometer.",
    )
    after_sixty_days: str = environ.var(
        default=AFTER_SIXTY[0],
        converter=choice(*AFTER_SIXTY),
        help="What becomes of driving between home and a workplace from day 61 where no unit says otherwise: unpaid, "
        "or taxable, which is paid under a pay code of its own.",
    )
