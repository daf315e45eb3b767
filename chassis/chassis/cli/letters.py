"""`dead-letters list|show|replay|discard`: events that could not be handled wait here for a person's decision."""

import getpass
from dataclasses import asdict

import click

from chassis.bus import DeadLetters, Decision, subscriptions_of
from chassis.cli.output import format_option, show
from chassis.cli.site import EXIT_PROBLEM, Site

LISTED = ("id", "source", "position", "type", "subject", "reason", "error_type", "first_failed_at", "status")


@click.group("dead-letters")
def dead_letters() -> None:
    """Events that could not be handled. The subject's later events wait behind them."""


@dead_letters.command("list")
@click.option("--status", default="open", show_default=True, type=click.Choice(["open", "replayed", "discarded"]))
@click.option("--source", help="Only those of one service.")
@format_option
@click.pass_obj
def list_letters(site: Site, status: str, source: str | None, output: str) -> None:
    """The letters, in the order they came."""
    found = [asdict(letter) for letter in DeadLetters(site.app.store).list(status=status, source=source)]
    show([{name: letter[name] for name in LISTED} for letter in found], output, empty="No dead letters.")


@dead_letters.command("show")
@click.argument("letter_id", type=int)
@click.pass_obj
def show_letter(site: Site, letter_id: int) -> None:
    """One letter with the event as it was published."""
    for name, value in asdict(DeadLetters(site.app.store).show(letter_id)).items():
        click.echo(f"{name}: {'' if value is None else value}")


@dead_letters.command()
@click.argument("subject")
@click.option("--source", required=True, help="The service the events came from.")
@click.option("--by", default=getpass.getuser, show_default="you", help="Who decides.")
@click.option("--why", required=True, help="The reason; kept with the letters.")
@click.option("--apply", is_flag=True, help="Really do it; without, it is tried and undone.")
@click.pass_obj
def replay(site: Site, subject: str, source: str, by: str, why: str, apply: bool) -> None:  # noqa: FBT001
    """Handle the waiting events of SUBJECT in order. Exit code 1 when one of them fails again."""
    subscription = subscriptions_of(site.service_cls).get(source)
    if subscription is None:
        raise click.BadParameter(f"{site.name} does not listen to {source}", param_hint="--source")
    handling = subscription.handling(site.app)
    done = DeadLetters(site.app.store).replay(handling, subject, Decision(by, why), dry_run=not apply)
    click.echo(f"{done.handled} handled, {done.left} left" + ("" if apply else " (tried and undone; add --apply)"))
    if done.failure:
        click.echo(f"stopped by {done.failure}")
        raise SystemExit(EXIT_PROBLEM)


@dead_letters.command()
@click.argument("letter_id", type=int)
@click.option("--by", default=getpass.getuser, show_default="you", help="Who decides.")
@click.option("--why", required=True, help="The reason; kept with the letter.")
@click.option("--apply", is_flag=True, help="Really do it; without, the letter is only shown.")
@click.pass_obj
def discard(site: Site, letter_id: int, by: str, why: str, apply: bool) -> None:  # noqa: FBT001
    """Let an event go unhandled. Its subject flows again when nothing of it waits any more."""
    letters = DeadLetters(site.app.store)
    letter = letters.discard(letter_id, Decision(by, why)) if apply else letters.show(letter_id)
    click.echo(f"{letter.id} {letter.type} {letter.subject}: {letter.status}" + ("" if apply else " (add --apply)"))
