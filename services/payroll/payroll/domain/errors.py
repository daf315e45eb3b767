"""What payroll can refuse, and for which reason a caller can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from chassis.errors import Conflict, Rejected


@dataclass(frozen=True)
class Problem:
    """Why one approved trip cannot be paid. `code` is one of no_rate, unknown_employment, bad_account, bad_pay_code."""

    trip_id: str
    code: str


@dataclass(frozen=True)
class SourceWarning:
    """Why approvals or trips may be missing here. `kind`: `halted` (nothing more of `source` is taken in until a person
    decides), `held` (`events` of it wait for a person's decision) or `behind` (`events` of it are on their way; None:
    it cannot be asked).
    """

    source: str
    kind: str
    events: int | None = None

    @property
    def must_be_accepted(self) -> bool:
        """What is on its way comes by itself; what is halted or held does not."""
        return self.kind != "behind"


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


class SourcesIncomplete(Conflict):
    """Trips or approvals are known to be missing, and whoever closes has not said that this is accepted."""

    def __init__(self, warnings: Sequence[SourceWarning]) -> None:
        super().__init__(
            "sources_incomplete",
            "Some trips or approvals have not been taken in. Have it mended, or accept that they are not paid now.",
            warnings=[asdict(warning) for warning in warnings],
        )


class CprErased(Conflict):
    """A CPR number that the payroll file needs was erased with its owner's key."""

    def __init__(self) -> None:
        super().__init__("cpr_erased", "The file names somebody whose CPR number has been erased.")
