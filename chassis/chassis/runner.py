"""Runs services until they are told to stop, or until one of them dies: then the process ends with an error, because a
process with a dead part in it is worse than none.

nameko's own command is not used: a second signal breaks it, and a dead container can leave a process that does nothing.
"""

import chassis.patch  # noqa: F401, I001 - before anything that makes sockets or locks

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import eventlet
from eventlet import patcher
from nameko.extensions import DependencyProvider
from nameko.runners import ServiceRunner

from chassis.core import Core, app_of
from chassis.http.listener import Listener
from chassis.http.web import Web

EXIT_FAILED = 1
TURN_S = 0.1
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_log = logging.getLogger(__name__)


def run(
    services: Sequence[type],
    config: Mapping[str, Any],
    *,
    stop_seconds: float = 25,
    on_ready: Callable[[], None] = lambda: None,
) -> int:
    """Blocks until SIGTERM or SIGINT. Gives the exit code: 0 after a clean stop, 1 when a service did not start or
    died. A stop that takes longer than `stop_seconds` ends the process on the spot with code 1.

    `config` is nameko's: `apps` or `settings` by service name, see `chassis.core.Core`.
    """
    return _Run(services, config, stop_seconds).until_stopped(on_ready)


class _Run:
    def __init__(self, services: Sequence[type], config: Mapping[str, Any], stop_seconds: float) -> None:
        self._runner = ServiceRunner(dict(config))
        for service in services:
            self._runner.add_service(service)
        self._stop_seconds = stop_seconds
        self._asked = False
        self._failed = False

    def until_stopped(self, on_ready: Callable[[], None]) -> int:
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask)
        gc.collect()
        gc.freeze()  # a full collection with all libraries loaded costs 20 ms; they are never garbage
        try:
            self._runner.start()
        except Exception:  # noqa: BLE001 - whatever it is, it ends the process
            _log.exception("a service did not start")
            self._failed = True
        else:
            self._watch()
            _log.info("started: %s", ", ".join(self._runner.service_names))
            on_ready()
        while not (self._asked or self._failed):
            eventlet.sleep(TURN_S)
        self._stop()
        return EXIT_FAILED if self._failed else 0

    def _ask(self, _number: int, _frame: object) -> None:
        self._asked = True

    def _watch(self) -> None:
        for container in self._runner.containers:
            eventlet.spawn(self._wait_for, container)

    def _wait_for(self, container: Any) -> None:
        try:
            container.wait()
        except Exception:  # noqa: BLE001 - whatever it died of, it ends the process
            _log.exception("service %s died", container.service_name)
        if not self._asked:
            self._failed = True

    def _stop(self) -> None:
        _log.info("stopping")
        _end_after(self._stop_seconds)
        Listener.close_all()
        try:
            self._runner.stop()
        except Exception:  # noqa: BLE001 - the process ends anyway
            _log.exception("the services did not stop cleanly")
            self._failed = True
        for container in self._runner.containers:
            app_of(container).close()


def _end_after(seconds: float) -> None:
    """A real thread: it also ends a process whose greenlets are stuck."""
    threading = patcher.original("threading")
    time = patcher.original("time")

    def end() -> None:
        time.sleep(seconds)
        sys.stderr.write(f"the stop took longer than {seconds:g} seconds; the process is ended\n")
        sys.stderr.flush()
        os._exit(EXIT_FAILED)

    threading.Thread(target=end, daemon=True).start()


def only_web(service: type) -> type:
    """The service without its loops: it answers requests, and the work is done by another process."""
    return _with(service, lambda extension: extension if isinstance(extension, Core | Web) else None)


def only_worker(service: type) -> type:
    """The service without its pages and API: loops, and the endpoints by which they are watched."""
    return _with(service, lambda extension: extension.only_operations() if isinstance(extension, Web) else extension)


def _with(service: type, change: Callable[[DependencyProvider], DependencyProvider | None]) -> type:
    extensions = {name: value for name, value in vars(service).items() if isinstance(value, DependencyProvider)}
    return type(service.__name__, (service,), {name: change(value) for name, value in extensions.items()})
