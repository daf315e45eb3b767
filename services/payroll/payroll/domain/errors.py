"""What payroll can refuse, and for which reason a caller can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import Conflict, Rejected


@dataclass(frozen=True)
class Problem:
    """Why one approved trip cannot be paid. `code` is one of no_rate, unknown_employment, bad_account, bad_pay_code."""

    trip_id: str
    code: str


class SnapshotRefused(Rejected):
    """The snapshot as a whole cannot be true; nothing of it is stored."""


class InvalidCpr(Rejected):
    """A CPR number that cannot be one. The message never repeats the number."""

    def __init__(self) -> None:
        super().__init__("invalid_cpr", "A CPR number has ten digits and begins with a date.")


class NoRate(Rejected):
    """There is no rate for the type on the day; another day's rate is never used instead."""

    def __init__(self, rate_type: str) -> None:
        super().__init__("no_rate", f"There is no rate of the type {rate_type} on that day.")


class BadCode(Rejected):
    """An account or a pay code that the payroll file has no room for."""


class PeriodRefused(Rejected):
    """The period cannot be closed as asked."""


class TripsUnpayable(Rejected):
    """Some trips cannot be priced. The period is closed with all of its trips or not at all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "unpayable_trips",
            f"{len(problems)} approved trips cannot be paid. Mend what is named and close again.",
            problems=[{"trip_id": problem.trip_id, "code": problem.code} for problem in problems],
        )


class FiguresChanged(Conflict):
    """What would be paid is no longer what the person who closes has seen."""


class CprErased(Conflict):
    """A CPR number that the payroll file needs was erased with its owner's key."""

    def __init__(self) -> None:
        super().__init__("cpr_erased", "The file names somebody whose CPR number has been erased.")
