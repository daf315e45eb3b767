"""How nameko's extensions reach the service's parts: one `Core` per service class, asked by `app_of(container)`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider

from chassis.app import WebApp
from chassis.config import CommonConfig


class Core(DependencyProvider):
    """Holds the App of its service: the one handed in by a launcher under `apps` in nameko's configuration, else one
    built from the typed configuration under `settings`. Built once, by whichever extension asks first: nameko sets all
    of them up at the same time.
    """

    def __init__(self, build: Callable[[Any], WebApp]) -> None:
        self._build = build
        self._app: WebApp | None = None
        self._building = threading.Lock()

    def app(self) -> WebApp:
        with self._building:
            if self._app is None:
                self._app = self._provided() or self._build(self._settings())
            return self._app

    def setup(self) -> None:
        """A service that cannot be built does not start."""
        self.app()

    def get_dependency(self, worker_ctx: Any) -> WebApp:
        return self.app()

    def _provided(self) -> WebApp | None:
        apps: dict[str, WebApp] = self.container.config.get("apps", {})
        return apps.get(self.container.service_name)

    def _settings(self) -> CommonConfig:
        settings: CommonConfig = self.container.config["settings"][self.container.service_name]
        return settings


def app_of(container: Any) -> Any:
    """The App of the container's service; its type is whatever the service's `build` returns."""
    for extension in container.dependencies:
        if isinstance(extension, Core):
            return extension.app()
    raise LookupError(f"{container.service_name} has no Core among its extensions")
