"""A private PostgreSQL server: the installed program, with its own data, port and user."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg2

from tests.support.processes import NotInstalledError, Program, StartError, as_user, free_ports, private_folder

_USER = "mileage"
_STRATEGIES = 15_00_00
"""The first version that can be told how to copy its template."""


class Postgres:
    """Started by `start` (or `with`), gone after `close`. Data outlives `stop` and `kill`, not `close`.

    With `fsync=False` commits are fast and a power cut may lose them; `kill` does not, since the system
    keeps running.
    """

    def __init__(self, *, fsync: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self._bin = binaries()
        (self.port,) = free_ports(1)
        self._folder = private_folder("postgres")
        self._data = self._folder / "data"
        self._fsync = fsync
        self._settings = dict(settings or {})
        self._names = count(1)
        self._owner = owner()
        self._env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
        self._make_data()
        log = self._folder / "postgres.log"
        self._program = Program(
            "PostgreSQL",
            self._command(),
            log,
            env=self._env,
            user=self._owner,
            end_with=signal.SIGINT,  # SIGTERM would wait for the last client to leave
        )

    @staticmethod
    def is_installed() -> bool:
        try:
            binaries()
        except NotInstalledError:
            return False
        return True

    def start(self) -> Self:
        try:
            self._program.start(self._is_ready)
        except StartError:
            self.close()
            raise
        return self

    @property
    def pid(self) -> int:
        return self._program.pid

    def stop(self) -> None:
        """Orderly: open connections are cut, everything is written."""
        self._program.stop()

    def kill(self) -> None:
        self._program.kill()

    def pause(self) -> None:
        self._program.pause()

    def resume(self) -> None:
        self._program.resume()

    def close(self) -> None:
        self._program.stop(ask_with=signal.SIGQUIT)  # at once: what it has not written is thrown away anyway
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg2://{_USER}@127.0.0.1:{self.port}/{database}"

    def new_database(self, name: str | None = None) -> str:
        """The URL of a database nobody has used yet."""
        chosen = name or f"test_{next(self._names)}"
        with self._session() as (version, cursor):
            copying = " STRATEGY file_copy" if version >= _STRATEGIES and not self._fsync else ""  # twice as quick then
            cursor.execute(f'CREATE DATABASE "{chosen}"{copying}')
        return self.url(chosen)

    def drop_database(self, url: str) -> None:
        """With whoever still uses it: a server with a thousand databases nobody needs takes a minute to end."""
        with self._session() as (_, cursor):
            cursor.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make_data(self) -> None:
        if self._owner is not None:
            shutil.chown(self._folder, self._owner)
        initdb = [str(self._bin / "initdb"), "-D", str(self._data), "-U", _USER, "-A", "trust"]
        initdb += ["-E", "UTF8", "--no-locale", "--no-sync"]
        silent = subprocess.DEVNULL
        subprocess.run(initdb, check=True, env=self._env, cwd=self._folder, stdout=silent, **as_user(self._owner))

    def _command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._folder,
            "max_connections": 200,
            "shared_buffers": "64MB",
            "fsync": "on" if self._fsync else "off",
            **self._settings,
        }
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self._data), *arguments]

    def _connect(self) -> "psycopg2.extensions.connection":
        return psycopg2.connect(host="127.0.0.1", port=self.port, user=_USER, dbname="postgres", connect_timeout=5)

    @contextmanager
    def _session(self) -> Iterator[tuple[int, "psycopg2.extensions.cursor"]]:
        """The server's version, and a cursor outside any transaction."""
        connection = self._connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield connection.server_version, cursor
        finally:
            connection.close()

    def _is_ready(self) -> bool:
        with suppress(psycopg2.OperationalError):
            self._connect().close()
            return True
        return False


def binaries() -> Path:
    """Where the programs lie: the newest installed version; distributions keep the server's programs off PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if found is None:
        raise NotInstalledError("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return Path(found).resolve().parent


def owner() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
