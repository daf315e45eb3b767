"""`run`, `web`, `worker`: the service as a process."""

import click

from chassis import logs
from chassis.app import version_of
from chassis.cli.site import Site
from chassis.runner import only_web, only_worker, run


def _run(site: Site, service: type) -> None:
    config = site.config
    logs.configure(config.log_format, config.log_level, service=site.name, version=version_of(f"mileage-{site.name}"))
    raise SystemExit(run([service], {"settings": {site.name: config}}, stop_seconds=config.stop_seconds))


@click.command("run")
@click.pass_obj
def run_all(site: Site) -> None:
    """Run all parts until SIGTERM or Ctrl-C. Exit codes: 0 stopped, 1 a part died or did not start, 2 configuration."""
    _run(site, site.service_cls)


@click.command()
@click.pass_obj
def web(site: Site) -> None:
    """Run the API and the pages alone."""
    _run(site, only_web(site.service_cls))


@click.command()
@click.pass_obj
def worker(site: Site) -> None:
    """Run the loops alone: relay, subscriptions, projections; health and metrics are still served."""
    _run(site, only_worker(site.service_cls))
