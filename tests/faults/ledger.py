"""What the writers know: what they asked for, and of that what was acknowledged."""

import threading
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Ledger:
    """Written by many threads; read when they have ended."""

    asked_trips: dict[str, Json] = field(default_factory=dict)
    told_trips: set[str] = field(default_factory=set)
    asked_decisions: dict[tuple[str, int], list[Json]] = field(default_factory=dict)
    told_decisions: dict[tuple[str, int], Json] = field(default_factory=dict)
    closings: dict[str, list[Json]] = field(default_factory=dict)
    snapshot: Json = field(default_factory=dict)
    snapshots: int = 0
    refusals: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask_trip(self, trip: Json, person_id: str) -> None:
        with self._lock:
            self.asked_trips[trip["trip_id"]] = {**trip, "person_id": person_id}

    def tell_trip(self, trip_id: str) -> None:
        with self._lock:
            self.told_trips.add(trip_id)

    def ask_decision(self, decision: Json, by: str) -> None:
        with self._lock:
            key = (decision["trip_id"], decision["revision"])
            self.asked_decisions.setdefault(key, []).append({**decision, "by": by})

    def tell_decision(self, decision: Json, outcome: str, by: str) -> None:
        with self._lock:
            self.told_decisions[decision["trip_id"], decision["revision"]] = {"outcome": outcome, "by": by}

    def tell_closing(self, period: str, figures: Json) -> None:
        with self._lock:
            self.closings.setdefault(period, []).append(figures)

    def tell_snapshot(self, snapshot: Json) -> None:
        with self._lock:
            self.snapshot, self.snapshots = snapshot, self.snapshots + 1

    def refuse(self, sentence: str) -> None:
        """An answer that no fault explains."""
        with self._lock:
            self.refusals.append(sentence)

    @property
    def acknowledged(self) -> int:
        """Requests that were answered with a yes."""
        closings = sum(len(answers) for answers in self.closings.values())
        return len(self.told_trips) + len(self.told_decisions) + closings + self.snapshots
