"""`db restored`, `db restorations`, `inbox resynchronise`: after a database was restored to an earlier backup.

First the restored service's log gets a new id; then each service that listens to it is brought back in step. In what
order, and what a person decides in between, stands in docs/operations.md.
"""

import getpass
import json

import click

from chassis.bus import Decision, subscriptions_of
from chassis.bus.resynchronising import Resynchronisation, examine
from chassis.bus.resynchronising import resynchronise as carry_out
from chassis.cli.output import format_option, show
from chassis.cli.site import Site
from chassis.clock import utc_now
from chassis.store import open_engine, restoring

DECIDED = ("decided_at", "kind", "source", "logid", "common", "decided_by", "decision_note")
_by = click.option("--by", default=getpass.getuser, show_default="you", help="Who decides.")
_why = click.option("--why", required=True, help="The reason; kept with the decision.")
_apply = click.option("--apply", is_flag=True, help="Really do it; without, it is only looked at.")


@click.command()
@_by
@_why
@_apply
@click.pass_obj
def restored(site: Site, by: str, why: str, apply: bool) -> None:  # noqa: FBT001 - a flag of the command
    """Say that the database was restored from a backup: the log gets a new id, and whoever listens stops and alarms.

    To be run before the service is started again; refused while anybody is connected to the database.
    """
    engine, decision = open_engine(site.config.database_url), Decision(by, why)
    head = restoring.head_of(engine)
    if not apply:
        restoring.refuse_while_in_use(engine)
        click.echo(f"log {head.logid}: {head.position} events, {head.sequence} published; a new id with --apply")
        return
    done = restoring.new_incarnation(engine, decision.by, decision.why, utc_now())
    click.echo(f"log {done.logid_before} ends at {done.common}; it goes on as {done.logid}")


@click.command("restorations")
@format_option
@click.pass_obj
def list_restorations(site: Site, output: str) -> None:
    """Every restore of this database and every source resynchronised, with who decided; as JSON with all lists."""
    engine = open_engine(site.config.database_url)
    rows = restoring.restorations(engine)
    engine.dispose()
    if output == "table":
        rows = [{name: row[name] for name in DECIDED} for row in rows]
    else:
        rows = [row | {"report": json.loads(row["report"])} for row in rows]
    show(rows, output, empty="Nothing was ever restored.")


@click.command()
@click.argument("source")
@click.option("--common", type=click.IntRange(0), help="The last event both histories have, where that is not proven.")
@_by
@_why
@_apply
@format_option
@click.pass_obj
def resynchronise(
    site: Site,
    source: str,
    common: int | None,
    by: str,
    why: str,
    apply: bool,  # noqa: FBT001
    output: str,
) -> None:
    """Follow SOURCE again after its database was restored, from the last event that is in both histories.

    Lists what this service has done because of events that the source has lost: it stays, and a person decides.
    """
    subscription = subscriptions_of(site.service_cls).get(source)
    if subscription is None:
        raise click.BadParameter(f"{site.name} does not listen to {source}", param_hint="SOURCE")
    handling, decision = subscription.handling(site.app), Decision(by, why)
    found = examine(handling, common)
    if apply:
        carry_out(handling, found, decision, lambda done: click.echo(f"{source}: folded to {done}", err=True))
    if output == "json":
        click.echo(json.dumps(found.as_report() | {"applied": apply}, ensure_ascii=False, indent=2))
    else:
        _tell(found, applied=apply)


def _tell(found: Resynchronisation, *, applied: bool) -> None:
    report, followed, common = found.as_report(), found.followed.position, found.common.sequence
    click.echo(f"{found.source} was followed to {followed}; the last event in common is {common}")
    if found.lost:
        click.echo(f"lost by {found.source}: {report['lost_first']} to {report['lost_last']}")
        click.echo("what was done because of them, and stays until a person decides otherwise:")
        show(report["consequences"], "table", empty="nothing")
    if found.letters:
        click.echo(f"dead letters about lost events: {', '.join(map(str, found.letters))}")
    click.echo(f"followed again after {common}" if applied else "nothing is changed; add --apply")
