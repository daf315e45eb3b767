"""`make month`: N trips through the running system, a table of what became of them, and an exit code that tells.

BASE names a running system; without it the one started by `make run` is used, and where none runs, one is started
for the occasion in a temporary folder and ended afterwards.
"""

import contextlib
import secrets
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from chassis.clock import local_date, utc_now
from chassis.identity import DevIssuer
from deploy.child import EmbeddedChild
from deploy.client import CallFailed, NoAnswer, System, answers
from deploy.demo.line import LineStuckError
from deploy.month.drive import MonthDriver, MonthResult
from deploy.settings import DEFAULT_HOST, data_dir, port


@click.command()
@click.option("--trips", default=2000, show_default=True, envvar="N", type=click.IntRange(1, 100_000))
@click.option("--base", envvar="BASE", default="", help="The system's address; default: the one `make run` started.")
@click.option("--connections", default=4, show_default=True, type=click.IntRange(1, 64))
@click.option("--seed", default="", help="Draws the same trips again; default: new ones each time.")
def main(trips: int, base: str, connections: int, seed: str) -> None:
    """Drive a whole month and check that the file holds exactly what was approved."""
    console = Console()
    try:
        with _target(base, console) as system, _progress(console) as progress:
            driver = MonthDriver(system, progress, connections=connections, seed=seed or secrets.token_hex(4))
            result = driver.drive(trips, local_date(utc_now()))
    except (CallFailed, LineStuckError, RuntimeError, NoAnswer) as error:
        console.print(f"[bold red]The month did not come to its end:[/] {error}", soft_wrap=True)
        sys.exit(2)
    console.print(_table(result))
    for difference in result.differences[:20]:
        console.print(f"[bold red]Wrong:[/] {difference}", soft_wrap=True)
    console.print(_verdict(result))
    sys.exit(1 if result.differences else 0)


@contextlib.contextmanager
def _target(base: str, console: Console) -> Iterator[System]:
    url = base or f"http://{DEFAULT_HOST}:{port()}"
    if base or answers(f"{url}/health/live"):
        with contextlib.closing(System(url, DevIssuer(data_dir(), host=DEFAULT_HOST))) as system:
            console.print(f"Using the system at {url}.")
            yield system
        return
    with tempfile.TemporaryDirectory(prefix="month-") as folder, EmbeddedChild(Path(folder)) as child:
        console.print("No system is running here, so one was started for this month in a temporary folder.")
        with contextlib.closing(child.system()) as system:
            yield system


def _progress(console: Console) -> Progress:
    columns = ("{task.description:>10}", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _table(result: MonthResult) -> Table:
    table = Table("Month", result.period, title="One month, from report to file")
    total_s, events = sum(result.seconds.values()), sum(result.events.values())
    rows = {
        "Trips reported": f"{result.trips:,}",
        "Approved / rejected": f"{result.approved:,} / {result.rejected:,}",
        "Kilometres paid": f"{result.net_m / 1000:,.2f}",
        "Amount": f"{result.amount_oere / 100:,.2f} kr.",
        "Lines in the file": f"{result.file_lines:,}",
        "Seconds": f"{total_s:.1f} ({', '.join(f'{name} {s:.1f}' for name, s in result.seconds.items())})",
        "Published events": f"{events:,} ({', '.join(f'{name} {n:,}' for name, n in result.events.items())})",
        "Trips per second": f"{result.trips / total_s:,.0f}",
        "Published events per second": f"{events / total_s:,.0f}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _verdict(result: MonthResult) -> str:
    if result.differences:
        return f"[bold red]{len(result.differences)} differences between what was approved and what is paid.[/]"
    return "[bold green]Σ file = Σ approved: every metre and every øre agrees.[/]"


if __name__ == "__main__":
    main()
