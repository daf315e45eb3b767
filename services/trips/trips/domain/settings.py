"""What a municipality decides for an org unit and those below it, each setting from a date on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

PER_DAY: Final = "per_day"
UNPAID, TAXABLE = "unpaid", "taxable"
AFTER_SIXTY: Final = (UNPAID, TAXABLE)
"""What becomes of a leg between home and a workplace from day 61: not paid, or paid as taxable income."""
MEASURED, WITHOUT_EXTRA, TYPED = "calculated", "without_extra", "odometer"
METHODS: Final = (MEASURED, WITHOUT_EXTRA, TYPED)
"""How a trip's distance is found, as the form suggests it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the trips of a unit on a day. ``deduction`` names a deduction policy."""

    deduction: str = PER_DAY
    without_extra_allowed: bool = False
    four_km_allowed: bool = False
    default_method: str = MEASURED
    after_sixty_days: str = UNPAID


@dataclass(frozen=True, slots=True)
class OrgUnitPolicySet:
    """A unit's own settings from ``starts`` on, in the place of its earlier ones; None is as in the unit above."""

    org_unit_id: str
    starts: date
    deduction: str | None = None
    without_extra_allowed: bool | None = None
    four_km_allowed: bool | None = None
    default_method: str | None = None
    after_sixty_days: str | None = None


type OwnSettings = tuple[OrgUnitPolicySet, ...]
"""A unit's own settings, by their first day."""


NOTHING_SET: OwnSettings = ()


def stream_of(org_unit_id: str) -> str:
    """The stream that holds the unit's settings."""
    return f"org-unit-policy-{org_unit_id}"


def evolve(own: OwnSettings, event: OrgUnitPolicySet) -> OwnSettings:
    """Settings with the same first day take each other's place."""
    others = (one for one in own if one.starts != event.starts)
    return tuple(sorted((*others, event), key=lambda one: one.starts))


def decide(own: OwnSettings, wanted: OrgUnitPolicySet) -> list[OrgUnitPolicySet]:
    """Nothing when it is so already."""
    return [] if wanted in own else [wanted]


def terms_on(day: date, units: Sequence[OwnSettings], otherwise: Terms) -> Terms:
    """What holds on ``day``: of the unit itself, else of the nearest unit above it that says so, else ``otherwise``.
    ``units`` are the unit's own settings and those of the units above it, from below.
    """
    holding = [own_on(day, own) for own in units]

    def first[T](name: str, last: T) -> T:
        said = (getattr(one, name) for one in holding if one is not None)
        return next((value for value in said if value is not None), last)

    return Terms(
        deduction=first("deduction", otherwise.deduction),
        without_extra_allowed=first("without_extra_allowed", otherwise.without_extra_allowed),
        four_km_allowed=first("four_km_allowed", otherwise.four_km_allowed),
        default_method=first("default_method", otherwise.default_method),
        after_sixty_days=first("after_sixty_days", otherwise.after_sixty_days),
    )


def own_on(day: date, own: OwnSettings) -> OrgUnitPolicySet | None:
    """What the unit has set itself that holds on ``day``; None where it has set nothing."""
    return next((one for one in reversed(own) if one.starts <= day), None)
