"""Histories of what holds from a date on: one thing at a time, and what held in the past goes on having held then."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from chassis.errors import Rejected


class Dated(Protocol):
    """A value from ``starts`` until ``ends``, the first day after it (None: open).

    ``line`` names the history it stands in: of each line at most one holds on a day.
    """

    @property
    def id(self) -> str: ...
    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date | None: ...
    @property
    def line(self) -> Hashable: ...
    @property
    def value(self) -> Any: ...


def holds_on(one: Dated, day: date) -> bool:
    """Whether ``day`` is in its period."""
    return one.starts <= day and (one.ends is None or day < one.ends)


def overlap(one: Dated, other: Dated) -> bool:
    """Whether some day is in both periods."""
    return (other.ends is None or one.starts < other.ends) and (one.ends is None or other.starts < one.ends)


def add[D: Dated](known: Sequence[D], new: D) -> tuple[D, ...]:
    """The history with ``new`` at its end. ``Rejected("empty_period")``; ``Rejected("overlap")`` names in
    ``conflicts_with`` what stands in the same line and holds on some of its days.
    """
    if new.ends is not None and new.ends <= new.starts:
        raise Rejected("empty_period", "the period ends after it begins")
    conflicts = [one.id for one in known if one.line == new.line and overlap(one, new)]
    if conflicts:
        raise Rejected("overlap", "another entry holds on some of these days", conflicts_with=conflicts)
    return (*known, new)


def change[D: Dated](known: Sequence[D], new: D) -> tuple[D, ...]:
    """A new open value from its first day on: the open period of its line ends there. The same history when that
    period has the same value already.

    ``Rejected("empty_period")`` when nothing would be left of the open period; else as in `add`.
    """
    current = next((one for one in known if one.line == new.line and one.ends is None), None)
    if current is None:
        return add(known, new)
    if current.value == new.value:
        return tuple(known)
    ended: D = replace(current, ends=new.starts)  # type: ignore[type-var]
    add([one for one in known if one is not current], ended)
    return add([ended if one is current else one for one in known], new)
