"""The parts of a running service, put together once in its `bootstrap.build` and handed to every edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING

from chassis.clock import Clock, utc_now
from chassis.config import CommonConfig
from chassis.health import Heartbeats
from chassis.identity import KeySet, Verifier, read_key_set
from chassis.metrics import Metrics

if TYPE_CHECKING:  # the bus and the projections name App in turn
    from chassis.bus import FeedReader
    from chassis.projections import ProjectionRunner
    from chassis.store import EventStore


@dataclass(kw_only=True)
class WebApp:
    """What an edge needs without a store behind it, such as a gateway."""

    name: str
    config: CommonConfig
    clock: Clock = utc_now
    verifier: Verifier = field(init=False)
    metrics: Metrics = field(default_factory=Metrics)
    heartbeats: Heartbeats = field(init=False, default_factory=Heartbeats)

    def __post_init__(self) -> None:
        keys = KeySet(read_key_set(self.config.jwks) if self.config.jwks else _no_keys)
        self.verifier = Verifier(keys, issuer=self.config.jwt_issuer, audience=self.config.jwt_audience)

    @property
    def version(self) -> str:
        """The version of the service's own distribution."""
        return version_of(f"mileage-{self.name}")

    def close(self) -> None:
        """Lets go of what the service holds open; called once, when it has stopped."""


@dataclass(kw_only=True)
class App(WebApp):
    """`feeds` has a reader for each service this one listens to. Services subclass it for parts of their own."""

    store: EventStore
    projections: ProjectionRunner
    feeds: Mapping[str, FeedReader] = field(default_factory=dict)

    def close(self) -> None:
        """Closes the database; SQLite then folds its write-ahead log into the file."""
        self.store.engine.dispose()


def version_of(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unreleased"


def _no_keys() -> dict[str, list[dict[str, str]]]:
    return {"keys": []}
