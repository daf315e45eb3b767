"""A whole embedded system as a child process: for the month driver and for tests that look at it from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from chassis.identity import DevIssuer
from deploy.client import System, answers
from deploy.settings import DEFAULT_HOST

_PAUSE_S = 0.05


class EmbeddedChild:
    """`python -m deploy.embedded` with its data in `data_dir`; its output goes to `output.log` there."""

    def __init__(self, data_dir: Path, port: int | None = None) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.base_url = f"http://{DEFAULT_HOST}:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, timeout_s: float = 180.0) -> float:
        """Until the demo municipality can be used; gives the seconds it took.

        :raises RuntimeError: when it ended instead, with the end of what it said.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        environment = os.environ | {"MILEAGE_DATA_DIR": str(self.data_dir), "PORT": str(self.port)}
        with (self.data_dir / "output.log").open("ab") as output:
            command = [sys.executable, "-m", "deploy.embedded"]
            self._process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        while not answers(f"{self.base_url}/health/ready"):
            if self._process.poll() is not None or time.monotonic() - started > timeout_s:
                self.kill()
                raise RuntimeError(f"the embedded system did not start:\n{self.output()[-2000:]}")
            time.sleep(_PAUSE_S)
        return time.monotonic() - started

    def stop(self, with_signal: signal.Signals = signal.SIGINT, timeout_s: float = 40.0) -> int:
        """Its exit code; it is killed when it does not end in time."""
        if self._process is None:
            return 0
        self._process.send_signal(with_signal)
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop(signal.SIGKILL)

    def output(self) -> str:
        return (self.data_dir / "output.log").read_text(encoding="utf-8", errors="replace")

    def system(self) -> System:
        """It, as an outside program sees it."""
        return System(self.base_url, DevIssuer(self.data_dir, host=DEFAULT_HOST))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    with socket.create_server((DEFAULT_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
