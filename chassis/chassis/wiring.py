"""What every service's `bootstrap.build` puts together alike."""

from __future__ import annotations

from chassis.bus.feeds import FeedReader, HttpFeed
from chassis.config import CommonConfig, current


def feeds_from(config: CommonConfig) -> dict[str, FeedReader]:
    """A reader over HTTP for each service in `config.feeds`; each request shows the feed token as it is then."""
    token = current(config.feed_token)
    return {source: HttpFeed(url, token) for source, url in config.feeds.items()}
