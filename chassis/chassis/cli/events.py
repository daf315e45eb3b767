"""`feed`, `verify`, `relay status`, `inbox list|resume`: what was published, whether it is whole, how far it went out,
how far others were followed.
"""

from dataclasses import asdict

import click

from chassis.bus import inbox_status, relay_status, resume
from chassis.cli.output import format_option, show
from chassis.cli.site import EXIT_PROBLEM, Site


@click.command()
@click.option("--after", default=0, show_default=True, type=click.IntRange(0), help="The last sequence known.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--wire", is_flag=True, help="The published bytes, one event a line.")
@format_option
@click.pass_obj
def feed(site: Site, after: int, limit: int, wire: bool, output: str) -> None:  # noqa: FBT001 - a flag of the command
    """Published events, oldest first."""
    page = site.app.store.read_feed(after, limit)
    if wire:
        for entry in page.entries:
            click.echo(entry.wire)
        return
    rows = [{"sequence": e.sequence, "type": e.type, "subject": e.subject, "id": e.event_id} for e in page.entries]
    show(rows, output, empty=f"Nothing after {after}; the newest is {page.head}.")


@click.command()
@click.pass_obj
def verify(site: Site) -> None:
    """Walk both hash chains. Exit code 0 when they are whole, 1 with the first fault when not."""
    found = site.app.store.verify()
    click.echo(f"log: {found.log_fault or f'whole to {found.position}'}")
    click.echo(f"feed: {found.feed_fault or f'whole to {found.sequence}'}")
    raise SystemExit(0 if found.intact else EXIT_PROBLEM)


@click.group()
def relay() -> None:
    """What the broker has been given."""


@relay.command()
@format_option
@click.pass_obj
def status(site: Site, output: str) -> None:
    """How far the broker has confirmed, and what is behind."""
    found = relay_status(site.app.store)
    show([{**asdict(found), "lag_events": found.lag_events}], output)


@click.group()
def inbox() -> None:
    """The services this one listens to."""


@inbox.command("list")
@format_option
@click.pass_obj
def list_sources(site: Site, output: str) -> None:
    """Each source, how far it was followed, and what halted it."""
    rows = [{"source": source, **asdict(cursor)} for source, cursor in inbox_status(site.app.store).items()]
    show(rows, output, empty="Nothing was followed yet.")


@inbox.command("resume")
@click.argument("source")
@click.pass_obj
def resume_source(site: Site, source: str) -> None:
    """Follow SOURCE again after an alarm. It halts anew while the source's history is still another one."""
    resume(site.app.store, source)
    click.echo(f"{source} is followed again")
