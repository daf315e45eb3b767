"""The program `payroll`: the verbs every service has, and payroll's own."""

from __future__ import annotations

import getpass
from typing import cast

import click

from chassis.cli import Site, format_option, person, service_cli, show
from chassis.cli.site import EXIT_PROBLEM
from chassis.clock import iso_utc
from chassis.store import Context
from payroll.app import PayrollApp
from payroll.application.erasing import check_person, erase_person, receipt_of
from payroll.application.rates import seed_official_rates
from payroll.bootstrap import NAME, build
from payroll.config import PayrollConfig
from payroll.service import PayrollService

main = service_cli(NAME, PayrollConfig, build, PayrollService)


@main.group()
def rates() -> None:
    """The rates."""


@rates.command()
@click.pass_obj
def seed(site: Site) -> None:
    """Set the official Danish rates; done at the first start already, and never twice."""
    outcome = seed_official_rates(cast("PayrollApp", site.app))
    click.echo("they were set before" if outcome.repeated else f"{outcome.value} rates set")


people = click.Group("person", commands=dict(person.commands), help=person.help)
main.add_command(people)


@people.command()
@click.argument("person_id")
@click.option("--by", default=getpass.getuser, show_default="you", help="Who decides.")
@click.option("--why", required=True, help="The reason; kept on the log for good, so it must not tell who it is about.")
@click.option("--apply", is_flag=True, help="Really do it; without, it is only checked.")
@click.pass_obj
def erase(site: Site, person_id: str, by: str, why: str, apply: bool) -> None:  # noqa: FBT001
    """Forget a person for good, in every service. Exit code 1 when the law, an employment or a trip forbids it."""
    app = cast("PayrollApp", site.app)
    check_person(app, person_id)
    if not apply:
        click.echo(
            f"{person_id} may be erased: the keys would be destroyed, so that name, address, CPR number, trips and "
            "remarks can be read nowhere any more, in backups neither. Add --apply."
        )
        return
    erase_person(app, Context(by), person_id, why)
    click.echo(f"{person_id} is erased here, and every service is told. See: payroll person receipt {person_id}")


@people.command()
@click.argument("person_id")
@format_option
@click.pass_obj
def receipt(site: Site, person_id: str, output: str) -> None:
    """Which services have confirmed that they forgot a person, and when. Exit code 1 while one has not."""
    found = receipt_of(cast("PayrollApp", site.app), person_id)
    rows = [{"service": "payroll", "confirmed_at": iso_utc(found.erased_at)}]
    rows += [{"service": service, "confirmed_at": at or "not yet"} for service, at in found.confirmed.items()]
    show(rows, output)
    if not all(found.confirmed.values()):
        raise SystemExit(EXIT_PROBLEM)
