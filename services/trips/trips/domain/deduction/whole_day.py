"""The state's rule: one commute out and one home is deducted a day, however the day's trips are cut and ordered."""

from __future__ import annotations

from collections.abc import Sequence

from trips.domain.deduction.drive import COMMUTE, Commute, Counted, Deduction, Drive
from trips.domain.deduction.each_trip import NO_HOME_END, undeducted

OUTWARD, HOMEWARD, BOTH = "day_outward", "day_homeward", "day_both"
REST, ELSEWHERE = "day_rest", "day_elsewhere"


def per_day(day: Sequence[Drive], commute: Commute) -> tuple[Counted, ...]:
    """``per_day`` (PAV 21.2, the extra cost of the day): the first trip that leaves home carries the outward commute,
    the last that reaches home the homeward one; what they are too short for is taken from the day's other trips in
    order. What settled trips have carried is not taken again, and what no trip can carry is dropped.
    """
    if commute.fault is not None:
        return tuple(undeducted(drive, commute.fault) for drive in day if drive.is_open)
    carriers = _carriers(day)
    if not carriers:
        return tuple(undeducted(drive, NO_HOME_END) for drive in day if drive.is_open)
    home_work_m = commute.home_work_m or 0
    taken = _taken(day, carriers, home_work_m)
    return tuple(
        _counted(drive, taken[index], _role(index, carriers, taken[index]), home_work_m)
        for index, drive in enumerate(day)
        if drive.is_open
    )


def _carriers(day: Sequence[Drive]) -> tuple[tuple[str, int], ...]:
    """The trip of the day, by its place in it, that carries each way; a trip can carry both."""
    outward = [index for index, drive in enumerate(day) if drive.leaves_home][:1]
    homeward = [index for index, drive in enumerate(day) if drive.reaches_home][-1:]
    return (*((OUTWARD, index) for index in outward), *((HOMEWARD, index) for index in homeward))


def _taken(day: Sequence[Drive], carriers: tuple[tuple[str, int], ...], home_work_m: int) -> list[int]:
    """Metres by the trip's place in the day: first the carriers' share, then what is left from all in order."""
    settled_m = sum(drive.settled.commute_m for drive in day if drive.settled is not None)
    left_m = max(0, home_work_m * len(carriers) - settled_m)
    taken = [0] * len(day)
    shares = [(index, home_work_m) for _, index in carriers] + [(index, left_m) for index in range(len(day))]
    for index, most_m in shares:
        if day[index].is_open:
            metres = min(most_m, left_m, day[index].gross_m - taken[index])
            taken[index] += metres
            left_m -= metres
    return taken


def _role(index: int, carriers: tuple[tuple[str, int], ...], taken_m: int) -> str:
    ways = [way for way, carrier in carriers if carrier == index]
    if ways:
        return BOTH if len(ways) > 1 else ways[0]
    return REST if taken_m else ELSEWHERE


def _counted(drive: Drive, taken_m: int, reason: str, home_work_m: int) -> Counted:
    return Counted(drive.gross_m, (Deduction(COMMUTE, taken_m, reason, drive.home_ends, home_work_m),))
