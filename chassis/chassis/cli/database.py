"""`db upgrade|current|check`: the service's own database. Never done by a starting replica."""

import click

from chassis import health
from chassis.cli.site import EXIT_PROBLEM, Site
from chassis.store import migrate, open_engine


@click.group()
def db() -> None:
    """The service's database."""


@db.command()
@click.pass_obj
def upgrade(site: Site) -> None:
    """Bring the tables up to what the code needs; nothing happens when they are."""
    engine = open_engine(site.config.database_url)
    before = migrate.current(engine)
    migrate.upgrade(engine, site.name)
    click.echo(f"{site.name}: {before or 'nothing'} → {migrate.current(engine)}")


@db.command()
@click.pass_obj
def current(site: Site) -> None:
    """Show where the database is and what the code needs."""
    engine = open_engine(site.config.database_url)
    click.echo(f"database {migrate.current(engine) or 'nothing'}, code {migrate.head(site.name)}")


@db.command()
@click.pass_obj
def check(site: Site) -> None:
    """Exit code 0 when the database answers and is up to date, else 1 and why."""
    failing = health.not_ready(open_engine(site.config.database_url), site.name)
    for name, why in failing.items():
        click.echo(f"{name}: {why}")
    raise SystemExit(EXIT_PROBLEM if failing else 0)
