"""What the commands of one service work on, opened only when a command needs it."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from chassis.app import App
from chassis.config import CommonConfig, ConfigError, load

EXIT_PROBLEM = 1
EXIT_UNUSABLE = 2


@dataclass
class Site:
    """`config` and `app` end the command with exit code 2 and a sentence per problem when they cannot be made."""

    name: str
    config_cls: type[CommonConfig]
    build: Callable[[Any], App]
    service_cls: type

    @cached_property
    def config(self) -> CommonConfig:
        try:
            return load(self.config_cls)
        except ConfigError as error:
            unusable(error.problems)

    @cached_property
    def app(self) -> App:
        try:
            return self.build(self.config)
        except (ValueError, OSError) as error:
            unusable([f"{self.name} cannot be put together: {error}"])

    def extensions(self, kind: type) -> Iterable[Any]:
        """The service's extensions of a kind, as declared on its class."""
        return [one for one in vars(self.service_cls).values() if isinstance(one, kind)]


def unusable(sentences: Iterable[str]) -> NoReturn:
    for sentence in sentences:
        sys.stderr.write(sentence + "\n")
    raise SystemExit(EXIT_UNUSABLE)
