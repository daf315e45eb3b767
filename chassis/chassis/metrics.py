"""Every metric of the core by name, in one place. Each service has a registry of its own, so that several of them can
share a process.
"""

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry(auto_describe=True)
        gauge, counter = partial(Gauge, registry=registry), partial(Counter, registry=registry)
        self.http_request_seconds = Histogram(
            "http_request_seconds",
            "Time from the request's first byte to the answer's last.",
            ["route", "method", "status"],
            buckets=SECONDS,
            registry=registry,
        )
        self.log_position = gauge("log_position", "Position of the newest own event.")
        self.feed_sequence = gauge("feed_sequence", "Sequence of the newest published event.")
        self.loop_age_seconds = gauge("loop_age_seconds", "Seconds since a loop last turned.", ["loop"])
        self.inbox_position = gauge("inbox_position", "Position of the last event taken in.", ["source"])
        self.inbox_lag_events = gauge("inbox_lag_events", "Events in the source's feed not yet taken in.", ["source"])
        self.inbox_duplicates_total = counter(
            "inbox_duplicates_total", "Events that had been taken in before.", ["source"]
        )
        self.inbox_gaps_total = counter("inbox_gaps_total", "Gaps filled from the source's feed.", ["source"])
        self.inbox_forks_total = counter(
            "inbox_forks_total", "Times a source's history was not the one known.", ["source"]
        )
        self.relay_published_position = gauge(
            "relay_published_position", "Sequence up to which the broker has confirmed."
        )
        self.relay_lag_events = gauge("relay_lag_events", "Published events the broker lacks.")
        self.relay_is_leader = gauge("relay_is_leader", "1 where this process publishes.")
        self.relay_failures_total = counter("relay_failures_total", "Times publishing was dropped and started again.")
        self.projection_lag_events = gauge(
            "projection_lag_events", "Own events not yet in the projection.", ["projection"]
        )
        self.dead_letters_open = gauge("dead_letters_open", "Events waiting for a decision.")
        self.held_streams = gauge("held_streams", "Subjects held back by a dead letter.")
