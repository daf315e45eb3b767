"""From a day's drives to the metres and øre they are paid with: deduct, round the distance, price it."""

from __future__ import annotations

from collections.abc import Sequence
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
    Policy,
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
    """One reimbursement for each open drive of a day in one employment, in order; ``rule`` is None where the unit has
    no four-km rule.

    ``Rejected("round_trip_closed_path")`` when a round trip's path already starts and ends at home,
    ``Rejected("four_km_not_allowed")`` when a trip uses a rule its unit does not have. Settled drives are refused
    nothing: they stay as they are.
    """
    opened = [drive for drive in day if drive.is_open]
    for drive in opened:
        refuse_closed_round_trip(drive)
        if drive.four_km and rule is None:
            raise Rejected("four_km_not_allowed", "the unit does not have the four-km rule")
    commuting, using = count_commute(day, POLICIES[policy], commute), count_four_km(day, rule or FourKm(0))
    both = ((drive, (using if drive.four_km else commuting)[drive.trip_id]) for drive in opened)
    return tuple(_priced(drive, counted, oere_per_km) for drive, counted in both)


def refuse_closed_round_trip(drive: Drive) -> None:
    """A path from home to home already is the whole way there and back."""
    if drive.round_trip and drive.starts_at_home and drive.ends_at_home:
        raise Rejected("round_trip_closed_path", "a round trip cannot both start and end at home")


def count_commute(day: Sequence[Drive], policy: Policy, commute: Commute) -> dict[str, Counted]:
    """The open drives of one employment that do not use the four-km rule, by trip: under ``policy``, and as driven
    where they are without extra distance.

    ``ValueError`` when the policy does not answer for each of them, or takes more than was driven.
    """
    plain = [drive for drive in day if not drive.four_km]
    commuting = [drive for drive in plain if drive.method != WITHOUT_EXTRA]
    answers = _checked(policy, commuting, commute)
    return answers | {
        drive.trip_id: undeducted(drive, WITHOUT_EXTRA)
        for drive in plain
        if drive.is_open and drive.method == WITHOUT_EXTRA
    }


def count_four_km(day: Sequence[Drive], rule: FourKm) -> dict[str, Counted]:
    """The open drives that use the four-km rule, by trip. ``day`` is the person's whole day."""
    using = [drive for drive in day if drive.is_open and drive.four_km]
    return {drive.trip_id: counted for drive, counted in zip(using, four_km(day, rule), strict=True)}


def _checked(policy: Policy, day: Sequence[Drive], commute: Commute) -> dict[str, Counted]:
    """A policy may be a municipality's own: what it answers is not taken on trust."""
    opened = [drive for drive in day if drive.is_open]
    answers = dict(zip((drive.trip_id for drive in opened), policy(day, commute), strict=True))
    for drive in opened:
        answer = answers[drive.trip_id]
        metres = [line.metres for line in answer.deductions]
        if min([0, *metres]) < 0 or not sum(metres) <= answer.gross_m <= drive.gross_m:
            message = f"a deduction policy takes {sum(metres)} m of {answer.gross_m} m, driven {drive.gross_m} m"
            raise ValueError(message)
    return answers


def _priced(drive: Drive, counted: Counted, oere_per_km: int) -> Reimbursement:
    deducted_m = sum(line.metres for line in counted.deductions)
    paid_m = net_m(counted.gross_m - deducted_m)
    amount = amount_oere(paid_m, oere_per_km)
    return Reimbursement(drive.trip_id, counted.gross_m, counted.deductions, paid_m, amount)
