"""The official Danish rates, as the seed a new installation starts with.

Source: Skatterådet's yearly ceiling under Ligningsloven § 9 and § 9 B as published in the state's circulars (2019,
2022 and its change of 1 May) and as reported by tekniq.dk, dlf.org, kreds15.org, buusjensen.dk, sr-revision.dk and
kaagaard.com for the other years; the bicycle rate of 2023 rests on one secondary source. A year that is not here has
no rate until somebody enters it: an earlier one is never stretched over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from payroll.domain.rates import Label, Rate

NAMES = {
    "car_high": Label("Bil, høj takst", "Car, high rate"),
    "car_low": Label("Bil, lav takst", "Car, low rate"),
    "bicycle": Label("Cykel og knallert", "Bicycle and moped"),
}
NEEDS_PLATE = frozenset({"car_high", "car_low"})
FIRST_DAYS = (
    date(2019, 1, 1),
    date(2020, 1, 1),
    date(2021, 1, 1),
    date(2022, 1, 1),
    date(2022, 5, 1),
    date(2023, 1, 1),
    date(2024, 1, 1),
    date(2025, 1, 1),
    date(2026, 1, 1),
)
END = date(2027, 1, 1)
OERE_PER_KM = {
    "car_high": (356, 352, 344, 351, 370, 373, 379, 381, 394),
    "car_low": (198, 196, 190, 198, 217, 219, 223, 223, 228),
    "bicycle": (53, 54, 54, 55, 57, 61, 62, 63, 64),
}


def official_rates(pay_codes: Mapping[str, str]) -> tuple[Rate, ...]:
    """The official rates with the payroll system's own code for each rate type."""
    periods = list(zip(FIRST_DAYS, (*FIRST_DAYS[1:], END), strict=True))
    return tuple(
        Rate(
            rate_type=rate_type,
            name=NAMES[rate_type],
            oere_per_km=oere_per_km,
            valid_from=valid_from,
            valid_to=valid_to,
            pay_code=pay_codes[rate_type],
            second_pay_code=None,
            requires_plate=rate_type in NEEDS_PLATE,
        )
        for rate_type, figures in OERE_PER_KM.items()
        for (valid_from, valid_to), oere_per_km in zip(periods, figures, strict=True)
    )
