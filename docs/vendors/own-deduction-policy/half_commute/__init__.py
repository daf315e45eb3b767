"""Half of the distance between home and work is deducted for each end of a trip that is at home."""

from __future__ import annotations

from collections.abc import Sequence

from trips.domain.deduction import COMMUTE, Commute, Counted, Deduction, Drive, undeducted


def half_commute(day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]:
    """One answer for each open drive of the day, in the same order; never more than was driven."""
    return tuple(_counted(drive, commute) for drive in day if drive.is_open)


def _counted(drive: Drive, commute: Commute) -> Counted:
    if commute.fault is not None:
        return undeducted(drive, commute.fault)
    metres = min(drive.gross_m, drive.home_ends * (commute.home_work_m or 0) // 2)
    words = {
        "da": "Halvdelen af afstanden mellem hjem og arbejde trækkes fra for hver ende hjemme.",
        "en": "Half of the distance between home and work is deducted for each end at home.",
    }
    line = Deduction(COMMUTE, metres, "half_commute", drive.home_ends, commute.home_work_m, **words)
    return Counted(drive.gross_m, (line,))
