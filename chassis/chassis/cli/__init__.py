"""The commands every service has. A service makes its program with `service_cli` and adds its own verbs to it.

Exit codes: 0 done; 1 done and found wanting (unwell, not whole, refused); 2 wrong usage or configuration.
"""

import chassis.patch  # noqa: F401, I001 - before anything that makes sockets or locks

from collections.abc import Callable
from typing import Any

import click

from chassis.app import App
from chassis.cli.as_of import as_of
from chassis.cli.configuration import config
from chassis.cli.database import db
from chassis.cli.events import feed, inbox, relay, verify
from chassis.cli.letters import dead_letters
from chassis.cli.looking import health, openapi, person
from chassis.cli.output import format_option, show
from chassis.cli.projecting import projections
from chassis.cli.restoring import list_restorations, restored, resynchronise
from chassis.cli.running import run_all, web, worker
from chassis.cli.site import EXIT_PROBLEM, Site
from chassis.config import CommonConfig
from chassis.errors import ServiceError

VERBS = (
    run_all, web, worker, db, config, feed, verify, relay, inbox, dead_letters, projections, health, openapi,
    person, as_of,
)  # fmt: skip

db.add_command(restored)
db.add_command(list_restorations)
inbox.add_command(resynchronise)

__all__ = ["Site", "format_option", "person", "service_cli", "show"]


class _Program(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """A refusal in the service's own words is a sentence, not a traceback."""
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            click.echo(f"{error.code}: {error.message}", err=True)
            ctx.exit(EXIT_PROBLEM)


def service_cli(
    name: str, config_cls: type[CommonConfig], build: Callable[[Any], App], service_cls: type
) -> click.Group:
    """The program of a service. Each command gets a `Site` by `click.pass_obj`."""

    @click.group(cls=_Program, name=name, context_settings={"help_option_names": ["-h", "--help"]})
    @click.pass_context
    def program(ctx: click.Context) -> None:
        ctx.obj = Site(name, config_cls, build, service_cls)

    program.help = f"The {name} service. Configured by environment: see `{name} config doc`."
    for verb in VERBS:
        program.add_command(verb)
    return program
