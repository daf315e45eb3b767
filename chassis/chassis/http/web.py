"""The extension that gives a nameko service its HTTP edge."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from nameko.extensions import DependencyProvider

from chassis.core import app_of
from chassis.http.application import Application
from chassis.http.builtin import Builtin
from chassis.http.listener import Listener
from chassis.http.route import Route
from chassis.pages import Pages


class Web(DependencyProvider):
    """A class attribute of the service: `web = Web(ROUTES, "trips")`.

    `package` is the service's Python package: its templates, static files and texts lie in its `http` folder. All routes
    must lie below `prefix`, which is the service's name unless given; a gateway takes "/" and gets what nobody else does.
    """

    def __init__(self, routes: Sequence[Route], package: str | ModuleType, prefix: str | None = None) -> None:
        self._routes = routes
        self._package = package if isinstance(package, str) else package.__name__
        self._prefix = prefix
        self._listener: Listener | None = None
        self._application: Application | None = None

    def setup(self) -> None:
        app = app_of(self.container)
        self._application = application(app, self._routes, self._package, self._mount_point())

    def start(self) -> None:
        config = app_of(self.container).config
        self._listener = Listener.mount(config.http_host, config.http_port, self._mount_point(), self._application)

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.unmount(self._mount_point())

    kill = stop

    def only_operations(self) -> "Web":
        """The same edge without the service's own routes: for a process that only works, but must be watched."""
        return Web((), self._package, self._prefix)

    def listening_at(self) -> tuple[str, int]:
        """Host and port, once started; the port is a real one also where the configuration says 0."""
        if self._listener is None:
            raise LookupError("not started")
        return self._listener.address

    def _mount_point(self) -> str:
        prefix = f"/{self.container.service_name}" if self._prefix is None else self._prefix
        return prefix.rstrip("/")


def application(app: Any, routes: Sequence[Route], package: str, prefix: str) -> Application:
    """The service's WSGI application without a server, for tests and for its documents.

    :raises ValueError: when a route lies outside the service's prefix."""
    for route in routes:
        if not route.path.startswith(f"{prefix}/"):
            raise ValueError(f"{route.path} does not lie below {prefix}/")
    pages = Pages(app.name, package, prefix, app.config, app.version)
    return Application(app, Builtin(app, prefix, package, pages).with_own(routes), pages)
