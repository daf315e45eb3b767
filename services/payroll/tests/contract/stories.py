"""Every event type payroll stores: what is published, as the contract's examples have it, and what is not."""

from collections.abc import Iterator
from dataclasses import replace

from payroll.domain.errors import SourceWarning
from payroll.domain.events import ErasureConfirmed, PersonChanged, SnapshotApplied
from payroll.domain.period import FileExported
from services.payroll.tests.contract.facts import ANNE, EVENTS, SOMEBODY

CLOSED = EVENTS["period-closed", "three-trips"]
WARNINGS = (SourceWarning("trips", "held", 2), SourceWarning("approval", "halted"))


def stored_events() -> Iterator[tuple[str, object]]:
    """Each event under the name of the example it becomes, or of what it tells."""
    yield from ((name, event) for (_, name), event in EVENTS.items())
    yield "promoted", PersonChanged(SOMEBODY, active=True, changes=("employment_changed",))
    yield "first", SnapshotApplied(unit_count=3, person_count=2, change_count=5)
    yield "not-all-is-here", replace(CLOSED, warnings=WARNINGS)
    yield "by-trips", ErasureConfirmed(ANNE, "trips", CLOSED.closed_at)
    yield "opus", FileExported("2026-03", "opus", 2)
