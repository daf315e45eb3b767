"""`python -m chassis.identity issue`: a key set and a token in files, for a trial without an identity provider."""

import json
from datetime import timedelta
from pathlib import Path

import click

from chassis.identity.model import Identity
from chassis.identity.signing import SigningKey, write_privately


@click.group()
def main() -> None:
    """Keys and tokens for a trial; in production an identity provider makes them."""


@main.command()
@click.option(
    "--directory", type=click.Path(path_type=Path), required=True, help="Where key.pem and jwks.json are kept."
)
@click.option("--person", required=True, help="The person id (sub) of the token.")
@click.option("--role", "roles", multiple=True, help="A role; may be repeated.")
@click.option("--name", default="", help="The name on screen.")
@click.option("--issuer", default="identity", show_default=True)
@click.option("--audience", default="services", show_default=True)
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 24 * 366))
@click.option("--token-file", type=click.Path(path_type=Path), help="Write the token there instead of printing it.")
def issue(
    directory: Path,
    person: str,
    roles: tuple[str, ...],
    name: str,
    issuer: str,
    audience: str,
    hours: int,
    token_file: Path | None,
) -> None:
    """Sign one token with the key in DIRECTORY, which is made when it is not there."""
    key = SigningKey.load_or_create(directory / "key.pem")
    (directory / "jwks.json").write_text(json.dumps(key.key_set()), encoding="utf-8")
    identity = Identity(person, frozenset(roles), name or person)
    token = key.token(identity, issuer=issuer, audience=audience, lifetime=timedelta(hours=hours))
    if token_file is None:
        click.echo(token)
    else:
        write_privately(token_file, token.encode())


if __name__ == "__main__":
    main()
