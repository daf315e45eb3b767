"""The program `payroll`: the verbs every service has, and payroll's own."""

from __future__ import annotations

from typing import cast

import click

from chassis.cli import Site, service_cli
from payroll.app import PayrollApp
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
