"""`projections list|rebuild|rollback|drop-previous`: the read models."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from chassis.cli.output import format_option, show
from chassis.cli.site import Site

_TOLD_EVERY_S: Final = 1.0
Tell = Callable[[int, int], None]


@click.group()
def projections() -> None:
    """The read models; they can be made again from the events at any time."""


@projections.command("list")
@format_option
@click.pass_obj
def list_projections(site: Site, output: str) -> None:
    """Each projection, how far it is, and what stopped it; and what is being built, or was kept, beside it."""
    show([asdict(one) for one in site.app.projections.sets()], output, empty="No projections.")


@projections.command()
@click.argument("name")
@click.pass_obj
def rebuild(site: Site, name: str) -> None:
    """Fold NAME again beside the one that is read, and switch when it is done. Nobody waits meanwhile."""
    with _telling(name) as tell:
        position = site.app.projections.rebuild(name, tell)
    click.echo(f"{name} is rebuilt to position {position}; the former tables are kept (rollback, drop-previous)")


@projections.command()
@click.argument("name")
@click.pass_obj
def rollback(site: Site, name: str) -> None:
    """Go back to the tables NAME had before it was rebuilt, brought up to date first. Once more goes forth again."""
    with _telling(name) as tell:
        position = site.app.projections.roll_back(name, tell)
    click.echo(f"{name} is back on its former tables, at position {position}")


@projections.command("drop-previous")
@click.argument("name")
@click.pass_obj
def drop_previous(site: Site, name: str) -> None:
    """Free the tables NAME had before it was rebuilt; it cannot be rolled back then."""
    site.app.projections.drop_previous(name)
    click.echo(f"{name} has no former tables any more")


@contextmanager
def _telling(name: str) -> Iterator[Tell]:
    """Progress on stderr: a bar on a terminal, a line a second elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(name).tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(name)
        yield lambda position, goal: bar.update(task, completed=position, total=goal)


class _Lines:
    """Says how far it is, how fast it goes, and how long it will take at that."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._first: tuple[float, int] | None = None
        self._told_at = 0.0

    def tell(self, position: int, goal: int) -> None:
        now = time.monotonic()
        started_at, start = self._first = self._first or (now, position)
        if now - self._told_at < _TOLD_EVERY_S and position < goal:
            return
        self._told_at = now
        per_second = (position - start) / (now - started_at) if now > started_at else 0.0
        left_s = f", {(goal - position) / per_second:.0f} s left" if per_second else ""
        share = f"{position / max(goal, 1):.0%} ({position} of {goal})"
        click.echo(f"{self._name}: {share}, {per_second:.0f} events/s{left_s}", err=True)
