"""The four-km rule, a local agreement: the way to the municipality's border, and then four kilometres a day, in place
of any commute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trips.domain.deduction.drive import BORDER, FOUR_KM, WITHOUT_EXTRA, Counted, Deduction, Drive

SHARED_M = 4_000
"""Deducted per person and local day in all, shared by the day's trips that use the rule."""


@dataclass(frozen=True, slots=True)
class FourKm:
    """The unit allows the rule; ``border_m`` is from home to the municipality's border, 0 when living inside."""

    border_m: int


def four_km(day: Sequence[Drive], rule: FourKm) -> tuple[Counted, ...]:
    """One counted drive for each open trip that uses the rule, in order. ``day`` holds all trips of the day: what its
    settled ones have used of the four kilometres is used, wherever they stand in it.
    """
    used_m = sum(drive.settled.four_km_m for drive in day if drive.settled is not None)
    left_m = max(0, SHARED_M - used_m)
    found = []
    for drive in day:
        if drive.is_open and drive.four_km:
            border = _border(drive, rule.border_m)
            share_m = min(left_m, drive.gross_m - border.metres)
            left_m -= share_m
            found.append(Counted(drive.gross_m, (border, _share(drive, share_m))))
    return tuple(found)


def _border(drive: Drive, border_m: int) -> Deduction:
    if drive.method == WITHOUT_EXTRA:
        return Deduction(BORDER, 0, WITHOUT_EXTRA, drive.home_ends, None)
    metres = min(border_m * drive.home_ends, drive.gross_m)
    return Deduction(BORDER, metres, "border" if drive.home_ends else "no_home_end", drive.home_ends, None)


def _share(drive: Drive, metres: int) -> Deduction:
    return Deduction(FOUR_KM, metres, "four_km" if metres else "four_km_used", drive.home_ends, None)
