"""Money from metres, in whole numbers."""

from __future__ import annotations

METRES_PER_KM = 1_000


def amount_oere(net_m: int, oere_per_km: int) -> int:
    """The allowance for `net_m` metres, rounded half up to whole øre, once."""
    return (net_m * oere_per_km + METRES_PER_KM // 2) // METRES_PER_KM
