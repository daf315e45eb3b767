"""What a benchmark found: one piece of work, done by several sides in turns, and what was hoped for.

Every ratio reads the same way: above 1 the project's own side is the better one, whichever way the unit runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Kind = Literal["ours", "peer", "limit"]


@dataclass(frozen=True, kw_only=True)
class Side:
    """Who did the work, and one figure per round, in the unit of its row.

    A ``peer`` is what people would use instead; a ``limit`` is the same work without the promises, which nothing built
    on the same driver can pass. ``note`` says what a reader must know to judge the figure: settings, events counted.
    """

    name: str
    kind: Kind
    runs: Sequence[float]
    note: str = ""

    @property
    def median(self) -> float:
        """The figure that counts; the others say how far to trust it."""
        return median(self.runs)

    @property
    def spread(self) -> float:
        """The distance between the worst and the best round, as a part of the median."""
        return (max(self.runs) - min(self.runs)) / self.median if self.median else 0.0


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Ours is to be at least ``at_least`` times as good as the side named ``than``.

    Without a name ``at_least`` is a figure in the unit of the row.
    """

    at_least: float
    than: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table. ``name`` stays the same from run to run: two runs are compared by it.

    ``name`` is the benchmark's name and the case, ``append postgresql 1x4``; ``work`` says it to a reader.
    """

    name: str
    work: str
    unit: str
    sides: Sequence[Side]
    better: Literal["more", "less"] = "more"
    goals: Sequence[Goal] = ()
    note: str = ""

    @property
    def ours(self) -> Side:
        """The side that is the project's own."""
        return next(side for side in self.sides if side.kind == "ours")

    def others(self, kind: Kind) -> list[Side]:
        """The peers, or the limits."""
        return [side for side in self.sides if side.kind == kind]

    def ratio(self, other: Side) -> float:
        """How many times as good ours is; 0 where one of the two found nothing."""
        if not self.ours.median or not other.median:
            return 0.0
        ratio = self.ours.median / other.median
        return ratio if self.better == "more" else 1 / ratio

    def reached(self, goal: Goal) -> float:
        """What stands against ``goal.at_least``."""
        if goal.than is None:
            return self.ours.median
        return self.ratio(next(side for side in self.sides if side.name == goal.than))

    def met(self, goal: Goal) -> bool:
        """Whether the goal was reached in this run."""
        if goal.than is None and self.better == "less":
            return self.ours.median <= goal.at_least
        return self.reached(goal) >= goal.at_least
