"""The policies that look at each trip by itself: whatever else is driven that day, its figure is the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trips.domain.deduction.drive import COMMUTE, Commute, Counted, Deduction, Drive

NO_HOME_END = "no_home_end"
NOT_LONGER = "not_longer_than_from_work"


def no_deduction(day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]:
    """``none``: the unit deducts no commuting."""
    return tuple(undeducted(drive, "policy_none") for drive in day if drive.is_open)


def per_trip(day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]:
    """``per_trip``: home-work is deducted for each home end of each trip, at most down to zero."""
    return tuple(_per_trip(drive, commute) for drive in day if drive.is_open)


def shortest_of(day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]:
    """``shortest_of``: a trip with a home end is paid for the shorter of the way from home and the way from work (PAV
    21.2.11: the employee neither gains nor loses by the home); one whose way from work is not known as under per_trip.
    """
    return tuple(_by_the_way_from_work(drive, commute, _without_the_longer) for drive in day if drive.is_open)


def workplace_based(day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]:
    """``workplace_based``: a trip with a home end is measured from and to the workplace (PAV 21.2.11, main rule); one
    whose way from work is not known is treated as under per_trip. Never more is paid than was driven: only kilometres
    driven can be paid free of tax (BEK 173/2000 § 2).
    """
    return tuple(_by_the_way_from_work(drive, commute, _as_from_work) for drive in day if drive.is_open)


def undeducted(drive: Drive, reason: str) -> Counted:
    """The drive as driven; the line says why nothing is deducted."""
    return Counted(drive.gross_m, (Deduction(COMMUTE, 0, reason, drive.home_ends, None),))


def _per_trip(drive: Drive, commute: Commute) -> Counted:
    if commute.fault is not None:
        return undeducted(drive, commute.fault)
    if drive.home_ends == 0:
        return undeducted(drive, NO_HOME_END)
    home_work_m = commute.home_work_m or 0
    wanted_m = home_work_m * drive.home_ends
    reason = "home_ends" if wanted_m <= drive.gross_m else "whole_trip"
    line = Deduction(COMMUTE, min(wanted_m, drive.gross_m), reason, drive.home_ends, home_work_m)
    return Counted(drive.gross_m, (line,))


def _by_the_way_from_work(drive: Drive, commute: Commute, shorter: Callable[[Drive, int], Counted]) -> Counted:
    """A drive by a policy that knows the way from work; ``shorter`` counts one for which that way is shorter."""
    if drive.home_ends == 0:
        return undeducted(drive, NO_HOME_END)
    if drive.work_route_m is None:
        return _per_trip(drive, commute)
    if drive.work_route_m >= drive.route_m:
        return undeducted(drive, NOT_LONGER)
    return shorter(drive, drive.work_route_m)


def _without_the_longer(drive: Drive, work_route_m: int) -> Counted:
    longer_m = drive.both_ways(drive.route_m - work_route_m)
    return Counted(drive.gross_m, (Deduction(COMMUTE, longer_m, "shorter_from_work", drive.home_ends, None),))


def _as_from_work(drive: Drive, work_route_m: int) -> Counted:
    line = Deduction(COMMUTE, 0, "measured_from_work", drive.home_ends, None)
    return Counted(drive.both_ways(work_route_m), (line,))
