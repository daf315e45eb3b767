"""How commuting is deducted: the policies by name, and what they see and give."""

from collections.abc import Mapping

from trips.domain.deduction.drive import (
    BORDER,
    COMMUTE,
    FOUR_KM,
    SIXTY_DAY,
    WITHOUT_EXTRA,
    Commute,
    Counted,
    Deduction,
    Drive,
    Policy,
    Settled,
)
from trips.domain.deduction.each_trip import no_deduction, per_trip, shortest_of, undeducted, workplace_based
from trips.domain.deduction.four_km import SHARED_M, FourKm, four_km
from trips.domain.deduction.whole_day import per_day

__all__ = [
    "BORDER", "COMMUTE", "FOUR_KM", "NEEDS_WORK_ROUTE", "POLICIES", "SHARED_M", "SIXTY_DAY", "WITHOUT_EXTRA", "Commute",
    "Counted", "Deduction", "Drive", "FourKm", "Policy", "Settled", "four_km", "undeducted",
]  # fmt: skip

POLICIES: Mapping[str, Policy] = {
    "none": no_deduction,
    "per_trip": per_trip,
    "per_day": per_day,
    "shortest_of": shortest_of,
    "workplace_based": workplace_based,
}
NEEDS_WORK_ROUTE = frozenset({"shortest_of", "workplace_based"})
"""The policies that compare with the way from work."""
