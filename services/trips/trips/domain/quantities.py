"""The three roundings that decide money, with whole numbers only. Each happens once."""

from __future__ import annotations

METRES_PER_KM = 1000
PAID_STEP_M = 10
"""Distances are paid in hundredths of a kilometre."""


def half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` as a whole number, exactly one half upwards. Neither may be negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def net_m(metres: int) -> int:
    """A trip's distance as it is paid: rounded half up to 10 m."""
    return half_up(metres, PAID_STEP_M) * PAID_STEP_M


def amount_oere(net_metres: int, oere_per_km: int) -> int:
    """The price in whole øre of a distance that is already rounded, half up."""
    return half_up(net_metres * oere_per_km, METRES_PER_KM)
