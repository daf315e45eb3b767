"""`make run`: the whole system in this one process, with an invented municipality, for whoever wants to see it.

Needs nothing but Python packages: SQLite files, no broker, one listener on this machine only.
"""

import chassis.patch  # noqa: F401, I001 - before anything that makes sockets or locks

import contextlib
import errno
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from chassis import logs
from chassis.config import ConfigError
from chassis.identity import DevIssuer
from deploy import settings
from deploy.launch import Launch

_CANNOT_START = 2


class CannotStartError(Exception):
    """The sentence to show; nothing has been started."""


def main() -> int:
    """Exit code 0 after Ctrl-C, 1 when a part failed, 2 when it could not even begin."""
    logs.configure("console", os.environ.get("MILEAGE_LOG_LEVEL", "ERROR"))
    try:
        host, port, folder = settings.host(), settings.port(), settings.data_dir()
        issuer = DevIssuer(folder, host=host)
        with _the_only_one(folder):
            _check_free(host, port)
            return Launch(host, port, folder, issuer).until_stopped()
    except (CannotStartError, ConfigError, ValueError) as error:
        print(error, file=sys.stderr)
        return _CANNOT_START


@contextlib.contextmanager
def _the_only_one(folder: Path) -> Iterator[None]:
    """Two processes on the same data would each believe to be alone.

    :raises CannotStartError:
    """
    with (folder / "lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError(
                f"The system is already running on the data in {folder}. Stop it there, "
                "or start another one on its own data: MILEAGE_DATA_DIR=other PORT=8001 make run"
            ) from None
        yield


def _check_free(host: str, port: int) -> None:
    """:raises CannotStartError: when something else listens there, or the port may not be used"""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        why = "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise CannotStartError(f"Port {port} {why}. Choose another one: PORT={port + 1} make run") from None


if __name__ == "__main__":
    sys.exit(main())
