"""Whether a trip uses an address its driver has set in the place of payroll's: whoever decides should see that."""

from __future__ import annotations

from collections.abc import Sequence

from trips.domain.employees import Workplace
from trips.domain.events import Asked, Place

FLAG = "divergent_address"


def is_divergent(place: Workplace, points: Sequence[Place], *, home_end: bool) -> bool:
    """One of the ``points`` is an alternative home or workplace of the day, or the home that an end of the trip was
    found at is the alternative one. It has no effect on money.
    """
    if home_end and place.home is not None and place.home in place.alternatives:
        return True
    return any(_same(asked, point) for asked in place.alternatives for point in points)


def _same(asked: Asked, point: Place) -> bool:
    if asked.address_id is not None and asked.address_id == point.address_id:
        return True
    return asked.text is not None and _plain(asked.text) == _plain(point.text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").split())
