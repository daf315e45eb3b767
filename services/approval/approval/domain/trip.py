"""A submitted trip as the person who decides it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Deduction:
    """Metres that are not paid, with the reason in both languages."""

    name: str
    metres: int
    reason_da: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class SubmittedTrip:
    """One revision of a trip; ``points`` are the address texts in driving order, one way."""

    trip_id: str
    revision: int
    person_id: str
    employment_id: str
    org_unit_id: str
    driving_date: date
    purpose: str
    rate_type: str
    points: tuple[str, ...]
    round_trip: bool
    starts_at_home: bool
    ends_at_home: bool
    gross_m: int
    ferry_m: int
    deductions: tuple[Deduction, ...]
    net_m: int
    licence_plate: str | None
    remark: str | None
    flags: tuple[str, ...]
    submitted_at: datetime

    @property
    def likeness(self) -> str:
        """Equal for two trips of one person that look like the same drive reported twice."""
        ends = (self.points[0], self.points[-1]) if self.points else ()
        return "|".join((self.person_id, self.driving_date.isoformat(), *ends, str(self.gross_m)))
