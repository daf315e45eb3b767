"""Every metric of the core by name, in one place. Each service has a registry of its own, so that several of them can
share a process.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry(auto_describe=True)
        self.http_request_seconds = Histogram(
            "http_request_seconds",
            "Time from the request's first byte to the answer's last.",
            ["route", "method", "status"],
            buckets=SECONDS,
            registry=registry,
        )
        self.log_position = Gauge("log_position", "Position of the newest own event.", registry=registry)
        self.feed_sequence = Gauge("feed_sequence", "Sequence of the newest published event.", registry=registry)
        self.loop_age_seconds = Gauge(
            "loop_age_seconds", "Seconds since a loop last turned.", ["loop"], registry=registry
        )
        self.inbox_position = Gauge(
            "inbox_position", "Position of the last event taken in.", ["source"], registry=registry
        )
        self.inbox_lag_events = Gauge(
            "inbox_lag_events", "Events in the source's feed not yet taken in.", ["source"], registry=registry
        )
        self.inbox_duplicates_total = Counter(
            "inbox_duplicates_total", "Events that had been taken in before.", ["source"], registry=registry
        )
        self.inbox_gaps_total = Counter(
            "inbox_gaps_total", "Gaps filled from the source's feed.", ["source"], registry=registry
        )
        self.inbox_forks_total = Counter(
            "inbox_forks_total",
            "Times a source's history was not the one known.",
            ["source"],
            registry=registry,
        )
        self.relay_published_position = Gauge(
            "relay_published_position", "Sequence up to which the broker has confirmed.", registry=registry
        )
        self.relay_lag_events = Gauge("relay_lag_events", "Published events the broker lacks.", registry=registry)
        self.relay_is_leader = Gauge("relay_is_leader", "1 where this process publishes.", registry=registry)
        self.relay_failures_total = Counter(
            "relay_failures_total", "Times publishing was dropped and started again.", registry=registry
        )
        self.projection_lag_events = Gauge(
            "projection_lag_events",
            "Own events not yet in the projection.",
            ["projection"],
            registry=registry,
        )
        self.dead_letters_open = Gauge("dead_letters_open", "Events waiting for a decision.", registry=registry)
        self.held_streams = Gauge("held_streams", "Subjects held back by a dead letter.", registry=registry)
