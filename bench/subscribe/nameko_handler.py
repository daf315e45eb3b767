"""nameko's way: an event handler that inserts a row and commits; one worker, or the order would be lost."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

from typing import Any  # noqa: E402

from eventlet.event import Event  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.events import event_handler  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402

from bench.apart import Work, serve  # noqa: E402
from bench.sample import SERVICE, TYPE  # noqa: E402
from bench.subscribe.table import INSERT, connect, row_of  # noqa: E402


class Database(DependencyProvider):
    """One connection for the one worker."""

    def setup(self) -> None:
        self.connection = connect(self.container.config["target"])

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.connection


class Reader:
    """A service as nameko's documentation writes one."""

    name = "reader"
    database = Database()
    left: int
    done: Event

    @event_handler(SERVICE, TYPE)
    def handle(self, event: dict[str, Any]) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(INSERT, row_of(event))
        self.database.commit()
        Reader.left -= 1
        if not Reader.left:
            Reader.done.send()


def prepare(order: dict[str, Any]) -> Work:
    """The container is built; its start, which connects, is part of the work as it is for ours."""
    Reader.left, Reader.done = int(order["count"]), Event()
    config = {"AMQP_URI": order["broker"], "max_workers": 1, "target": order["target"]}
    container = ServiceContainer(Reader, config)

    def work() -> dict[str, Any]:
        container.start()
        Reader.done.wait()
        return {}

    return work


if __name__ == "__main__":
    serve(prepare)
