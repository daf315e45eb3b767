"""The driving day: all trips of one person on one local date, whose figures depend on each other.

What was measured stays; what is deducted is reckoned anew for the open trips whenever one of the day's trips changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trips.domain.deduction import (
    COMMUTE,
    FOUR_KM,
    SIXTY_DAY,
    WITHOUT_EXTRA,
    Commute,
    Counted,
    Deduction,
    Drive,
    FourKm,
    Policy,
    Settled,
)
from trips.domain.events import Basis, HomeLeg, Quote, Report, SixtyDay
from trips.domain.quantities import amount_oere, net_m
from trips.domain.reimbursement import count_commute, count_four_km
from trips.domain.settings import MEASURED, TAXABLE, TYPED
from trips.domain.sixty_day import FREE_DAYS, CountedDay

Counts = Mapping[str, CountedDay]
"""By workplace: the day's number there."""


@dataclass(frozen=True, slots=True)
class DayTrip:
    """A trip of the day with the figures it has. A settled one keeps them; ``reckoned_at`` is when they were made."""

    trip_id: str
    report: Report
    quote: Quote
    reckoned_at: datetime
    settled: bool = False

    @property
    def basis(self) -> Basis:
        """What it was measured as; for one from before that was kept, what its figures show."""
        return self.quote.basis or basis_shown_by(self.report, self.quote)

    @property
    def drive(self) -> Drive:
        """The trip as a policy sees it."""
        ends = (self.quote.starts_at_home, self.quote.ends_at_home, self.report.round_trip)
        settled = Settled(_deducted_m(self.quote, COMMUTE), _deducted_m(self.quote, FOUR_KM)) if self.settled else None
        basis, four_km = self.basis, self.report.four_km
        return Drive(self.trip_id, method_of(self.report), basis.route_m, *ends, basis.work_route_m, four_km, settled)


def reckon_day(day: Sequence[DayTrip], policies: Mapping[str, Policy], counts: Counts) -> dict[str, Quote]:
    """The figures of every open trip of the day, by trip; ``day`` in the order in which its trips were first reported.

    Each employment deducts its own commute by its own policy, as its trip that was reckoned last has them; the four
    kilometres are the person's, whatever the employment. ``ValueError`` when a policy answers nonsense.
    """
    counted = count_four_km([one.drive for one in day], FourKm(_newest_border_m(day)))
    terms: dict[str, DayTrip] = {}
    for employment_id in dict.fromkeys(one.report.employment_id for one in day):
        own = [one for one in day if one.report.employment_id == employment_id]
        newest = terms[employment_id] = max((one for one in own if not one.settled), key=_made, default=own[0])
        commute = Commute(newest.basis.commute_m, newest.basis.commute_fault)
        counted |= count_commute([one.drive for one in own], policies[newest.quote.policy], commute)
    opened = (one for one in day if not one.settled)
    return {one.trip_id: _quoted(one, terms[one.report.employment_id], counted[one.trip_id], counts) for one in opened}


def same_figures(one: Quote, other: Quote) -> bool:
    """Whether nothing differs that is paid or deducted. The words for it and the number of the 60-day count may."""
    return _figures(one) == _figures(other)


def otherwise_counted(quote: Quote, counts: Counts) -> bool:
    """Whether a home leg of the trip was held for business and is now private, or the other way round."""
    both = ((one, counts[one.workplace]) for one in quote.sixty_day if one.workplace in counts)
    return any((one.day_number <= FREE_DAYS) != day.tax_free for one, day in both)


def method_of(report: Report) -> str:
    """``calculated``, ``without_extra`` or ``odometer``."""
    if report.without_extra:
        return WITHOUT_EXTRA
    return MEASURED if report.odometer is None else TYPED


def basis_shown_by(report: Report, quote: Quote) -> Basis:
    """The basis of a trip that was stored without it, under a policy that leaves the gross distance as driven."""
    route_m = quote.gross_m // 2 if report.round_trip else quote.gross_m
    fault = next(iter(quote.flags), None)
    return Basis(route_m, None, quote.home_work_m, fault, 0, "unpaid", (), ())


