"""What makes a reported trip invalid, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ODOMETER = "odometer"
FEWEST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """A trip as typed. ``distance_m`` and ``comment`` matter for odometer trips, which have no route."""

    method: str
    purpose: str | None
    driving_date: date
    point_count: int
    comment: str | None = None
    distance_m: int | None = None
    licence_plate: str | None = None
    four_km: bool = False
    round_trip: bool = False
    starts_at_home: bool = False
    ends_at_home: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a trip is checked against; ``max_age_days`` None means no deadline."""

    today: date
    max_age_days: int | None
    requires_plate: bool
    four_km_allowed: bool = False


def faults(draft: Draft, limits: Limits) -> tuple[str, ...]:
    """The codes of everything wrong with ``draft``, sorted; empty when it is valid."""
    return tuple(sorted([*_distance(draft), *_date(draft, limits), *_rules(draft, limits)]))


def _distance(draft: Draft) -> Iterator[str]:
    if draft.method != ODOMETER:
        if draft.point_count < FEWEST_POINTS:
            yield "too_few_points"
        return
    if _blank(draft.comment):
        yield "comment_missing"
    if (draft.distance_m or 0) <= 0:
        yield "distance_not_positive"


def _date(draft: Draft, limits: Limits) -> Iterator[str]:
    if draft.driving_date > limits.today:
        yield "date_in_future"
    if limits.max_age_days is not None and draft.driving_date < limits.today - timedelta(days=limits.max_age_days):
        yield "too_old"


def _rules(draft: Draft, limits: Limits) -> Iterator[str]:
    if _blank(draft.purpose):
        yield "purpose_missing"
    if limits.requires_plate and _blank(draft.licence_plate):
        yield "plate_missing"
    if draft.four_km and not limits.four_km_allowed:
        yield "four_km_not_allowed"
    if draft.round_trip and draft.starts_at_home and draft.ends_at_home:
        yield "round_trip_closed_path"


def _blank(text: str | None) -> bool:
    return not (text or "").strip()
