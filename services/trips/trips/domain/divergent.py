"""Whether something its driver has set holds on a trip's day: whoever decides the trip should see that."""

from __future__ import annotations

from trips.domain.employees import Workplace

FLAG = "divergent_address"


def is_divergent(place: Workplace) -> bool:
    """An alternative home or workplace, an own home-work distance or a border distance holds on the day.

    Each of them can raise what is paid, also on a trip that does not touch it: one from the real home has no home end
    while an alternative home holds, so nothing is deducted.
    """
    return bool(place.alternatives) or place.home_work_m is not None or place.border_m is not None
