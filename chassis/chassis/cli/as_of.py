"""`as-of`: a stream as it was at a time."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from chassis.cli.output import format_option, show
from chassis.cli.site import Site
from chassis.store.as_of import as_of as read_as_of


def instant(value: str) -> datetime:
    """An instant with its zone: `2026-11-01T12:00:00Z`."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no instant such as 2026-11-01T12:00:00Z") from None
    if found.tzinfo is None:
        raise click.BadParameter(f"{value!r} has no zone: add Z, or +01:00")
    return found.astimezone(UTC)


@click.command("as-of")
@click.argument("stream")
@click.option("--at", type=instant, help="Events recorded up to this instant, such as 2026-11-01T12:00:00Z.")
@click.option("--version", type=click.IntRange(1), help="Events up to this version of the stream.")
@format_option
@click.pass_obj
def as_of(site: Site, stream: str, at: datetime | None, version: int | None, output: str) -> None:
    """The events of STREAM as it was then, as stored. Personal fields are never shown."""
    rows = [asdict(seen) for seen in read_as_of(site.app.store, stream, at=at, version=version)]
    if output == "table":
        rows = [row | {"data": json.dumps(row["data"], ensure_ascii=False)} for row in rows]
    show(rows, output, empty=f"Nothing was recorded of {stream} then.")
