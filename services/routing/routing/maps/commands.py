"""`routing map build | list | use | verify | serve`: for the operator, beside a running service or without one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from chassis.cli import format_option, show
from chassis.clock import utc_now
from routing.config import MAPS_FOLDER
from routing.domain.errors import EngineUnavailable
from routing.domain.route import PROFILES
from routing.engine.osrm_graph import GRAPH_FILE
from routing.maps.building import CannotBuild, build_map
from routing.maps.manifest import MANIFEST, Manifest, read_manifest
from routing.maps.shelf import list_maps
from routing.maps.tools import server_command
from routing.maps.verifying import verify_map
from routing.pointing import current_id, make_current

_WHOLE = 100


def _folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "--data-dir",
        envvar="ROUTING_DATA_DIR",
        default="data",
        show_default=True,
        show_envvar=True,
        type=click.Path(path_type=Path),
        help="The service's folder; maps lie in its folder maps.",
    )
    return option(command)


@click.group("map")
def maps() -> None:
    """Maps to measure on: build, list, use, verify, serve."""


@maps.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--use/--no-use", default=True, show_default=True, help="Make it the current map when it is built.")
@_folder_option
def build(file: Path, use: bool, data_dir: Path) -> None:  # noqa: FBT001 - click gives flags by position or name
    """Build graphs and addresses from FILE (.osm.pbf, .osm); a running service takes the new map up by itself."""
    folder = data_dir / MAPS_FOLDER
    try:
        with _progress() as report:
            map_id = build_map(file, folder, utc_now(), report)
    except (CannotBuild, EngineUnavailable) as error:
        raise click.ClickException(str(error)) from error
    addresses = read_manifest(folder / map_id).address_count
    click.echo(f"{map_id} is built: {addresses} addresses.")
    if use:
        _use(folder, map_id)


@maps.command("list")
@format_option
@_folder_option
def list_(output: str, data_dir: Path) -> None:
    """The maps there are, the oldest first."""
    folder = data_dir / MAPS_FOLDER
    current = current_id(folder)
    show([_row(manifest, current) for manifest in list_maps(folder)], output, empty="No map has been built yet.")


@maps.command()
@click.argument("map_id")
@_folder_option
def use(map_id: str, data_dir: Path) -> None:
    """Make MAP_ID the current map; distances already measured stay what they are."""
    folder = data_dir / MAPS_FOLDER
    if map_id not in {manifest.map_id for manifest in list_maps(folder)}:
        raise click.ClickException(f"There is no map {map_id}; see `routing map list`.")
    _use(folder, map_id)


@maps.command()
@click.argument("map_id", required=False)
@_folder_option
def verify(map_id: str | None, data_dir: Path) -> None:
    """Check that every file of MAP_ID (default: the current map) is still what was built. Exit code 1 if not."""
    folder = data_dir / MAPS_FOLDER
    name = _existing(folder, map_id)
    problems = verify_map(folder / name)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(f"{name} is whole.")


@maps.command()
@click.argument("profile", type=click.Choice(PROFILES))
@click.option("--map", "map_id", help="The map to serve. [default: the current one when it starts]")
@click.option("--ip", default="127.0.0.1", show_default=True, help="The address to listen on; keep it private.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@_folder_option
def serve(profile: str, map_id: str | None, ip: str, port: int, data_dir: Path) -> None:
    """Serve one graph by osrm-routed, for ROUTING_ENGINE=osrm-http. It takes the place of this process."""
    name = _existing(data_dir / MAPS_FOLDER, map_id)
    command = server_command(data_dir / MAPS_FOLDER / name / profile / GRAPH_FILE, ip, port)
    os.execv(command[0], command)  # noqa: S606 - the engine's own program, with arguments of the right kinds


def _existing(folder: Path, map_id: str | None) -> str:
    name = map_id or current_id(folder)
    if not name or not (folder / name / MANIFEST).is_file():
        raise click.ClickException(f"There is no map {name}." if name else "No map has been built yet.")
    return name


def _use(folder: Path, map_id: str) -> None:
    make_current(folder, map_id)
    click.echo(f"{map_id} is current.")


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """A bar per step on a terminal; elsewhere the bars as they end up."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:

        def report(step: str, percent: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=_WHOLE)
            bars.update(tasks[step], completed=percent)

        yield report


def _row(manifest: Manifest, current: str) -> dict[str, Any]:
    return {
        "map": manifest.map_id,
        "current": "yes" if manifest.map_id == current else "",
        "file": manifest.map_name,
        "data of": manifest.data_date or "unknown",
        "addresses": manifest.address_count,
    }
