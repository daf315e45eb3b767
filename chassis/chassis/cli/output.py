"""Lists for people as tables, for programs as JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

Rows = Sequence[Mapping[str, Any]]


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "--format",
        "output",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="For people, or for programs.",
    )
    return option(command)


def show(rows: Rows, output: str, empty: str = "Nothing.") -> None:
    if output == "json":
        click.echo(json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        click.echo(empty)
        return
    table = Table(*(str(name) for name in rows[0]))
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)
