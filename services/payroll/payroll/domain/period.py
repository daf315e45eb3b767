"""The pay period: what is closed at once, once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from payroll.domain.errors import (
    FiguresChanged,
    PeriodRefused,
    Problem,
    SourcesIncomplete,
    SourceWarning,
    TripsUnpayable,
)
from payroll.domain.opus import FileSettings
from payroll.domain.pay_lines import PayItem, PayLine, checksum, pay_lines
from payroll.domain.settlement import TripSettled

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
MONTHS_BEFORE_THE_FIRST_CLOSING = 2
"""How far back the first period of an installation may lie: whoever moves in has a month or two in hand."""


@dataclass(frozen=True)
class PayCodeSum:
    """The amount stands under a rate's first pay code; a second one repeats trips and metres, with no amount."""

    pay_code: str
    trip_count: int
    net_m: int
    amount_oere: int


@dataclass(frozen=True)
class Figures:
    trip_count: int
    line_count: int
    net_m: int
    amount_oere: int
    pay_codes: tuple[PayCodeSum, ...]
    checksum: str


@dataclass(frozen=True)
class PeriodClosed:
    """The period is paid. The settings of its file are kept, so that it is the same file whenever it is asked for.

    `warnings` say what may be missing from it.
    """

    period: str
    closed_at: datetime
    cut_off: datetime
    figures: Figures
    file: FileSettings
    warnings: tuple[SourceWarning, ...] = ()


@dataclass(frozen=True)
class FileExported:
    """Somebody took the period's file out of the house; who and when stand with the event."""

    period: str
    format: str
    line_count: int


@dataclass(frozen=True)
class Period:
    closed: PeriodClosed | None = None
    exports: int = 0


@dataclass(frozen=True)
class Expected:
    """The figures a person had before them when deciding to close."""

    trip_count: int
    amount_oere: int


@dataclass(frozen=True)
class ClosePeriod:
    period: str
    cut_off: datetime
    now: datetime
    today: date
    file: FileSettings
    expected: Expected | None = None
    last_closed: str | None = None
    warnings: tuple[SourceWarning, ...] = ()
    accept_incomplete: bool = False


def evolve(state: Period, event: object) -> Period:
    match event:
        case PeriodClosed():
            return replace(state, closed=event)
        case FileExported():
            return replace(state, exports=state.exports + 1)
        case _:
            return state


def decide_closing(
    state: Period, command: ClosePeriod, outcomes: Sequence[TripSettled | Problem]
) -> list[PeriodClosed]:
    """Nothing for a period that is closed already. TripsUnpayable when one trip cannot be paid; FiguresChanged when
    the command names figures that are no longer so; SourcesIncomplete when approvals are known to be missing and
    nobody accepts that; else the errors of `check_closing`.
    """
    if state.closed is not None:
        return []
    check_closing(command)
    problems = [item for item in outcomes if isinstance(item, Problem)]
    if problems:
        raise TripsUnpayable(problems)
    figures = figures_of([item for item in outcomes if isinstance(item, TripSettled)])
    _check_expected(command.expected, figures)
    _check_sources(command)
    return [PeriodClosed(command.period, command.now, command.cut_off, figures, command.file, command.warnings)]


def check_closing(command: ClosePeriod) -> None:
    """What needs no look at the trips. PeriodRefused for a month that is not open or a cut-off that makes no sense."""
    check_period(command.period, command.last_closed, command.today)
    if command.cut_off > command.now:
        raise PeriodRefused("cut_off_in_future", "The cut-off lies in the future.")


def instant(moment: datetime) -> datetime:
    """In UTC. PeriodRefused for a moment that exists in its own time zone and not there."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PeriodRefused("bad_cut_off", "The cut-off is no moment that a trip can have been approved at.") from None


def figures_of(settled: Sequence[TripSettled]) -> Figures:
    """Counts and sums of a period's settlements; the same for a preview as for the closing."""
    lines = lines_of(settled)
    return Figures(
        trip_count=len(settled),
        line_count=len(lines),
        net_m=sum(item.net_m for item in settled),
        amount_oere=sum(item.amount_oere for item in settled),
        pay_codes=tuple(_pay_code_sums(settled)),
        checksum=checksum(lines),
    )


def lines_of(settled: Sequence[TripSettled]) -> list[PayLine]:
    """The file lines; employments in the order of their number, and of their id where two people share one."""
    return pay_lines(
        PayItem(line_employment(item), pay_code, item.second_pay_code, item.account, item.driving_date, metres)
        for item in settled
        for pay_code, metres, _ in item.shares
    )


def line_employment(item: TripSettled) -> str:
    return f"{item.employee_number} {item.employment_id}"


def is_month(text: str) -> bool:
    """Whether the text names a calendar month, yyyy-mm."""
    return MONTH.fullmatch(text) is not None


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def check_period(period: str, last_closed: str | None, today: date) -> None:
    """PeriodRefused unless the period is a calendar month, yyyy-mm, that is open."""
    if not is_month(period):
        raise PeriodRefused("bad_period", "A period is a month, yyyy-mm.")
    if period > month_of(today):
        raise PeriodRefused("period_in_future", "A period cannot be closed before it has begun.")
    if period in open_periods(last_closed, today):
        return
    if last_closed is None:
        raise PeriodRefused("period_too_early", "The first period to close is one of the last three months.")
    raise PeriodRefused(
        "later_period_closed",
        f"{period} can no longer be closed, because {last_closed} is closed: its trips are paid in {last_closed}, or in"
        " the period that is closed next.",
        last_closed=last_closed,
    )


def open_periods(last_closed: str | None, today: date) -> list[str]:
    """The months that can be closed now, newest first: those after the last closed one, or the last three."""
    months = [month_of(today)]
    if last_closed is None:
        for _ in range(MONTHS_BEFORE_THE_FIRST_CLOSING):
            months.append(_month_before(months[-1]))
        return months
    while months[-1] > last_closed:
        months.append(_month_before(months[-1]))
    return [month for month in months if month > last_closed]


def _month_before(period: str) -> str:
    year, month = int(period[:4]), int(period[5:])
    return f"{year:04d}-{month - 1:02d}" if month > 1 else f"{year - 1:04d}-12"


def _check_expected(expected: Expected | None, figures: Figures) -> None:
    if expected is not None and expected != Expected(figures.trip_count, figures.amount_oere):
        raise FiguresChanged(
            "figures_changed", "What would be paid has changed since it was shown. Look again before closing."
        )


def _check_sources(command: ClosePeriod) -> None:
    missing = [warning for warning in command.warnings if warning.must_be_accepted]
    if missing and not command.accept_incomplete:
        raise SourcesIncomplete(missing)


def _pay_code_sums(settled: Sequence[TripSettled]) -> Iterator[PayCodeSum]:
    sums: dict[str, PayCodeSum] = {}
    for item in settled:
        second = [] if item.second_pay_code is None else [(item.second_pay_code, item.net_m, 0)]
        for pay_code, metres, amount in (*item.shares, *second):
            before = sums.get(pay_code, PayCodeSum(pay_code, 0, 0, 0))
            sums[pay_code] = PayCodeSum(
                pay_code, before.trip_count + 1, before.net_m + metres, before.amount_oere + amount
            )
    yield from (sums[pay_code] for pay_code in sorted(sums))
