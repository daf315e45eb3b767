"""What the trips of several days come to, as the pages show it: before they are reported, and afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trips.domain.events import Report
from trips.domain.trip import Trip
from trips.doubles import IN_WORDS, warnings
from trips.http import actions
from trips.http.actions import TripsCall
from trips.http.typed import fault_key
from trips.views import trip_view


@dataclass(frozen=True, slots=True)
class DayTrip:
    """One day: the trip as the pages show it, None where it is refused; ``why`` it is refused, and what it repeats."""

    day: date
    trip: dict[str, Any] | None
    why: str = ""
    repeats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """The trips of several days and what they come to together."""

    days: Sequence[DayTrip]

    @property
    def accepted(self) -> int:
        return sum(one.trip is not None for one in self.days)

    @property
    def measuring(self) -> bool:
        """Whether what some of them come to is not known yet."""
        return any(one.trip is not None and one.trip["quote"] is None for one in self.days)

    @property
    def net_m(self) -> int:
        return sum(quote["net_m"] for quote in self._quotes)

    @property
    def amount_oere(self) -> int:
        return sum(quote["amount_oere"] for quote in self._quotes)

    @property
    def _quotes(self) -> list[dict[str, Any]]:
        return [one.trip["quote"] for one in self.days if one.trip is not None and one.trip["quote"] is not None]


def foreseen(call: TripsCall, given: Sequence[tuple[str, Report]]) -> Several:
    """What each would come to if they were reported now, and which of the caller's other trips it repeats."""
    found = []
    for (trip_id, report), (outcome, trip) in zip(given, actions.foresee_all(call, given), strict=True):
        repeats = warnings(call.app.store.engine, call.person_id, report, trip_id)
        words = dict.fromkeys(IN_WORDS[one.code][call.language] for one in repeats)
        found.append(DayTrip(report.driving_date, _shown(trip), sentence(call, outcome["problem"]), tuple(words)))
    return Several(found)


def reported(call: TripsCall, ids: Sequence[tuple[date, str]], told: Sequence[str]) -> Several:
    """The caller's own trips with these ids as they are now; ``told`` is why one was refused."""
    known = actions.own_trips(call, [trip_id for _, trip_id in ids])
    shown = [(day, _shown(known[trip_id]) if trip_id in known else None) for day, trip_id in ids]
    return Several([DayTrip(day, trip, why) for (day, trip), why in zip(shown, told, strict=True)])


def sentence(call: TripsCall, problem: dict[str, Any] | None) -> str:
    """Why a trip was refused; empty where it was not."""
    codes = [code for codes in (problem or {}).get("errors", {}).values() for code in codes]
    return " ".join(call.t(fault_key(code)) for code in codes) or (call.t("error.trip_id_taken") if problem else "")


def _shown(trip: Trip) -> dict[str, Any] | None:
    return None if trip.reported is None else trip_view(trip)
