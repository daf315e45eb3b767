"""How commuting is deducted. A policy is one pure function: the day's open drives and the employee's commute
in, one deduction per drive out. It gets the whole day because some policies share a deduction between its trips.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

COMMUTE = "commute"
WITHOUT_EXTRA = "without_extra"
BOTH_ENDS = 2


@dataclass(frozen=True, slots=True)
class Drive:
    """A trip as a policy sees it. ``route_m`` is one way; ``method`` is calculated, without_extra or odometer."""

    trip_id: str
    method: str
    route_m: int
    starts_at_home: bool
    ends_at_home: bool
    round_trip: bool

    @property
    def gross_m(self) -> int:
        """What was driven: the route, twice for a round trip."""
        return self.route_m * 2 if self.round_trip else self.route_m

    @property
    def home_ends(self) -> int:
        """How often the trip leaves or reaches home: 0, 1 or 2. A round trip with one home end has both."""
        ends = int(self.starts_at_home) + int(self.ends_at_home)
        return BOTH_ENDS if ends and self.round_trip else ends


@dataclass(frozen=True, slots=True)
class Commute:
    """Home to workplace, one way; or why that is not known: ``home_unknown``, ``work_unknown`` or
    ``home_work_not_measured``. With a fault nothing is deducted, and the line says so to whoever decides.
    """

    home_work_m: int | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line: a name, a figure, and the reason as a code with the figures it rests on."""

    name: str
    metres: int
    reason: str
    home_ends: int
    home_work_m: int | None


class Policy(Protocol):
    """A way to deduct commuting: one deduction for each drive of the day, in the same order."""

    def __call__(self, day: Sequence[Drive], commute: Commute) -> tuple[Deduction, ...]: ...


def no_deduction(day: Sequence[Drive], commute: Commute) -> tuple[Deduction, ...]:
    """``none``: the unit deducts no commuting."""
    return tuple(Deduction(COMMUTE, 0, "policy_none", drive.home_ends, None) for drive in day)


def per_trip(day: Sequence[Drive], commute: Commute) -> tuple[Deduction, ...]:
    """``per_trip``: home-work is deducted for each home end of each trip, at most down to zero."""
    return tuple(_per_trip(drive, commute) for drive in day)


def _per_trip(drive: Drive, commute: Commute) -> Deduction:
    if drive.method == WITHOUT_EXTRA:
        return Deduction(COMMUTE, 0, WITHOUT_EXTRA, drive.home_ends, None)
    if commute.fault is not None:
        return Deduction(COMMUTE, 0, commute.fault, drive.home_ends, None)
    if drive.home_ends == 0:
        return Deduction(COMMUTE, 0, "no_home_end", 0, None)
    home_work_m = commute.home_work_m or 0
    wanted_m = home_work_m * drive.home_ends
    reason = "home_ends" if wanted_m <= drive.gross_m else "whole_trip"
    return Deduction(COMMUTE, min(wanted_m, drive.gross_m), reason, drive.home_ends, home_work_m)


POLICIES: Mapping[str, Policy] = {"none": no_deduction, "per_trip": per_trip}
NEEDS_COMMUTE = frozenset({"per_trip"})
"""The policies whose figure depends on the home-work distance."""
