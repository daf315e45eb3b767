"""What every benchmark is handed: how much to do, servers and folders that are its own, and turns for the sides."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from bench.row import Row
from tests.support.servers import Postgres, RabbitMQ

Size = Literal["quick", "default", "full"]


@dataclass(frozen=True)
class Bench:
    """One benchmark; ``rows`` does the work and gives each row as soon as it is found."""

    name: str
    rows: Callable[[Setting], Iterator[Row]]


class Setting:
    """Servers are started when first asked for, with the disk's full promise (fsync), and are gone at the end."""

    def __init__(self, size: Size = "default", rounds: int | None = None) -> None:
        self.size = size
        self.rounds = rounds or self.pick(1, 3, 5)
        self._held = ExitStack()

    def pick[T](self, quick: T, default: T, full: T) -> T:
        """The value for the size asked for."""
        return {"quick": quick, "default": default, "full": full}[self.size]

    @cached_property
    def postgres(self) -> Postgres:
        """The run's PostgreSQL; every benchmark takes a database of its own with ``new_database()``."""
        self.say("starting PostgreSQL")
        return self._held.enter_context(Postgres(fsync=True))

    @cached_property
    def rabbitmq(self) -> RabbitMQ:
        """The run's RabbitMQ; every benchmark takes a virtual host of its own with ``new_vhost()``."""
        self.say("starting RabbitMQ")
        return self._held.enter_context(RabbitMQ())

    def folder(self) -> Path:
        """A new folder on the disk, gone at the end."""
        return Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="mileage-bench-")))

    def in_turns(self, work: str, sides: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
        """Every side once per round, A B C A B C …: what else the machine does in the meantime falls on all alike.

        A side gives its figure; what a side prepares or checks within the call is its own affair to leave unmeasured.
        """
        runs: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(1, self.rounds + 1):
            for name, side in sides.items():
                runs[name].append(side())
                self.say(f"{work}: {name}, round {number} of {self.rounds}: {runs[name][-1]:,.6g}")
        return runs

    def say(self, text: str) -> None:
        """How far it is, for whoever waits; the table alone goes to the standard output."""
        print(f"  {text}", file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()
