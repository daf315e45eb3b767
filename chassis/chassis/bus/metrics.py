"""The bus's metrics beyond those every service has: one set per service, in the service's own registry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from chassis.bus.envelope import Envelope
from chassis.bus.inbox import Cursor
from chassis.metrics import Metrics

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0, 3600.0)


class BusMetrics:
    """Labels: ``source`` is the service listened to."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(name, text, labels, registry=registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, registry=registry)

        self.inbox_halted = gauge("inbox_halted", "1 where following was stopped by an alarm.", "source")
        self.inbox_retrying = gauge("inbox_retrying", "Failed attempts at the same place in a row.", "source")
        self.inbox_connected = gauge("inbox_connected", "1 where the broker's queue is read.", "source")
        self.inbox_last_poll_timestamp = gauge(
            "inbox_last_poll_timestamp", "When the source's feed was last read (Unix seconds).", "source"
        )
        self.inbox_events_total = counter("inbox_events_total", "Events taken in.", "source")
        self.inbox_from_feed_total = counter(
            "inbox_from_feed_total", "Events the feed brought before the broker did.", "source"
        )
        self.inbox_refused_total = counter(
            "inbox_refused_total", "Messages of the broker that are no event of the source's feed.", "source"
        )
        self.critical_time_seconds = Histogram(
            "critical_time_seconds",
            "From an event's recording at its source to its effects here.",
            ["source"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.relay_returned_total = counter("relay_returned_total", "Events the broker could not route.")
        self.relay_nacked_total = counter("relay_nacked_total", "Events the broker refused.")
        self.relay_blocked = gauge("relay_blocked", "1 while the broker takes nothing (memory or disk alarm).")
        self.relay_confirm_seconds = Histogram(
            "relay_confirm_seconds", "From a window's first event sent to its last confirmed.", registry=registry
        )


_known: WeakKeyDictionary[CollectorRegistry, BusMetrics] = WeakKeyDictionary()


def bus_metrics(registry: CollectorRegistry) -> BusMetrics:
    """The metrics in ``registry``, made when first asked for."""
    found = _known.get(registry)
    if found is None:
        found = _known[registry] = BusMetrics(registry)
    return found


class Gauges:
    """What one subscription shows of itself."""

    def __init__(self, metrics: Metrics, source: str) -> None:
        self._common = metrics
        self._bus = bus_metrics(metrics.registry)
        self._source = source
        for alarm in (metrics.inbox_forks_total, metrics.inbox_gaps_total, self._bus.inbox_halted):
            alarm.labels(source)  # shown from the start, as 0

    def show(self, cursor: Cursor | None, failures: int) -> None:
        """Where the inbox is, and whether it moves."""
        self._bus.inbox_retrying.labels(self._source).set(failures)
        if cursor is not None:
            self._common.inbox_position.labels(self._source).set(cursor.position)
            self._bus.inbox_halted.labels(self._source).set(cursor.status == "halted")

    def connected(self, connected: bool) -> None:  # noqa: FBT001 the value is the message
        self._bus.inbox_connected.labels(self._source).set(connected)

    def duplicates(self, count: int) -> None:
        self._common.inbox_duplicates_total.labels(self._source).inc(count)

    def gap(self) -> None:
        self._common.inbox_gaps_total.labels(self._source).inc()

    def refused(self) -> None:
        self._bus.inbox_refused_total.labels(self._source).inc()

    def polled(self, lag_events: int) -> None:
        self._common.inbox_lag_events.labels(self._source).set(lag_events)
        self._bus.inbox_last_poll_timestamp.labels(self._source).set(time.time())

    def from_feed(self, count: int) -> None:
        self._bus.inbox_from_feed_total.labels(self._source).inc(count)

    def taken(self, fresh: Sequence[Envelope], now: datetime) -> None:
        self._bus.inbox_events_total.labels(self._source).inc(len(fresh))
        age_s = (now - fresh[-1].recordedtime).total_seconds()
        self._bus.critical_time_seconds.labels(self._source).observe(max(age_s, 0))

    def halted(self, is_fork: bool) -> None:  # noqa: FBT001 the value is the message
        self._bus.inbox_halted.labels(self._source).set(1)
        if is_fork:
            self._common.inbox_forks_total.labels(self._source).inc()
