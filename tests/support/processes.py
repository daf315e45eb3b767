"""Programs a test starts for itself: on free loopback ports, in a folder of their own, ended by process id.

Nothing here looks for a running server, and nothing is ended but what was started here.
"""

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

_SERVER_PORTS: Final = range(10_240, 32_768)
_STARTER: Final = ThreadPoolExecutor(1)
"""The thread that starts every program: one that is tied to us ends with the *thread* that started it."""


class NotInstalledError(RuntimeError):
    """A program the tests need is not on this machine; the message says which and how to get it."""


class StartError(RuntimeError):
    """A program ended or stayed silent instead of starting; the message ends with the tail of its log."""


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different, and below those that the system hands out to clients: a server that is
    away for a moment would otherwise find its port taken by somebody's connection.
    """
    with ExitStack() as stack:
        return [_bind_somewhere(stack.enter_context(socket.socket())) for _ in range(count)]


def _bind_somewhere(listener: socket.socket) -> int:
    for port in random.sample(_SERVER_PORTS, 200):
        with suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise StartError("no port is free")


def private_folder(name: str) -> Path:
    """A new folder that other users may pass through, but not list."""
    folder = Path(tempfile.mkdtemp(prefix=f"mileage-{name}-"))
    folder.chmod(0o711)
    return folder


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def as_user(name: str | None) -> dict[str, Any]:
    """Arguments for subprocess; None is whoever we are."""
    if name is None:
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def children_of(pid: int) -> list[int]:
    """The process and all that descend from it, parents first."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found.extend(parents.get(each, ()))
    return found


def _is_alive(pid: int) -> bool:
    """Neither gone nor only waiting for its parent to take note."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


class Program:
    """One process that can be stopped, killed, paused and started again at the same address."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        env: Mapping[str, str],
        user: str | None = None,
        end_with: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self._end_with = end_with
        self._command = [*_tied_to_us(end_with), *command]
        self._log = log
        self._env = dict(env)
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            msg = f"{self.name} is not running"
            raise StartError(msg)
        return self._process.pid

    def start(self, is_ready: Callable[[], bool], timeout_s: float = 60) -> None:
        self._process = _STARTER.submit(self._spawn).result()
        deadline_s = time.monotonic() + timeout_s
        while not is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                self.kill()
                raise StartError(f"{self.name} did not start:\n{self.log_tail()}")
            time.sleep(0.05)

    def stop(self, timeout_s: float = 30, ask_with: signal.Signals | None = None) -> int | None:
        """Ask it to end, and give its exit code; after the timeout it is made to."""
        if self._process is None:
            return None
        self.resume()
        process = self._process
        process.send_signal(ask_with or self._end_with)
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None
        return process.returncode

    def kill(self) -> None:
        """End it as a power cut would, with everything it started."""
        if self._process is None:
            return
        family = children_of(self._process.pid) if self._process.poll() is None else []
        self._signal_all(signal.SIGKILL)
        self._process.wait(10)
        self._process = None
        deadline_s = time.monotonic() + 10
        while any(map(_is_alive, family)) and time.monotonic() < deadline_s:
            time.sleep(0.01)  # its children hold on to ports and memory a moment longer than it does itself

    def pause(self) -> None:
        """Still there, answers nothing."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def log_tail(self, lines: int = 20) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                cwd=self._log.parent,
                start_new_session=True,
                **as_user(self._user),
            )

    def _signal_all(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return  # its number may be another process's by now
        for pid in children_of(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _tied_to_us(end_with: signal.Signals) -> list[str]:
    """Where the system can, the program is asked to end when we end, even when we are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", end_with.name.removeprefix("SIG")] if setpriv else []
