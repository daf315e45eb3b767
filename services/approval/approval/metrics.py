"""Approval's own metrics, beside those every service has."""

from __future__ import annotations

from prometheus_client import Counter

from chassis.metrics import Metrics


class ApprovalMetrics(Metrics):
    def __init__(self) -> None:
        super().__init__()
        self.decisions_total = Counter(
            "approval_decisions_total",
            "Decisions asked for, by how they ended: approved, rejected, refused.",
            ["outcome"],
            registry=self.registry,
        )
