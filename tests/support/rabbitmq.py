"""A private RabbitMQ node: the installed program, with its own data, ports, cookie and port mapper."""

import base64
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.processes import NotInstalledError, Program, StartError, free_ports, is_listening, private_folder

_PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # the one on PATH would change to another user
_CONFIG = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 16000000
collect_statistics_interval = 1000
log.console = true
log.console.level = warning
log.file = false
"""


class RabbitMQ:
    """Started by `start` (or `with`), gone after `close`. Durable queues outlive `stop` and `kill`."""

    def __init__(self) -> None:
        self._binary = _find_binary()
        self.port, self.management_port, self._distribution_port, self._mapper_port = free_ports(4)
        self._folder = private_folder("rabbitmq")
        self._names = count(1)
        self._write_files()
        env = self._environment()
        mapper = ["epmd", "-port", str(self._mapper_port), "-address", "127.0.0.1"]
        self._mapper = Program("epmd", mapper, self._folder / "epmd.log", env=env)
        log = self._folder / "rabbitmq.log"
        self._program = Program("RabbitMQ", [self._binary], log, env=env)

    @staticmethod
    def is_installed() -> bool:
        try:
            _find_binary()
        except NotInstalledError:
            return False
        return True

    def start(self) -> Self:
        try:
            if not is_listening(self._mapper_port):
                self._mapper.start(lambda: is_listening(self._mapper_port), 10)
            self._program.start(self._is_ready, 120)
        except StartError:
            self.close()
            raise
        return self

    @property
    def pid(self) -> int:
        return self._program.pid

    def stop(self) -> None:
        self._program.stop(timeout_s=60)

    def kill(self) -> None:
        self._program.kill()
        time.sleep(0.2)  # the port mapper notices a lost node by its closed connection

    def pause(self) -> None:
        self._program.pause()

    def resume(self) -> None:
        self._program.resume()

    def close(self) -> None:
        self._program.kill()
        self._mapper.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, vhost: str = "%2F") -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}"

    def new_vhost(self, name: str | None = None) -> str:
        """The URL of a virtual host nobody has used yet."""
        chosen = name or f"test_{next(self._names)}"
        self.api("PUT", f"vhosts/{chosen}")
        self.api("PUT", f"permissions/{chosen}/guest", {"configure": ".*", "write": ".*", "read": ".*"})
        return self.url(chosen)

    def delete_vhost(self, url: str) -> None:
        """With its queues: a broker that keeps what nobody uses any more takes longer to come back each time."""
        self.api("DELETE", f"vhosts/{url.rpartition('/')[2]}")

    def api(self, method: str, path: str, body: object = None) -> Any:
        """One call of the management API, without `/api/`; None where there is no answer body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.management_port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(b"guest:guest").decode(),
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=15) as response:
            answer = response.read()
        return json.loads(answer) if answer else None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write_files(self) -> None:
        config = _CONFIG.format(amqp=self.port, management=self.management_port)
        (self._folder / "rabbitmq.conf").write_text(config)
        (self._folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (self._folder / "empty").write_text("")
        cookie = self._folder / ".erlang.cookie"
        cookie.write_text(os.urandom(16).hex().upper())
        cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"mileage{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "empty"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
            "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the node instead of watching over it
        }

    def _is_ready(self) -> bool:
        if not (is_listening(self.port) and is_listening(self.management_port)):
            return False
        try:
            self.api("GET", "vhosts")
        except (OSError, urllib.error.URLError):
            return False
        return True


def _find_binary() -> str:
    found = _PROGRAM if Path(_PROGRAM).exists() else shutil.which("rabbitmq-server")
    if found is None or shutil.which("epmd") is None:
        raise NotInstalledError("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server)")
    return found