def _made(one: DayTrip) -> tuple[datetime, str]:
    return one.reckoned_at, one.trip_id


def _newest_border_m(day: Sequence[DayTrip]) -> int:
    using = [one for one in day if one.report.four_km and not one.settled]
    return max(using, key=_made).basis.border_m if using else 0


def _figures(quote: Quote) -> tuple[object, ...]:
    lines = [(line.name, line.metres) for line in quote.deductions if line.metres]
    return quote.gross_m, lines, quote.net_m, quote.taxable_m, quote.amount_oere


def _deducted_m(quote: Quote, name: str) -> int:
    return sum(line.metres for line in quote.deductions if line.name == name)


def _quoted(one: DayTrip, newest: DayTrip, counted: Counted, counts: Counts) -> Quote:
    commute_m, fault = newest.basis.commute_m, newest.basis.commute_fault
    basis = replace(one.basis, commute_m=commute_m, commute_fault=fault)
    left_m = counted.gross_m - sum(line.metres for line in counted.deductions)
    private, private_m = _sixty_day(basis, one.drive.gross_m - left_m, left_m, counts)
    taxed = basis.after_sixty_days == TAXABLE
    paid_m = net_m(left_m if taxed else left_m - private_m)
    lines = (*counted.deductions, *_private_line(private_m, taxed=taxed))
    commute_lines = [line for line in counted.deductions if line.name == COMMUTE]
    return replace(
        one.quote,
        gross_m=counted.gross_m,
        deductions=lines,
        net_m=paid_m,
        policy=newest.quote.policy,
        home_work_m=commute_lines[0].home_work_m if commute_lines else None,
        flags=_flags(commute_lines, fault, private_m),
        amount_oere=amount_oere(paid_m, one.quote.oere_per_km),
        taxable_m=paid_m - net_m(left_m - private_m) if taxed else 0,
        sixty_day=private,
        basis=basis,
        alternative_home=newest.quote.alternative_home,
    )


def _flags(commute_lines: Sequence[Deduction], fault: str | None, private_m: int) -> tuple[str, ...]:
    unknown = [line.reason for line in commute_lines if fault is not None and line.reason == fault]
    return (*unknown, *(["after_sixty_days"] if private_m else []))


def _sixty_day(basis: Basis, deducted_m: int, left_m: int, counts: Counts) -> tuple[tuple[SixtyDay, ...], int]:
    """The counts of the trip's workplaces, and the metres of private legs that no deduction has taken already: a
    deduction counts as taken from the home legs first (LL § 9 B: legs between workplaces are business).
    """
    found: dict[str, SixtyDay] = {}
    private_m = 0
    for leg in basis.home_legs:
        day = counts.get(leg.workplace)
        if day is not None:
            of_leg_m = 0 if day.tax_free else leg.metres
            known = found.get(leg.workplace)
            so_far_m = 0 if known is None else known.private_m
            found[leg.workplace] = SixtyDay(leg.workplace, day.day_number, day.window_from, so_far_m + of_leg_m)
            private_m += of_leg_m
    return tuple(found.values()), min(left_m, max(0, private_m - deducted_m)) if private_m else 0


def _private_line(private_m: int, *, taxed: bool) -> list[Deduction]:
    if not private_m:
        return []
    if taxed:
        return [Deduction(SIXTY_DAY, 0, "sixty_day_taxable", 0, None)]
    return [Deduction(SIXTY_DAY, private_m, "sixty_day_unpaid", 0, None)]


def home_legs(
    report: Report, places: Sequence[str], legs_m: Sequence[int], *, starts: bool, ends: bool
) -> tuple[HomeLeg, ...]:
    """The legs between home and a workplace, in driving order; ``places`` stand for the trip's points, and ``legs_m``
    is the whole way where its legs are not known.
    """
    if len(places) < 2 or (starts and ends and len(places) == 2):  # noqa: PLR2004 two ends
        return ()
    ways = 2 if report.round_trip else 1
    first = [HomeLeg(places[1], legs_m[0] * ways)] if starts else []
    last = [HomeLeg(places[-2], legs_m[-1] * ways)] if ends else []
    return (*first, *last)
