"""`health`, `openapi`, `person report`: looking at a service from outside."""

import json
import urllib.error
import urllib.request
from dataclasses import asdict

import click

from chassis.cli.output import format_option, show
from chassis.cli.site import EXIT_PROBLEM, Site
from chassis.http.web import Web
from chassis.identity import accesses_of
from chassis.store.migrate import resource

TIMEOUT_S = 5
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - nothing is bound here


@click.command()
@click.pass_obj
def health(site: Site) -> None:
    """Ask the running service at its own address. Exit code 0 when it is alive and ready, else 1."""
    host = EVERYWHERE.get(site.config.http_host, site.config.http_host)
    well = True
    for question in ("live", "ready"):
        url = f"http://{host}:{site.config.http_port}/{site.name}/health/{question}"
        answer = _asked(url)
        well = well and answer.get("status") == "ok"
        click.echo(f"{question}: {json.dumps(answer)}")
    raise SystemExit(0 if well else EXIT_PROBLEM)


def _asked(url: str) -> dict[str, object]:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 - http, from our configuration
            answer: dict[str, object] = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.loads(error.read() or b"{}")
    except (OSError, ValueError) as error:
        return {"status": "no answer", "why": str(error)}
    return answer


@click.command()
@click.option("--write", is_flag=True, help="Into contract/openapi.json instead of to the screen.")
@click.pass_obj
def openapi(site: Site, write: bool) -> None:  # noqa: FBT001 - a flag of the command
    """The OpenAPI document, made from the code; needs no configuration."""
    (web,) = site.extensions(Web)
    text = json.dumps(web.specification(site.name), ensure_ascii=False, indent=2) + "\n"
    if not write:
        click.echo(text, nl=False)
        return
    path = resource(site.name, "contract") / "openapi.json"
    path.write_text(text, encoding="utf-8")
    click.echo(f"written: {path}")


@click.group()
def person() -> None:
    """What the service holds about one person."""


@person.command()
@click.argument("person_id")
@format_option
@click.pass_obj
def report(site: Site, person_id: str, output: str) -> None:
    """Who read this person's data, and when."""
    rows = [asdict(record) for record in accesses_of(site.app.store.engine, person_id)]
    show(rows, output, empty="Nobody has read this person's data here.")
