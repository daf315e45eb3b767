"""The table, and the comparison of two runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from bench.results import Result, changes
from bench.row import Goal, Row, Side


def show(result: Result, machine: Sequence[str]) -> None:
    """Print every row, and under the table its notes and the machine."""
    console = Console(width=None if Console().is_terminal else 160)
    table = Table(title=f"The same work side by side, medians ({result.size} sizes)", show_lines=True)
    for heading in ("work", "ours", "peers", "limits", "goals"):
        table.add_column(heading, justify="left" if heading == "work" else "right")
    for row in result.rows:
        table.add_row(row.work, *cells(row))
    console.print(table)
    for line in [*_notes(result.rows), *machine]:
        console.print(line, highlight=False, markup=False)


def cells(row: Row) -> list[str]:
    """What ours, the peers and the limits came to, each other with ours as a multiple of it, and the goals."""
    ours = f"{figure(row.ours.median)} {row.unit}\n±{row.ours.spread / 2:.0%}"
    peers, limits = ("\n".join(_other(row, side) for side in row.others(kind)) for kind in ("peer", "limit"))
    return [ours, peers or "–", limits or "–", "\n".join(_goal(row, goal) for goal in row.goals) or "–"]


def figure(value: float) -> str:
    """Three significant digits, thousands apart."""
    return f"{float(f'{value:.3g}'):,.{max(0, _decimals(value))}f}"


def _decimals(value: float) -> int:
    magnitude = abs(value)
    return 0 if magnitude >= 100 else 1 if magnitude >= 10 else 2 if magnitude >= 1 else 3


def _other(row: Row, side: Side) -> str:
    ratio = row.ratio(side)
    return f"{side.name} {figure(side.median)}: {ratio:.2f}×" if side.kind == "peer" else _limit(side, ratio)


def _limit(side: Side, ratio: float) -> str:
    return f"{side.name} {figure(side.median)}: {ratio:.0%}"


def _goal(row: Row, goal: Goal) -> str:
    word = "met" if row.met(goal) else "NOT met"
    sign = "≤" if goal.than is None and row.better == "less" else "≥"
    if goal.than is None:
        return f"{sign} {figure(goal.at_least)} {row.unit}: {word}"
    is_limit = any(side.name == goal.than for side in row.others("limit"))
    wanted = f"{goal.at_least:.0%}" if is_limit else f"{goal.at_least:g}×"
    return f"≥ {wanted} of {goal.than}: {word}"


def _notes(rows: Iterable[Row]) -> list[str]:
    found = dict.fromkeys(row.note for row in rows if row.note)
    for row in rows:
        found |= dict.fromkeys(f"{side.name}: {side.note}" for side in row.sides if side.note)
    return [f"- {note}" for note in found]


def show_comparison(before: Result, after: Result) -> None:
    """Print the rows both runs have, and what changed."""
    table = Table(title="Ours in two runs; above 1 is better")
    for heading in ("row", "before", "after", "unit", "changed", "changed against the limit"):
        table.add_column(heading, justify="left" if heading == "row" else "right")
    for one in changes(before, after):
        steadied = "–" if one.steadied is None else f"{one.steadied:.2f}×"
        table.add_row(one.name, figure(one.before), figure(one.after), one.unit, f"{one.factor:.2f}×", steadied)
    console = Console(width=None if Console().is_terminal else 160)
    console.print(table)
    if before.machine["cpu"] != after.machine["cpu"]:
        console.print("The two ran on different machines: only the last column says something.")
    if before.size != after.size:
        console.print(f"The sizes differ: {before.size} and {after.size}.")
