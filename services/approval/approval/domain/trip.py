"""A submitted trip as the person who decides it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

MEASURED, TYPED = "measured", "typed"
"""Where a distance is from: routing measured it, or it was read from the odometer or taken by a phone."""
_HOME = "home"


@dataclass(frozen=True, slots=True)
class Deduction:
    """Metres that are not paid, with the reason in both languages."""

    name: str
    metres: int
    reason_da: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class SubmittedTrip:
    """One revision of a trip; ``points`` are the address texts in driving order, one way. Where nothing was measured
    there are none, and ``stops`` are the places as its driver named them. ``first_submitted_at`` is that of the first
    revision, None where it was not seen here or has been withdrawn.
    """

    trip_id: str
    revision: int
    person_id: str
    employment_id: str
    org_unit_id: str
    driving_date: date
    purpose: str
    rate_type: str
    distance_source: str
    points: tuple[str, ...]
    stops: tuple[str, ...]
    round_trip: bool
    without_extra: bool
    four_km: bool
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
    first_submitted_at: datetime | None = None

    @property
    def is_amended(self) -> bool:
        """Whether it is another than was submitted first. A revision of the same moment only leaves out what nobody
        may be shown any more.
        """
        return self.revision > 1 and self.first_submitted_at != self.submitted_at

    @property
    def places(self) -> tuple[str, ...]:
        """Where it went, in driving order: as routing found it, else as it was typed; none where nothing was told."""
        return self.points or self.stops

    @property
    def likeness(self) -> str:
        """Equal for two trips of one person that look like the same drive reported twice. The same drive is told of
        without points and without its home's address once that is protected, so an end at home is known by being one,
        and a measured drive with such an end by its metres.
        """
        home = (self.starts_at_home, self.ends_at_home)
        ends = tuple(_HOME if at_home else place for at_home, place in zip(home, self._ends(), strict=True))
        return "|".join((self.person_id, self.driving_date.isoformat(), *ends, str(self.gross_m)))

    def _ends(self) -> tuple[str, str]:
        """What can be compared of where it began and ended; empty where nothing can."""
        if self.distance_source == MEASURED and (self.starts_at_home or self.ends_at_home):
            return "", ""
        places = self.points or tuple(map(_plain, self.stops))
        return (places[0], places[-1]) if places else ("", "")


def _plain(text: str) -> str:
    """Nobody types an address twice with the same spaces and capitals."""
    return " ".join(text.casefold().split())
