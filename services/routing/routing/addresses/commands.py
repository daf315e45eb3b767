"""`routing addresses build | list | use`: registers apart from the map, such as DAR's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from chassis.cli import Site, format_option, show
from chassis.clock import iso_utc, utc_now
from routing.addresses.book import editions
from routing.addresses.dar_files import CannotRead
from routing.addresses.editions import Editions, build_edition
from routing.app import RoutingApp
from routing.config import RoutingConfig


@click.group("addresses")
def addresses() -> None:
    """Address registers for ROUTING_ADDRESSES=register: build, list, use."""


@addresses.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--use/--no-use", default=True, show_default=True, help="Make it the current register when it is built.")
@click.pass_obj
def build(site: Site, source: Path, use: bool) -> None:  # noqa: FBT001 - click gives flags by position or name
    """Build a register from SOURCE: a folder with the unpacked CSV files of DAR (Husnummer, Adressepunkt, NavngivenVej,
    Postnummer, SupplerendeBynavn), or an OSM file.
    """
    kept, config = _kept(site)
    try:
        made = build_edition(source, kept, config.addresses_folder / ".building", iso_utc(utc_now()))
    except (CannotRead, RuntimeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made.edition} is built: {made.address_count} addresses.")
    if use:
        _use(kept, made.edition)


@addresses.command("list")
@format_option
@click.pass_obj
def list_(site: Site, output: str) -> None:
    """The registers there are, the oldest first."""
    kept, _ = _kept(site)
    current = kept.current_edition()
    rows: list[dict[str, Any]] = [
        {
            "register": one.edition,
            "current": "yes" if one.edition == current else "",
            "from": one.name,
            "data of": one.data_date or "unknown",
            "addresses": one.address_count,
        }
        for one in kept.all()
    ]
    show(rows, output, empty="No address register has been built yet.")


@addresses.command()
@click.argument("register")
@click.pass_obj
def use(site: Site, register: str) -> None:
    """Make REGISTER the current one; addresses already measured stay what they are."""
    kept, _ = _kept(site)
    if register not in {one.edition for one in kept.all()}:
        raise click.ClickException(f"There is no register {register}; see `routing addresses list`.")
    _use(kept, register)


def _use(kept: Editions, register: str) -> None:
    kept.use(register)
    click.echo(f"{register} is current.")


def _kept(site: Site) -> tuple[Editions, RoutingConfig]:
    config = cast("RoutingConfig", site.config)
    return editions(config, cast("RoutingApp", site.app).store.engine), config
