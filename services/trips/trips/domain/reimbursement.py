"""From a day's drives to the metres and øre they are paid with: deduct, round the distance, price it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import Rejected
from trips.domain.deduction import POLICIES, Commute, Deduction, Drive
from trips.domain.quantities import amount_oere, net_m


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """What one drive is paid for. ``net_m`` is gross less deductions, rounded once; ``amount_oere`` prices it."""

    trip_id: str
    gross_m: int
    deduction: Deduction
    net_m: int
    amount_oere: int


def reimburse(day: Sequence[Drive], *, policy: str, commute: Commute, oere_per_km: int) -> tuple[Reimbursement, ...]:
    """One reimbursement for each open drive of the day, in order.

    ``Rejected("round_trip_closed_path")`` when a round trip's path already starts and ends at home.
    """
    for drive in day:
        refuse_closed_round_trip(drive)
    deductions = POLICIES[policy](day, commute)
    return tuple(_priced(drive, line, oere_per_km) for drive, line in zip(day, deductions, strict=True))


def refuse_closed_round_trip(drive: Drive) -> None:
    """A path from home to home already is the whole way there and back."""
    if drive.round_trip and drive.starts_at_home and drive.ends_at_home:
        raise Rejected("round_trip_closed_path", "a round trip cannot both start and end at home")


def _priced(drive: Drive, line: Deduction, oere_per_km: int) -> Reimbursement:
    paid_m = net_m(drive.gross_m - line.metres)
    return Reimbursement(drive.trip_id, drive.gross_m, line, paid_m, amount_oere(paid_m, oere_per_km))
