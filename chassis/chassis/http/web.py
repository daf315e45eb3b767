"""The extension that gives a nameko service its HTTP edge."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from nameko.extensions import DependencyProvider

from chassis.app import App, WebApp, version_of
from chassis.core import app_of
from chassis.http.application import Application
from chassis.http.builtin import documents, operational
from chassis.http.listener import Listener
from chassis.http.openapi import document
from chassis.http.route import Route
from chassis.pages import Pages


class Web(DependencyProvider):
    """A class attribute of the service: `web = Web(ROUTES, "trips")`.

    `package` is the service's Python package: its templates, static files and texts lie in its `http` folder. All
    routes must lie below `prefix`, which is the service's name unless given; a gateway takes "/" and gets what nobody
    else does.
    """

    def __init__(self, routes: Sequence[Route], package: str | ModuleType, prefix: str | None = None) -> None:
        self._routes = routes
        self._package = package if isinstance(package, str) else package.__name__
        self._prefix = prefix
        self._listener: Listener | None = None

    def start(self) -> None:
        app = app_of(self.container)
        prefix = self._mount_point()
        wsgi = application(app, self._routes, self._package, prefix)
        self._listener = Listener.mount(app.config.http_host, app.config.http_port, prefix, wsgi)

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.unmount(self._mount_point())

    kill = stop

    def only_operations(self) -> "Web":
        """The same edge without the service's own routes: for a process that only works, but must be watched."""
        return Web((), self._package, self._prefix)

    def specification(self, service: str) -> dict[str, Any]:
        """The OpenAPI document of a service with a store, made without starting or configuring it."""
        prefix = self._prefix or f"/{service}"
        routes = [*self._routes, *operational(prefix, self._package, has_store=True)]
        return document(service, version_of(f"mileage-{service}"), routes)

    def listening_at(self) -> tuple[str, int]:
        """Host and port, once started; the port is a real one also where the configuration says 0."""
        if self._listener is None:
            raise LookupError("not started")
        return self._listener.address

    def _mount_point(self) -> str:
        prefix = f"/{self.container.service_name}" if self._prefix is None else self._prefix
        return prefix.rstrip("/")


def application(app: WebApp, routes: Sequence[Route], package: str, prefix: str) -> Application:
    """The service's WSGI application without a server.

    :raises ValueError: when a route lies outside the service's prefix.
    """
    for route in routes:
        if not route.path.startswith(f"{prefix}/"):
            raise ValueError(f"{route.path} does not lie below {prefix}/")
    pages = Pages(app.name, package, prefix, app.config, app.version)
    listed = [*routes, *operational(prefix, package, has_store=isinstance(app, App))]
    specification = document(app.name, app.version, listed)
    return Application(app, [*listed, *documents(prefix, specification, pages)], pages)
