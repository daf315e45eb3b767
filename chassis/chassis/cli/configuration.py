"""`config doc|check|show`: what can be set, whether it is right, what is in force."""

import click

from chassis.cli.output import format_option, show
from chassis.cli.site import Site
from chassis.config import shown, variables


@click.group()
def config() -> None:
    """The service's configuration, which is its environment."""


@config.command()
@format_option
@click.pass_obj
def doc(site: Site, output: str) -> None:
    """Every variable with its default and meaning; secrets can also be read from the file named by NAME_FILE."""
    rows = [
        {
            "variable": variable.name + (" (or _FILE)" if variable.secret else ""),
            "default": "required" if variable.required else variable.default,
            "meaning": variable.help,
        }
        for variable in variables(site.config_cls)
    ]
    show(rows, output)


@config.command()
@click.pass_obj
def check(site: Site) -> None:
    """Exit code 0 when the configuration can be used, else 2 and a sentence for each thing to mend."""
    assert site.config  # noqa: S101 - loading is the check
    click.echo("The configuration can be used.")


@config.command("show")
@format_option
@click.pass_obj
def show_config(site: Site, output: str) -> None:
    """What is in force, secrets as stars."""
    show([{"variable": name, "value": value} for name, value in shown(site.config).items()], output)
