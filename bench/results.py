"""Results kept as JSON, so that two runs can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.row import Goal, Row, Side
from bench.setting import Size


@dataclass(frozen=True)
class Result:
    """One run: the machine as :mod:`bench.machine` describes it, how much was done, and what was found."""

    machine: dict[str, Any]
    size: Size
    rows: Sequence[Row]


@dataclass(frozen=True)
class Change:
    """One row in two runs: ours before and after, and by what factor it got better (above 1) or worse.

    ``steadied`` is the same against the row's limit: what remains when the machine itself was quicker or slower. None
    where a run has no limit to hold it against.
    """

    name: str
    unit: str
    before: float
    after: float
    factor: float
    steadied: float | None


def save(result: Result, path: Path) -> None:
    """Keep ``result`` in ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(result), indent=1) + "\n")


def load(path: Path) -> Result:
    """What :func:`save` kept."""
    found = json.loads(path.read_text())
    return Result(found["machine"], found["size"], [_row(row) for row in found["rows"]])


def changes(before: Result, after: Result) -> Iterator[Change]:
    """The rows both runs have, in the order of the first."""
    later = {row.name: row for row in after.rows}
    for row in before.rows:
        if row.name in later:
            yield _change(row, later[row.name])


def _change(before: Row, after: Row) -> Change:
    old, new = before.ours.median, after.ours.median
    factor = new / old if before.better == "more" else old / new
    limits = [(row.ratio(row.others("limit")[0]) if row.others("limit") else 0.0) for row in (before, after)]
    steadied = limits[1] / limits[0] if all(limits) else None
    return Change(before.name, before.unit, old, new, factor, steadied)


def _row(found: dict[str, Any]) -> Row:
    sides = [Side(**side) for side in found.pop("sides")]
    goals = [Goal(**goal) for goal in found.pop("goals")]
    return Row(sides=sides, goals=goals, **found)
