"""`projections list|rebuild`: the read models."""

from dataclasses import asdict

import click

from chassis.cli.output import format_option, show
from chassis.cli.site import Site


@click.group()
def projections() -> None:
    """The read models; they can be made again from the events at any time."""


@projections.command("list")
@format_option
@click.pass_obj
def list_projections(site: Site, output: str) -> None:
    """Each projection, how far it is, and what stopped it."""
    show([asdict(status) for status in site.app.projections.status()], output, empty="No projections.")


@projections.command()
@click.argument("name")
@click.pass_obj
def rebuild(site: Site, name: str) -> None:
    """Empty NAME and fold it again. Readers see the old rows until it is done."""
    position = site.app.projections.rebuild(name, lambda done: click.echo(f"{name}: {done}", err=True))
    click.echo(f"{name} is rebuilt to position {position}")
