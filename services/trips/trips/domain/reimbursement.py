"""From a day's drives to the metres and øre they are paid with: deduct, round the distance, price it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chassis.errors import Rejected
from trips.domain.deduction import (
    POLICIES,
    WITHOUT_EXTRA,
    Commute,
    Counted,
    Deduction,
    Drive,
    FourKm,
    four_km,
    undeducted,
)
from trips.domain.quantities import amount_oere, net_m


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """What one drive is paid for. ``net_m`` is gross less deductions, rounded once; ``amount_oere`` prices it."""

    trip_id: str
    gross_m: int
    deductions: tuple[Deduction, ...]
    net_m: int
    amount_oere: int

    def deducted_m(self, name: str) -> int:
        """What the lines of that name come to; 0 when there is none."""
        return sum(line.metres for line in self.deductions if line.name == name)


def reimburse(
    day: Sequence[Drive], *, policy: str, commute: Commute, oere_per_km: int, rule: FourKm | None = None
) -> tuple[Reimbursement, ...]:
    """One reimbursement for each open drive of the day, in order; ``rule`` is None where the unit has no four-km rule.

    ``Rejected("round_trip_closed_path")`` when a round trip's path already starts and ends at home,
    ``Rejected("four_km_not_allowed")`` when a trip uses a rule its unit does not have. Settled drives are refused
    nothing: they stay as they are.
    """
    opened = [drive for drive in day if drive.is_open]
    for drive in opened:
        refuse_closed_round_trip(drive)
        if drive.four_km and rule is None:
            raise Rejected("four_km_not_allowed", "the unit does not have the four-km rule")
    counted = _counted(day, policy, commute, rule or FourKm(0))
    return tuple(_priced(drive, next(counted[_kind(drive)]), oere_per_km) for drive in opened)


def refuse_closed_round_trip(drive: Drive) -> None:
    """A path from home to home already is the whole way there and back."""
    if drive.round_trip and drive.starts_at_home and drive.ends_at_home:
        raise Rejected("round_trip_closed_path", "a round trip cannot both start and end at home")


def _kind(drive: Drive) -> str:
    """What decides the drive's deduction: the four-km rule before all, then ``without_extra``, else the policy."""
    if drive.four_km:
        return "four_km"
    return WITHOUT_EXTRA if drive.method == WITHOUT_EXTRA else "policy"


def _counted(day: Sequence[Drive], policy: str, commute: Commute, rule: FourKm) -> dict[str, Iterator[Counted]]:
    """The open drives of each kind, counted, in the order of the day."""
    commuting = [drive for drive in day if _kind(drive) == "policy"]
    plain = [undeducted(drive, WITHOUT_EXTRA) for drive in day if drive.is_open and _kind(drive) == WITHOUT_EXTRA]
    return {
        "policy": iter(POLICIES[policy](commuting, commute)),
        "four_km": iter(four_km(day, rule)),
        WITHOUT_EXTRA: iter(plain),
    }


def _priced(drive: Drive, counted: Counted, oere_per_km: int) -> Reimbursement:
    deducted_m = sum(line.metres for line in counted.deductions)
    paid_m = net_m(counted.gross_m - deducted_m)
    amount = amount_oere(paid_m, oere_per_km)
    return Reimbursement(drive.trip_id, counted.gross_m, counted.deductions, paid_m, amount)
