"""What every service's `bootstrap.build` puts together alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.bus.feeds import FeedReader, HttpFeed
from chassis.bus.opening import parser
from chassis.clock import Clock
from chassis.config import CommonConfig, current
from chassis.keys import KeepingFeeds, open_vault
from chassis.projections import Projection, ProjectionRunner
from chassis.store import EventCodec, EventStore, Sealer, open_engine
from chassis.store.model import Publish


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a service keeps, shows and hears; its keys are behind the store."""

    store: EventStore
    projections: ProjectionRunner
    feeds: Mapping[str, FeedReader]


def wire(
    config: CommonConfig,
    service: str,
    codec: EventCodec,
    publish: Publish,
    projections: Sequence[Projection],
    *,
    clock: Clock,
    feeds: Mapping[str, FeedReader] | None,
) -> Wiring:
    """The parts on the migrated database of `config`; without `feeds` the others' are read over HTTP.

    The key tables, in a database of their own, are made when they are missing. Projections read through a store without
    the keys that never leave: nothing secret, such as a CPR number, can find its way into a read model.
    """
    vault = open_vault(config, service, clock)
    engine = open_engine(config.database_url)

    def store(sealer: Sealer) -> EventStore:
        return EventStore(engine, service=service, codec=codec, publish=publish, clock=clock, sealer=sealer)

    readers = KeepingFeeds(feeds_from(config) if feeds is None else feeds, vault)
    shown = Sealer(vault, secrets=False)
    runner = ProjectionRunner(store(shown), projections, readers, parser(shown), clock=clock)
    return Wiring(store(Sealer(vault)), runner, readers)


def feeds_from(config: CommonConfig) -> dict[str, FeedReader]:
    """A reader over HTTP for each service in `config.feeds`; each request shows the feed token as it is then."""
    token = current(config.feed_token)
    return {source: HttpFeed(url, token) for source, url in config.feeds.items()}
