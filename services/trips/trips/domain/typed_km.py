"""Kilometres as people type them, to whole metres: ``12,3``, ``12.345 km``, ``8``."""

from __future__ import annotations

import re

_KM = re.compile(r"(\d{1,6})(?:[.,](\d{1,3}))?(?:\s*km)?", re.IGNORECASE)
METRES_PER_KM = 1000


def metres_typed(text: str) -> int | None:
    """The distance in metres, exact; None for what is no distance, and for more than three decimals."""
    found = _KM.fullmatch(text.strip())
    if found is None:
        return None
    return int(found[1]) * METRES_PER_KM + int((found[2] or "").ljust(3, "0"))


def km_text(metres: int) -> str:
    """The distance as it would be typed in Danish: ``12,345``, without superfluous zeros."""
    whole, rest_m = divmod(metres, METRES_PER_KM)
    decimals = f"{rest_m:03d}".rstrip("0")
    return f"{whole},{decimals}" if decimals else str(whole)
