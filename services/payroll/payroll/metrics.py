"""Payroll's own metrics, beside those every service has."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import Gauge

from chassis.metrics import Metrics


class PayrollMetrics(Metrics):
    """The figure is read from the read model when somebody looks."""

    def __init__(self) -> None:
        super().__init__()
        self._pending = Gauge(
            "erasures_pending", "Erased people whom a service has not confirmed yet.", registry=self.registry
        )

    def watch(self, pending: Callable[[], int]) -> None:
        """From now on `erasures_pending` is what `pending` gives."""
        self._pending.set_function(pending)
