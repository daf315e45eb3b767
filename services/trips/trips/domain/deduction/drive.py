"""What a policy sees and gives: the day's drives and the commute in, one counted drive for each open one out.

A policy is one pure function. It gets the whole day because some policies share a deduction between its trips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

COMMUTE = "commute"
BORDER = "border"
FOUR_KM = "four_km"
SIXTY_DAY = "sixty_day"
WITHOUT_EXTRA = "without_extra"
BOTH_ENDS = 2


@dataclass(frozen=True, slots=True)
class Settled:
    """What was deducted from a trip when it was settled; it stays."""

    commute_m: int = 0
    four_km_m: int = 0


@dataclass(frozen=True, slots=True)
class Drive:
    """A trip as a policy sees it. ``route_m`` is one way; ``method`` is calculated, without_extra or odometer.

    ``work_route_m`` is the same way with the workplace in place of home, where it is known. ``four_km``: the trip uses
    the four-km rule. ``settled`` is None while the trip is open; rejected and withdrawn trips are no drives of the day.
    """

    trip_id: str
    method: str
    route_m: int
    starts_at_home: bool
    ends_at_home: bool
    round_trip: bool
    work_route_m: int | None = None
    four_km: bool = False
    settled: Settled | None = None

    @property
    def is_open(self) -> bool:
        return self.settled is None

    @property
    def gross_m(self) -> int:
        """What was driven: the route, twice for a round trip."""
        return self.both_ways(self.route_m)

    @property
    def home_ends(self) -> int:
        """How often the trip leaves or reaches home: 0, 1 or 2. A round trip with one home end has both."""
        return int(self.leaves_home) + int(self.reaches_home)

    @property
    def leaves_home(self) -> bool:
        return self.starts_at_home or (self.round_trip and self.ends_at_home)

    @property
    def reaches_home(self) -> bool:
        return self.ends_at_home or (self.round_trip and self.starts_at_home)

    def both_ways(self, metres: int) -> int:
        """``metres`` one way, twice for a round trip."""
        return metres * 2 if self.round_trip else metres


@dataclass(frozen=True, slots=True)
class Commute:
    """Home to workplace, one way; or why that is not known: ``home_unknown``, ``work_unknown`` or
    ``home_work_not_measured``. With a fault nothing is deducted, and the line says so to whoever decides.
    """

    home_work_m: int | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line: a name, a figure, and the reason as a code with the figures it rests on. A policy of a municipality's
    own, whose reasons have no words here, says them in ``da`` and ``en``.
    """

    name: str
    metres: int
    reason: str
    home_ends: int
    home_work_m: int | None
    da: str | None = None
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """An open drive under a policy: the distance that counts as driven, and what is deducted from it (at most all)."""

    gross_m: int
    deductions: tuple[Deduction, ...]


class Policy(Protocol):
    """A way to deduct commuting: one counted drive for each open drive of the day, in the same order.

    The day holds the trips a commute can be deducted from, the settled ones too. Trips without extra distance and those
    that use the four-km rule are none of a policy's business.
    """

    def __call__(self, day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]: ...
