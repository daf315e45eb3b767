"""What people decide about dead letters, as events of the service's own log: every service has them, none lists them.

They are never published, and no projection sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the codec, which knows these, is what reads them
    from chassis.store.model import Recorded


@dataclass(frozen=True)
class Decided:
    """A person decided about an event that was held. ``position`` is its place in the source's feed."""

    letter_id: int
    source: str
    position: int
    type: str
    subject: str
    by: str
    why: str


class DeadLetterReplayed(Decided):
    """It was handled after all."""


class DeadLetterDiscarded(Decided):
    """It was let go unhandled."""


DECISIONS: Final = {"dead-letter-replayed": DeadLetterReplayed, "dead-letter-discarded": DeadLetterDiscarded}


def without_decisions(events: Sequence[Recorded]) -> list[Recorded]:
    """The service's own events among ``events``."""
    return [event for event in events if event.type not in DECISIONS]
