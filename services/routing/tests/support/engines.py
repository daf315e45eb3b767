"""Engines as processes of their own: osrm-routed from the installed wheel, Valhalla where it is installed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path

from routing.domain.route import PROFILES
from tests.support.servers import free_ports

PATIENCE_S = 20


@contextlib.contextmanager
def osrm_servers(data_dir: Path, map_id: str, ports: Sequence[int] = ()) -> Iterator[dict[str, str]]:
    """`routing map serve` for each profile, on free ports or the given ones; gives their addresses by profile."""
    with contextlib.ExitStack() as started:
        urls = {}
        for profile, port in zip(PROFILES, ports or free_ports(len(PROFILES)), strict=True):
            command = [sys.executable, "-m", "routing.cli", "map", "serve", profile, "--map", map_id]
            command += ["--data-dir", str(data_dir), "--port", str(port)]
            started.enter_context(_running(command, port))
            urls[profile] = f"http://127.0.0.1:{port}"
        yield urls


def valhalla_program(name: str) -> str | None:
    """The path of one of Valhalla's programs, from $VALHALLA_BIN or PATH."""
    return shutil.which(name, path=os.environ.get("VALHALLA_BIN")) or shutil.which(name)


@contextlib.contextmanager
def valhalla_server(source: Path, folder: Path) -> Iterator[str]:
    """Valhalla on tiles made of ``source``; gives its address."""
    (port,) = free_ports(1)
    settings = ["--mjolnir-tile-dir", str(folder / "tiles"), "--mjolnir-tile-extract", ""]
    settings += ["--httpd-service-listen", f"tcp://127.0.0.1:{port}", "--httpd-service-drain-seconds", "1"]
    config = folder / "valhalla.json"
    config.write_bytes(_output("valhalla_build_config", *settings))
    _output("valhalla_build_tiles", "-c", str(config), str(source))
    with _running([_program("valhalla_service"), str(config), "1"], port):
        yield f"http://127.0.0.1:{port}"


def _output(name: str, *arguments: str) -> bytes:
    return subprocess.run([_program(name), *arguments], check=True, capture_output=True, env=_environment()).stdout


def _environment() -> dict[str, str]:
    """Valhalla's programs call each other by name."""
    return {**os.environ, "PATH": f"{os.environ.get('VALHALLA_BIN', '')}:{os.environ['PATH']}"}


def _program(name: str) -> str:
    program = valhalla_program(name)
    assert program is not None, name
    return program


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    """With all it starts in turn: Valhalla's program is a script around the real one."""
    quiet, environment = subprocess.DEVNULL, _environment()
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment, start_new_session=True) as process:
        try:
            _wait_for(process, port)
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not _answers(port):
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        assert time.monotonic() < deadline, f"{process.args} does not answer"
        time.sleep(0.02)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/status")
        json.loads(connection.getresponse().read())
    except (OSError, ValueError):
        return False
    finally:
        connection.close()
    return True
