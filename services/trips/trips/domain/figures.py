"""Distances and amounts as they stand in sentences, in Danish and English."""

from __future__ import annotations

from trips.domain.quantities import METRES_PER_KM, PAID_STEP_M, half_up

OERE_PER_KRONE = 100


def kilometres(metres: int, language: str) -> str:
    """``12,35 km`` in Danish, ``12.35 km`` in English: two decimals, half up, as the figures beside it are."""
    whole, rest = divmod(half_up(metres, PAID_STEP_M), METRES_PER_KM // PAID_STEP_M)
    return f"{_grouped(whole, language)}{_point(language)}{rest:02d} km"


def exact_kilometres(metres: int, language: str) -> str:
    """To the metre, with a third decimal where it takes one: a distance that is counted twice, so that what the reader
    reckons is what is deducted.
    """
    whole, rest = divmod(metres, METRES_PER_KM)
    if rest % PAID_STEP_M == 0:
        return kilometres(metres, language)
    return f"{_grouped(whole, language)}{_point(language)}{rest:03d} km"


def kroner(oere: int, language: str) -> str:
    """``1.234,50 kr.`` in Danish, ``1,234.50 kr.`` in English, as the figures beside the sentence are."""
    whole, rest = divmod(oere, OERE_PER_KRONE)
    return f"{_grouped(whole, language)}{_point(language)}{rest:02d} kr."


def _grouped(whole: int, language: str) -> str:
    return f"{whole:,}".replace(",", ".") if language == "da" else f"{whole:,}"


def _point(language: str) -> str:
    return "," if language == "da" else "."
